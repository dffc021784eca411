"""The ticket: what we promised, what was said, and what happens next."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import chosen_files, composing, days, ticket_page
from desk.forms.calls import CallForm
from desk.forms.composer import NoteForm, ReplyForm
from desk.forms.moments import fresh_key
from desk.forms.tickets import AssignForm, FactsForm
from desk.ticket_page import TicketPage, place
from desk.viewer import readable_ticket, visible_ticket
from desk.views import calls
from followups import drafted
from people.audience import StaffRequest, staff
from tickets.actions import conversation, hearing, notes, rematch, tickets
from tickets.actions.drafts import PREPARED_FOR
from tickets.clock import calendar_of
from tickets.models import Draft, Message, Ticket, Upload
from ui.responses import fragment, unchanged


@staff
@require_safe
def ticket(request: StaffRequest, number: int) -> HttpResponse:
    """The page, with the composer for a reply, a call or a note (`?write=`); a merged one's number leads on."""
    found = readable_ticket(request, number)
    if found.number != number:
        return redirect("desk:ticket", found.number)
    write = request.GET.get("write", "")
    write = write if write in {"reply", "call", "note"} else ("reply" if found.customer.email else "call")
    if not found.is_ours:  # type: ignore[attr-defined]  # annotated
        write = "note"
    page = _read(request, found)
    return _shown(request, page, write, _blank(request, page, write))


@staff
@require_POST
def reply(request: StaffRequest, number: int) -> HttpResponse:
    """Send a reply; it is held for ten seconds. Refused, it comes back with all that was typed."""
    found = visible_ticket(request, number)
    chosen = chosen_files.sent_with(request, now=timezone.now())
    form = ReplyForm(request.POST, chosen=chosen, **composing.around(found))
    if form.is_valid() and not form.say_what_it_lacks(_lacks(found, form)):
        promised_for = days.of_told(found, form, by=request.user, now=timezone.now())
        try:
            message = conversation.reply(
                found, form.cleaned_data["body"], form.next_date, told=form.told, by=request.user, now=timezone.now(),
                decides=form.cleaned_data["decides"], only_a_receipt=form.cleaned_data["only_a_receipt"],
                key=form.cleaned_data["key"], uploads=chosen.to_send,
                anyway=form.cleaned_data["anyway"],
            )  # fmt: skip
            days.warn(request, promised_for)
            return redirect(place(message))
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return _refused(request, found, "reply", form)


@staff
@require_POST
def call(request: StaffRequest, number: int) -> HttpResponse:
    """Take down a call; what was told on it counts at once."""
    found = visible_ticket(request, number)
    form = CallForm(
        request.POST, now=timezone.now(), chosen=composing.call_chosen(request, found),
        follows=composing.missed(request, found), **composing.around(found),
    )  # fmt: skip
    if message := calls.log(request, found, form):
        return redirect(place(message))
    return _refused(request, found, "call", form)


@staff
@require_POST
def note(request: StaffRequest, number: int) -> HttpResponse:
    """Save an internal note; also of a colleague who was asked for something."""
    found = readable_ticket(request, number)
    form = NoteForm(request.POST)
    if form.is_valid():
        notes.note(
            found, form.cleaned_data["body"], by=request.user, now=timezone.now(), key=form.cleaned_data["key"]
        )  # fmt: skip
        toasts.success(request, _("The note is saved. Only staff can see it."))
        return redirect("desk:ticket", number)
    return _refused(request, found, "note", form)


@staff
@require_POST
def undo(request: StaffRequest, message_id: int) -> HttpResponse:
    """Take back a reply that is still held; its text is in the composer again."""
    visible = Message.objects.visible_to(request.user)
    message = get_object_or_404(visible.select_related("ticket", "delivery"), pk=message_id, author=request.user)
    if conversation.undo(message, by=request.user, now=timezone.now()):
        toasts.success(request, _("Taken back. Nothing was sent; your text is in the composer."))
        return redirect(f"{reverse('desk:ticket', args=[message.ticket.number])}?write=reply#composer")
    toasts.warning(request, _("It was too late to take it back: the mail is on its way."))
    return redirect(place(message))


