"""What a person does to one promise: move it, mark it done, withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk import days
from desk.forms.asking import WithdrawAskForm
from desk.forms.moments import fresh_key
from desk.forms.moving import MoveCallForm, MoveForm, WithdrawForm
from desk.forms.refusal import add_refusal, attempt
from desk.viewer import visible_commitment, visible_ticket
from followups import forewarning
from people.audience import StaffRequest, staff
from standards.terms import Kind
from standards.working_time import next_opening
from tickets.actions import asking, commitments, conditions, conversation, moving, thanks
from tickets.actions.conversation import Told
from tickets.callbacks import USUAL_SLOT
from tickets.models import Commitment, Message


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Tell the customer another time, with the reason: the promise moves when that message is accepted."""
    commitment = visible_commitment(request, commitment_id)
    if commitment.is_internal:
        return redirect("desk:asked-move", commitment.pk)
    now, zone = timezone.now(), timezone.get_current_timezone()
    form_of = MoveCallForm if commitment.kind == Kind.CALLBACK else MoveForm
    day = None
    if request.method == "POST":
        form = form_of(request.POST, zone=zone, forewarning=forewarning.sentence(commitment))
        if form.is_valid():
            day = days.of_moved(commitment, form.due_at, now=now)
            try:
                _tell(request, commitment, form)
                days.warn(request, [day])
                return redirect("desk:ticket", commitment.ticket.number)
            except ValidationError as why:
                add_refusal(form, why)
    else:
        later = next_opening(commitment.calendar_version.working, (commitment.due_at or now) + timedelta(hours=24))
        later = later.astimezone(zone).replace(second=0, microsecond=0)
        day = days.of_moved(commitment, later, now=now)
        form = form_of(
            zone=zone,
            forewarning=forewarning.sentence(commitment),
            initial={
                "key": fresh_key(),
                "date": later.date(),
                "time": later.time(),
                "until": (later + USUAL_SLOT).time(),
                "body": _letter(commitment, request),
            },
        )
    refusal = _why_it_cannot_move(commitment, now)
    context = {
        "commitment": commitment, "ticket": commitment.ticket, "form": form, "refusal": refusal, "day": day,
        "stage": commitment.stage(now), "now": now, "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/move.html", context, status=422 if form.errors else 200)


