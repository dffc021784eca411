"""What happens between a form and an action: each refusal stands where it can be put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

Made = TypeVar("Made")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing at all; None when it is only shown."""
    return request.POST if request.method == "POST" else None


def carry_out(
    form: BaseForm, action: Callable[[dict[str, Any]], Made], at: Mapping[str, str] | None = None
) -> Made | None:
    """What `action` makes of the fields of a valid form; None when form or action refuses.

    Then the form says why. `at` names the field of the form for a field that the action calls
    otherwise.
    """
    if not form.is_valid():
        return None
    try:
        return action(form.cleaned_data)
    except ValidationError as refusal:
        add_refusal(form, refusal, at)
        return None


def attempt(request: HttpRequest, action: Callable[[], object], said: str) -> None:
    """Do what needs no form; the page that comes next says `said`, or why it was refused."""
    try:
        action()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, said)


def add_refusal(form: BaseForm, refusal: ValidationError, at: Mapping[str, str] | None = None) -> None:
    """Put each problem at its field, or on top of the form where the form has no such field."""
    problems = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal}
    for field, problem in problems.items():
        field = (at or {}).get(field, field)
        form.add_error(field if field in form.fields else None, problem)