@staff
@require_POST
def by_a_person(request: StaffRequest, message_id: int) -> HttpResponse:
    """A message that was taken for a machine's was written by a person: it counts as theirs."""
    visible = Message.objects.visible_to(request.user)
    message = get_object_or_404(visible.select_related("ticket"), pk=message_id)
    if hearing.a_person_wrote(message, by=request.user, now=timezone.now()):
        toasts.success(request, _("It counts as written by the customer."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:ticket", message.ticket.number)


@staff
@require_POST
def save_draft(request: StaffRequest, number: int) -> HttpResponse:
    """Keep what is being written; called while typing, answers with nothing but that it is safe."""
    found = visible_ticket(request, number)
    kind = Draft.Kind.NOTE if request.POST.get("kind") == "note" else Draft.Kind.REPLY
    body = request.POST.get("body", "")
    fields = {name: value for name, value in request.POST.items() if name not in _NOT_KEPT}
    files_of = chosen_files.form_named(request.POST.get("files_of", ""))
    if not Upload.objects.of(files_of, request.user).exists():
        files_of = None
    if body.strip() or files_of:
        notes.save_draft(found, kind, body, fields, by=request.user, now=timezone.now(), files_of=files_of)
    else:
        notes.drop_draft(found, kind, by=request.user)
    return HttpResponse(status=204)


_NOT_KEPT = {"csrfmiddlewaretoken", "key", "body", "kind", "files_of", "kept", "attached", "as_it_is"}


@staff
@require_POST
def assign(request: StaffRequest, number: int) -> HttpResponse:
    """Give the ticket to somebody. What is due soon or overdue stays until they take it."""
    found = visible_ticket(request, number)
    now = timezone.now()
    form = AssignForm(request.POST, ticket=found, now=now)
    if not form.is_valid():
        toasts.error(request, _("Choose somebody of the team."))
        return redirect("desk:ticket", number)
    owner = form.cleaned_data["owner"]
    asked = tickets.assign(found, owner, by=request.user, now=now)
    toasts.success(
        request,
        _("Assigned to %(name)s.") % {"name": owner.name} if owner else _("Assigned to nobody; the lead answers."),
    )
    if asked:
        toasts.warning(
            request,
            _("%(name)s is asked to take what is pressing. Until then it stays with whoever has it.")
            % {"name": asked[0].asked_of},
        )
    return redirect("desk:ticket", number)


@staff
@require_POST
def change_state(request: StaffRequest, number: int) -> HttpResponse:
    """Waiting on others, or open again. No clock stops for that."""
    found = visible_ticket(request, number)
    try:
        tickets.change_state(found, request.POST.get("state", ""), by=request.user, now=timezone.now())
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
    return redirect("desk:ticket", number)


@staff
@require_POST
def change_facts(request: StaffRequest, number: int) -> HttpResponse:
    """Another type, category or priority; the standards that now apply count from the start."""
    found = visible_ticket(request, number)
    form = FactsForm(request.POST, instance=found)
    if form.is_valid():
        facts = form.cleaned_data
        rematch.change_facts(
            visible_ticket(request, number), ticket_type=facts["type"], category=facts["category"],
            priority=facts["priority"], by=request.user, now=timezone.now(),
        )  # fmt: skip
        toasts.success(request, _("Changed. The due times follow the standards that apply now."))
    else:
        toasts.error(request, _("That could not be changed. Choose from the lists."))
    return redirect("desk:ticket", number)


@staff
@require_safe
def thread(request: StaffRequest, number: int) -> HttpResponse:
    """The conversation and the promises once the mail in hand has left or come back; 204 until then."""
    found = readable_ticket(request, number)
    page = _read(request, found)
    if page.in_hand:
        return unchanged()
    context = {"page": page, "ticket": found, "now": page.now, "zone": page.zone}
    return fragment(
        request, "desk/_thread.html", context, oob=[("desk/_promises.html", context), ("desk/_asks.html", context)]
    )


def _read(request: StaffRequest, found: Ticket) -> TicketPage:
    zone = timezone.get_current_timezone_name()
    return ticket_page.read(found, user=request.user, now=timezone.now(), zone=zone, everything="all" in request.GET)


def _refused(request: StaffRequest, found: Ticket, write: str, form: Form) -> HttpResponse:
    return _shown(request, _read(request, found), write, form, status=422)


def _shown(request: StaffRequest, page: TicketPage, write: str, form: Form, status: int = 200) -> HttpResponse:
    found = page.ticket
    context = {
        "page": page,
        "ticket": found,
        "write": write,
        "form": form,
        "now": page.now,
        "zone": page.zone,
    }
    if "change" in request.GET and found.is_ours:  # type: ignore[attr-defined]  # annotated
        context["facts_form"] = FactsForm(instance=found)
        context["assign_form"] = AssignForm(ticket=found, now=page.now, initial={"owner": found.owner_id})
    return render(request, "desk/ticket.html", context, status=status)


def _blank(request: StaffRequest, page: TicketPage, write: str) -> Form:
    """The empty form for what is to be written, or the draft where there is one."""
    found = page.ticket
    draft = page.drafts.get(Draft.Kind.NOTE if write == "note" else Draft.Kind.REPLY)
    initial = {"key": fresh_key(), "body": draft.body if draft else "", **(draft.fields if draft else {})}
    if write == "note":
        return NoteForm(initial=initial)
    initial.setdefault("written_from", initial.get(PREPARED_FOR))
    zone = timezone.get_current_timezone()
    for name, value in composing.suggested(page.calendar or calendar_of(found.team), page.now, zone).items():
        initial.setdefault(name, value)
    promised = [line.commitment for line in (*page.open_lines, *page.asks)]
    if write == "call":
        missed = composing.missed(request, found)
        return CallForm(initial=initial, now=page.now, zone=zone, follows=missed, open_promises=promised)
    chosen = chosen_files.of_draft(draft)
    return ReplyForm(initial=initial, zone=zone, chosen=chosen, open_promises=promised)


def _lacks(found: Ticket, form: ReplyForm) -> list[str]:
    """What a text that began as a prepared draft lacks."""
    began_as = form.cleaned_data["written_from"]
    return drafted.lacks(found, began_as, form.cleaned_data["body"]) if began_as else []
