"""Two matters that came as one: which words and promises go into a ticket of their own."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.splitting import SplitForm
from desk.viewer import visible_ticket
from people.audience import StaffRequest, staff
from tickets.actions import splitting


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: StaffRequest, number: int) -> HttpResponse:
    """Choose what goes; sent, it is a ticket of its own, as old as this one."""
    found, now, refusal = visible_ticket(request, number), timezone.now(), ""
    form = SplitForm(request.POST or None, ticket=found, now=now)
    try:
        splitting.check(found)
    except ValidationError as why:
        refusal = " ".join(why.messages)
    if request.method == "POST" and not refusal and form.is_valid():
        given = form.cleaned_data
        try:
            part = splitting.split(
                found, given["subject"], list(given["messages"]), list(given["promises"]),
                by=request.user, now=now,
            )  # fmt: skip
            toasts.success(request, _("This is a ticket of its own now, as old as the other."))
            return redirect("desk:ticket", part.number)
        except ValidationError as why:
            form.add_error(None, why)
    context = {"ticket": found, "form": form, "refusal": refusal}
    return render(request, "desk/split.html", context, status=422 if request.method == "POST" else 200)