@staff
@require_POST
def done(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """What no message can tell has been done: tick it off."""
    commitment = visible_commitment(request, commitment_id)
    if commitment.kind == Kind.CALLBACK:
        toasts.info(request, _("A promised call is done when it is logged."))
        return redirect("desk:commitment-call", commitment.pk)
    now = timezone.now()
    try:
        if commitment.is_internal:
            kept = asking.done(commitment, request.POST.get("words", ""), by=request.user, now=now)
        else:
            kept = commitments.keep(commitment, at=now, now=now, by=request.user)
        toasts.success(
            request,
            _("Kept in time.") if kept.outcome == Commitment.Outcome.KEPT else _("Done, after it was due: kept late."),
        )
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
    return redirect("desk:ticket", commitment.ticket.number)


@staff
@require_POST
def start(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The condition of a promise came true: its clock starts, from the message that is named, or else from now."""
    return _carried_out(
        request, commitment_id,
        lambda commitment: conditions.came_true(
            commitment, _message(request, commitment), by=request.user, now=timezone.now()
        ),
        _("The clock of this promise runs."),
    )  # fmt: skip


@staff
@require_POST
def not_yet(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The customer's message was something else; the promise goes on waiting."""
    return _carried_out(
        request, commitment_id,
        lambda commitment: conditions.not_yet(
            commitment, _message(request, commitment), by=request.user, now=timezone.now()
        ),
        _("It goes on waiting. The next message of the customer asks again."),
    )  # fmt: skip


@staff
@require_POST
def no_reply_needed(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The customer's word, a thank-you for instance, asks for no answer."""
    return _carried_out(
        request, commitment_id,
        lambda commitment: thanks.no_reply_needed(commitment, by=request.user, now=timezone.now()),
        _("No answer is owed. You can take that back for a day."),
    )  # fmt: skip


@staff
@require_POST
def reply_needed(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """It does, after all; the clock runs since the customer wrote."""
    return _carried_out(
        request, commitment_id,
        lambda commitment: thanks.reply_needed(commitment, by=request.user, now=timezone.now()),
        _("An answer is owed again, since the customer wrote."),
    )  # fmt: skip


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """No longer owed, and why; for those who work on the ticket. After due only a lead or manager can."""
    commitment = visible_commitment(request, commitment_id)
    visible_ticket(request, commitment.ticket.number)
    kind, begun = (WithdrawAskForm if commitment.is_internal else WithdrawForm), {"key": fresh_key()}
    form = kind(request.POST) if request.method == "POST" else kind(initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            said = _withdrawn(request, commitment, form)
            toasts.success(request, said)
            return redirect("desk:ticket", commitment.ticket.number)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    context = {
        "commitment": commitment, "ticket": commitment.ticket, "form": form,
        "now": timezone.now(), "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(request: StaffRequest, commitment: Commitment, form: WithdrawForm | WithdrawAskForm) -> str:
    """Withdraw it, at once or with a message to the customer; returns what to say of it."""
    given, now = form.cleaned_data, timezone.now()
    if isinstance(form, WithdrawForm) and form.tells:
        ticket = commitment.ticket
        conversation.reply(
            ticket, given["body"], None, by=request.user, now=now, key=given["key"], withdraws=[commitment]
        )  # fmt: skip
        return _("The message is leaving. The promise ends when it has been accepted.")
    commitments.withdraw(commitment, why=given["why"], by=request.user, now=now)
    return _("Withdrawn. It stays on the record with its reason.")


def _message(request: StaffRequest, commitment: Commitment) -> Message | None:
    """The message of the customer's that the form names; None where it names none, else 404."""
    key = request.POST.get("message", "")
    if not key:
        return None
    theirs = commitment.ticket.messages.filter(direction=Message.Direction.IN)
    return get_object_or_404(theirs, pk=int(key) if key.isdecimal() else 0)


def _tell(request: StaffRequest, commitment: Commitment, form: MoveForm) -> None:
    told = Told(
        words=commitment.promised_text,
        due_at=form.due_at,
        slot_starts_at=form.slot.starts_at if form.slot else None,
        moves=commitment,
        reason=form.told_reason,
    )
    said, key, now = form.cleaned_data["body"], form.cleaned_data["key"], timezone.now()
    if form.cleaned_data["by_phone"]:
        conversation.log_call(
            commitment.ticket, said, Message.Result.REACHED, form.earlier, told=[told],
            by=request.user, now=now, consent=True, key=key,
        )  # fmt: skip
        toasts.success(request, _("Moved. The first time stays on the record."))
    else:
        conversation.reply(commitment.ticket, said, form.earlier, told=[told], by=request.user, now=now, key=key)
        toasts.success(request, _("The message is leaving. The promise moves when it has been accepted."))


def _letter(commitment: Commitment, request: StaffRequest) -> str:
    with translation.override(commitment.ticket.customer.language):
        return _("Hello %(name)s,\n\n\n\n%(who)s") % {"name": commitment.ticket.customer.name, "who": request.user.name}


def _why_it_cannot_move(commitment: Commitment, now: datetime) -> str:
    """The refusal that no input can mend, for the top of the page; empty when it can be moved."""
    due = commitment.due_at or now
    try:
        moving.check_move(commitment, due + timedelta(days=1), "reason", at=now, consent=True)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _carried_out(
    request: StaffRequest, commitment_id: int, action: Callable[[Commitment], object], said: str
) -> HttpResponse:
    """The ticket again after an action that needs no form; it says `said`, or why the action was refused."""
    commitment = visible_commitment(request, commitment_id)
    attempt(request, lambda: action(commitment), said)
    return redirect("desk:ticket", commitment.ticket.number)
