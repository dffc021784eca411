"""Thanks after a sale: enrolling by hand or by a file that is looked at first, and what became of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from desk import keyset
from desk.forms.enrolling import EnrolFileForm, EnrolForm
from desk.forms.refusal import add_refusal
from followups import enrolling
from followups.actions.enrolling import Looked, enrol, look
from followups.models import FollowUp
from people.audience import StaffRequest, staff
from people.models import Organisation

PER_PAGE = 50


@staff
@require_safe
def thanks(request: StaffRequest) -> HttpResponse:
    """All that are enrolled, the newest first, with what became of their thanks."""
    after = request.GET.get("after", "")
    enrolled = FollowUp.objects.filter(ticket=None).select_related("customer", "contact")
    rows, goes_on = keyset.page(enrolled, "-made_at", after, PER_PAGE)
    context = {
        "section": "customers", "rows": rows, "after": goes_on, "is_continued": bool(after), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/thanks.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: StaffRequest) -> HttpResponse:
    """Enrol one delivery; the customer may be new."""
    now, organisation = timezone.now(), Organisation.objects.the()
    today = now.astimezone(organisation.zone_info).date()
    form = EnrolForm(request.POST or None, initial={"language": organisation.language, "delivered": today})
    if request.method == "POST" and form.is_valid():
        line = form.line(today)
        if not line.problem and _enrolled(request, form, [line]):
            return redirect("desk:thanks")
    return _form(request, form, EnrolFileForm())


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: StaffRequest) -> HttpResponse:
    """Look at the lines of a file; nothing is saved before `enrol` is pressed beside what they would do."""
    now, organisation = timezone.now(), Organisation.objects.the()
    today, looked = now.astimezone(organisation.zone_info).date(), []
    form = EnrolFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = enrolling.read(form.cleaned_data["text"], today=today)
            if "enrol" in request.POST and _enrolled(request, form, lines):
                return redirect("desk:thanks")
            looked = look(lines, now=now)
            if not form.errors:
                form = EnrolFileForm(initial={"text": form.cleaned_data["text"]})
        except ValidationError as refusal:
            add_refusal(form, refusal)
    single = EnrolForm(initial={"language": organisation.language, "delivered": today})
    return _form(request, single, form, looked)


def _enrolled(request: StaffRequest, form: Any, lines: list[enrolling.Line]) -> bool:
    try:
        planned = enrol(lines, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    if planned:
        n = len(planned)
        said = ngettext("%(n)d thank-you is planned.", "%(n)d thank-yous are planned.", n) % {"n": n}
        toasts.success(request, said)
    else:
        toasts.warning(request, _("It is enrolled already. Nothing was added."))
    return True


def _form(
    request: StaffRequest, form: EnrolForm, file_form: EnrolFileForm, looked: list[Looked] | None = None
) -> HttpResponse:
    looked = looked or []
    context = {
        "section": "customers", "form": form, "file_form": file_form, "looked": looked,
        "wrong": sum(bool(one.line.problem) for one in looked),
        "ready": sum(one.can_be_enrolled for one in looked),
        "columns": enrolling.COLUMNS, "most": enrolling.MOST_LINES,
    }  # fmt: skip
    return render(request, "desk/enrol.html", context, status=422 if form.errors or file_form.errors else 200)
