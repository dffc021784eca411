"""Who called, what do they ask for, and what do we promise: the phone log and every ticket opened by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk import chosen_files
from desk.chosen_files import ChosenFiles
from desk.forms.moments import fresh_key
from desk.forms.tickets import NewTicketForm
from people.actions import customers
from people.audience import StaffRequest, staff
from people.models import Customer, Organisation, Team, User
from people.terms import Channel, CustomerGroup
from standards.matching import Facts, match
from standards.models import StandardVersion
from tickets.actions import tickets
from tickets.actions.tickets import START_WITH_THE_TICKET
from tickets.clock import calendar_of, due_of
from tickets.models import Ticket

LANGUAGES = [("en", "English"), ("hr", "Hrvatski")]


@dataclass
class Preview:
    """A standard that would apply, and when it would fall due if the ticket were opened now."""

    version: StandardVersion
    due_at: datetime


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: StaffRequest) -> HttpResponse:
    """Open a ticket for a customer; the clocks of the standards that apply start at once.

    Choosing a customer from the list posts the form as it stands, so that nothing typed is lost.
    """
    user = request.user
    if request.method == "POST" and "choose" in request.POST:
        typed = {**request.POST.dict(), "customer": request.POST["choose"]}
        chosen = chosen_files.sent_with(request, now=timezone.now())
        form = NewTicketForm(user=user, languages=LANGUAGES, initial=typed, chosen=chosen)
    elif request.method == "POST":
        chosen = chosen_files.sent_with(request, now=timezone.now())
        form = NewTicketForm(request.POST, user=user, languages=LANGUAGES, chosen=chosen)
        if form.is_valid():
            try:
                ticket = _open_once(form, user)
                toasts.success(request, _("%(ticket)s is open and its clocks run.") % {"ticket": f"T-{ticket.number}"})
                return redirect("desk:ticket", ticket.number)
            except ValidationError as refusal:
                form.add_error(None, refusal)
    else:
        form = NewTicketForm(user=user, languages=LANGUAGES, initial=_initial(request), chosen=ChosenFiles())
    return render(request, "desk/new_ticket.html", _context(request, form), status=422 if form.errors else 200)


@staff
@require_safe
def preview(request: StaffRequest) -> HttpResponse:
    """What would be promised by rule, with real due times, for the facts chosen so far."""
    form = NewTicketForm(request.GET, user=request.user, languages=LANGUAGES, chosen=ChosenFiles())
    form.is_valid()
    return render(request, "desk/_due_preview.html", _preview_context(request, form))


@staff
@require_safe
def customer_search(request: StaffRequest) -> HttpResponse:
    """Customers whose name, e-mail or phone fits what was typed, and what they have open."""
    text = request.GET.get("customer_search") or request.GET.get("name") or ""
    found = Customer.objects.visible_to(request.user).search(text)[:8] if text.strip() else []
    return render(request, "desk/_customer_choices.html", {"customers": found, "text": text})


def _initial(request: StaffRequest) -> dict[str, object]:
    team = Team.objects.visible_to(request.user).first()
    known = request.GET.get("customer", "")
    return {
        "key": fresh_key(),
        "team": team,
        "mine": True,
        "language": Organisation.objects.the().language,
        "customer": int(known) if known.isdecimal() else None,
    }


def _context(request: StaffRequest, form: NewTicketForm) -> dict[str, object]:
    chosen = form["customer"].value()
    customer = Customer.objects.visible_to(request.user).filter(pk=chosen).first() if chosen else None
    open_tickets = Ticket.objects.visible_to(request.user).open().filter(customer=customer)[:5] if customer else []
    return {"form": form, "customer": customer, "open_tickets": open_tickets, **_preview_context(request, form)}


def _preview_context(request: StaffRequest, form: NewTicketForm) -> dict[str, object]:
    now = timezone.now()
    given = form.cleaned_data if form.is_bound else {}
    team = given.get("team") or form.initial.get("team")
    if not isinstance(team, Team):
        team = Team.objects.visible_to(request.user).first()
    customer = given.get("customer")
    facts = Facts(
        given.get("type") or "question",
        given["category"].pk if given.get("category") else None,
        given.get("priority") or "normal",
        given.get("channel") or Channel.PHONE,
        customer.group if customer else CustomerGroup.STANDARD,
    )
    previews, refusal = [], ""
    try:
        if team is not None:
            calendar = calendar_of(team)
            for kind, version in match(StandardVersion.objects.in_force(now), facts).items():
                if kind in START_WITH_THE_TICKET:
                    due = due_of(version.clock, version.window_minutes, version.window_days, calendar, now)
                    previews.append(Preview(version, due))
    except ValidationError as error:
        refusal = " ".join(error.messages)
    previews.sort(key=lambda one: one.due_at)
    return {"previews": previews, "preview_refusal": refusal, "now": now, "zone": timezone.get_current_timezone_name()}


def _open_once(form: NewTicketForm, user: User) -> Ticket:
    """The ticket; pressed twice at the same moment, the one that the other press has opened."""
    try:
        return _open(form, user)
    except (IntegrityError, ValidationError):
        if known := tickets.opened_with(form.cleaned_data["key"]):
            return known
        raise


@transaction.atomic
def _open(form: NewTicketForm, user: User) -> Ticket:
    """The ticket, with its customer made where they are new; both or neither."""
    given, now = form.cleaned_data, timezone.now()
    if known := tickets.opened_with(given["key"]):
        return known
    customer = given["customer"] or form.known_by_email()
    if customer is None:
        customer = customers.make(
            name=given["name"], email=given["email"], phone=given["phone"], language=given["language"] or "en"
        )
    return tickets.open_ticket(
        customer,
        given["subject"],
        given["body"],
        channel=given["channel"],
        now=now,
        by=user,
        team=given["team"],
        owner=user if given["mine"] else None,
        ticket_type=given["type"],
        category=given["category"],
        priority=given["priority"],
        key=given["key"],
        uploads=form.chosen.to_send,
    )
