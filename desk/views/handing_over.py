"""One promise in other hands: whoever has it asks, whoever is asked says yes or no."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from desk.asked import MOST
from desk.forms.handing_over import HandOverForm
from desk.forms.refusal import attempt, carry_out, posted
from desk.viewer import visible_commitment
from people.audience import StaffRequest, staff
from tickets.actions import handover
from tickets.models import Commitment, HandOver


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Give a promise to a colleague; what is pressing is theirs when they say that they take it."""
    commitment = visible_commitment(request, commitment_id)
    now, ticket = timezone.now(), commitment.ticket
    form = HandOverForm(posted(request), commitment=commitment, now=now)
    given: list[HandOver | None] = []
    if request.method == "POST":
        carry_out(
            form,
            lambda fields: given.append(handover.hand_over(commitment, fields["to"], by=request.user, now=now)),
        )
    if given:
        name = {"name": form.cleaned_data["to"]}
        toasts.success(
            request,
            _("%(name)s is asked to take it. Until then nothing changes.") % name
            if given[0]
            else _("%(name)s answers for it now.") % name,
        )
        return redirect("desk:ticket", ticket.number)
    context = {
        "commitment": commitment,
        "ticket": ticket,
        "form": form,
        "stage": commitment.stage(now),
        "has_ended": commitment.state == Commitment.State.ENDED,
        "needs_a_yes": handover.needs_a_yes(commitment, now=now),
        "asked": commitment.hand_overs.unanswered().select_related("asked_of").first(),
        "now": now,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "desk/hand_over.html", context, status=422 if form.errors else 200)


@staff
@require_POST
def take(request: StaffRequest, hand_over_id: int) -> HttpResponse:
    """I take it."""
    return _carried_out(
        request, hand_over_id,
        lambda asked: handover.accept(asked, by=request.user, now=timezone.now()),
        _("You answer for it now."),
    )  # fmt: skip


@staff
@require_POST
def take_several(request: StaffRequest) -> HttpResponse:
    """I take what one colleague leaves to me, as it stood on my page."""
    keys = [int(key) for key in request.POST.getlist("asked") if key.isdecimal()][:MOST]
    asked = HandOver.objects.visible_to(request.user).filter(pk__in=keys)
    taken, refused = handover.accept_all(asked, by=request.user, now=timezone.now())
    if taken:
        said = ngettext("You answer for %(n)d now.", "You answer for %(n)d now.", len(taken))
        toasts.success(request, said % {"n": len(taken)})
    for why in refused:
        toasts.error(request, why)
    return redirect("desk:horizon")


@staff
@require_POST
def decline(request: StaffRequest, hand_over_id: int) -> HttpResponse:
    """I can't, and why."""
    return _carried_out(
        request, hand_over_id,
        lambda asked: handover.decline(
            asked, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now()
        ),
        _("Declined. Your colleague reads why."),
    )  # fmt: skip


@staff
@require_POST
def call_off(request: StaffRequest, hand_over_id: int) -> HttpResponse:
    """Nobody is asked any more."""
    return _carried_out(
        request, hand_over_id,
        lambda asked: handover.call_off(asked, by=request.user, now=timezone.now()),
        _("Nobody is asked any more."),
    )  # fmt: skip


def _carried_out(
    request: StaffRequest, hand_over_id: int, action: Callable[[HandOver], object], said: str
) -> HttpResponse:
    visible = HandOver.objects.visible_to(request.user).select_related("commitment__ticket")
    asked = get_object_or_404(visible, pk=hand_over_id)
    attempt(request, lambda: action(asked), said)
    if request.POST.get("back") == "horizon":
        return redirect("desk:horizon")
    return redirect("desk:ticket", asked.commitment.ticket.number)
