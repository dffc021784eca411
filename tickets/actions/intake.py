"""Filing mail that was stored: into the ticket it belongs to, into a new one, or nowhere, with the reason."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import actions_checking as checking
from mail import fingerprint, inbound
from mail.contents import Attached
from mail.models import Delivery, InboundMail
from mail.parsing import Facts, of_head, parse
from mail.reports import about
from people.actions import customers
from people.models import Customer, Organisation, Team, User
from people.terms import Channel
from tickets import machines
from tickets.actions import conversation, reports, too_large, unverified
from tickets.actions.attachments import Brought, attach
from tickets.actions.events import record
from tickets.actions.tickets import open_ticket
from tickets.certain import certain
from tickets.mailbox import Place, customer_with, is_ours, place_of
from tickets.models import Message, Ticket, UnverifiedMail

log = logging.getLogger(__name__)

# One run looks at so many mails, for so many seconds; the next run goes on.
BATCH = 500
BUDGET = 20.0
# So many names of files stand in a conversation.
NAMED = 20


def file_all(*, now: datetime, budget: float = BUDGET) -> int:
    """File what is stored, of each mailbox the oldest first; returns how many are filed or parked now.

    One that cannot be filed is parked and keeps none of the others waiting.
    """
    ends = time.monotonic() + budget
    done = 0
    for mail in InboundMail.objects.to_file().by_turns().defer("raw")[:BATCH]:
        if time.monotonic() > ends:
            break
        try:
            done += _file_safely(mail, now=now)
        except OperationalError:
            if not connection.is_usable():
                raise
            log.warning("the mail %s waits for the next run", mail.pk, exc_info=True)
    return done


def file(mail: InboundMail, *, now: datetime) -> InboundMail:
    """File one, once; whoever else has it in hand, or has filed it, is left alone. Returns how it stands.

    It stays stored while there is no team for it, and while the database cannot be reached (that is
    raised).
    """
    _file_safely(mail, now=now)
    return InboundMail.objects.defer("raw").get(pk=mail.pk)


def _file_safely(mail: InboundMail, *, now: datetime) -> bool:
    """The same; whether it is done now, by us."""
    try:
        return _file(mail, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # the mail's fault, or ours: it must not stop the others, nor be tried for ever
        log.exception("the mail %s could not be filed", mail.pk)
        with transaction.atomic():
            why = _("It could not be filed: %(why)s.") % {"why": type(error).__name__}
            inbound.park(mail, why, Facts(), may_hold_secrets=True)
        return True


@transaction.atomic
def _file(mail: InboundMail, *, now: datetime) -> bool:
    # Locked before it is read, so that of two who look at the same mails each reads others.
    waiting = InboundMail.objects.to_file().select_for_update(of=("self",), skip_locked=True)
    locked = waiting.select_related("mailbox__team__lead").filter(pk=mail.pk).first()
    if locked is None:
        return False
    organisation = Organisation.objects.select_related("default_team__lead").first()
    team = _team_of(locked, organisation)
    if organisation is None or team is None:
        return False
    raw = bytes(locked.raw)
    facts = parse(raw) if locked.is_whole else of_head(raw)
    if (check := checking.of(facts)) is not None:
        checking.came_back(check, locked, facts)
        return True
    locked.from_is = inbound.from_is(locked, facts)
    with translation.override(organisation.language):
        first = inbound.came_before(locked, fingerprint.of(raw) if locked.is_whole else None)
        place = place_of(facts, locked, now=now)
        try:
            if first is not None and _says_nothing_new(place, first):
                inbound.put_aside(locked, first, facts)
            elif place.reports_on is not None:
                _hear(locked, facts, place.reports_on, place.parked, now=now)
            elif place.parked:
                inbound.park(
                    locked, place.parked, facts,
                    may_hold_secrets=place.may_hold_secrets, held_back=place.held_back,
                )  # fmt: skip
                if place.tells is not None:
                    too_large.tell(place.tells, came_at=locked.received_at, now=now)
            else:
                _take_in(locked, facts, place, team, organisation, now=now)
        except ValidationError as refusal:
            inbound.park(locked, " ".join(refusal.messages), facts, may_hold_secrets=False)
    return True


def _says_nothing_new(place: Place, first: InboundMail) -> bool:
    """Whether a mail that came before would stand where it stands already.

    Written to the reply addresses of two tickets it comes once for each, and belongs into both.
    """
    if place.ticket is None:
        return True
    if first.state == InboundMail.State.UNVERIFIED:
        return bool(place.unverified)
    message = Message.objects.filter(inbound=first).only("ticket_id").first()
    return message is None or message.ticket_id == place.ticket.pk


@transaction.atomic
def open_from_parked(mail: InboundMail, *, by: User, now: datetime) -> Ticket:
    """A person makes a ticket of a mail that was parked; its clocks start when it came in. The ticket, made once.

    Whoever wrote it, somebody has to answer now; nothing acknowledges it any more.
    """
    parked = InboundMail.objects.select_for_update(of=("self",)).select_related("mailbox__team__lead")
    locked = parked.get(pk=mail.pk)
    if filed := Message.objects.filter(inbound=locked).select_related("ticket").first():
        return filed.ticket
    if locked.state != InboundMail.State.PARKED:
        raise ValidationError(_("This mail waits to be looked at by the worker."))
    facts, organisation = parse(bytes(locked.raw)), Organisation.objects.the()
    if why := why_no_ticket(facts):
        raise ValidationError(why)
    with translation.override(organisation.language):
        return _open(locked, facts, _team_of(locked, organisation), organisation, now=now, by=by)


@transaction.atomic
def accept(entry: UnverifiedMail, *, by: User, now: datetime) -> Message:
    """A person takes a mail that stands beside a ticket into the conversation, with its files."""
    facts = parse(bytes(entry.inbound.raw))
    return unverified.accept(entry, facts.message_id, _sorted_out(facts)[0], by=by, now=now)


@transaction.atomic
def open_from_unverified(entry: UnverifiedMail, *, by: User, now: datetime) -> Ticket:
    """A person makes a ticket of its own of a mail that stands beside another; its clocks start when it came in."""
    unverified.opened(entry, by=by, now=now)
    locked = InboundMail.objects.select_for_update(of=("self",)).select_related("mailbox__team")
    mail, organisation = locked.get(pk=entry.inbound_id), Organisation.objects.the()
    with translation.override(organisation.language):
        return _open(mail, parse(bytes(mail.raw)), _team_of(mail, organisation), organisation, now=now, by=by)


def why_no_ticket(facts: Facts) -> str:
    """Why nobody can make a ticket of a mail that says `facts`; empty where a person may."""
    if facts.bounce or facts.reported or is_ours(facts):
        return _("No customer wrote it: it is a report of a mail server, or a mail of our own.")
    if not facts.sender:
        return _("It does not say who sent it.")
    return ""


def _hear(mail: InboundMail, facts: Facts, delivery: Delivery, why: str, *, now: datetime) -> None:
    told = certain(about(facts.reported, delivery.recipient))
    reports.hear(told, delivery, inbound=mail, now=now)
    inbound.noted(mail, why, facts)


@transaction.atomic
def _take_in(
    mail: InboundMail, facts: Facts, place: Place, team: Team, organisation: Organisation, *, now: datetime
) -> None:
    ticket = place.ticket
    if ticket is None:
        _open(mail, facts, team, organisation, now=now)
        return
    mail.sender = facts.sender[:254]
    files, left_out = _sorted_out(facts)
    body, quoted_from = _body(facts, left_out)
    if place.unverified:
        unverified.put_beside(ticket, mail, facts, body, quoted_from, why=place.unverified, now=now)
        return
    if machines.wrote(mail, facts, body, ticket):
        _note_a_machine(ticket, body, quoted_from, mail, files, now=now)
    else:
        conversation.receive(
            ticket, body, channel=Channel.MAIL, at=mail.received_at, now=now, inbound=mail, quoted_from=quoted_from,
            files=files,
        )  # fmt: skip
    inbound.filed(mail, facts.message_id)


def _open(
    mail: InboundMail, facts: Facts, team: Team | None, organisation: Organisation, *, now: datetime,
    by: User | None = None,
) -> Ticket:  # fmt: skip
    """A new ticket of whoever sent `mail`; where a person opens it, a person answers for what wrote it."""
    files, left_out = _sorted_out(facts)
    mail.sender = facts.sender[:254]
    body, quoted_from = _body(facts, left_out)
    ticket = open_ticket(
        _customer(facts, organisation),
        facts.subject[:200] or _("Mail without a subject"),
        body,
        channel=Channel.MAIL,
        now=now,
        at=mail.received_at,
        by=by,
        team=team,
        inbound=mail,
        quoted_from=quoted_from,
        human=by is not None or not facts.machine.why,
        files=files,
    )
    inbound.filed(mail, facts.message_id)
    return ticket


def _team_of(mail: InboundMail, organisation: Organisation | None) -> Team | None:
    """Whose mail it is: the mailbox's team, else the team that catches what no rule assigns."""
    own = mail.mailbox.team if mail.mailbox else None
    return own or (organisation.default_team if organisation else None)


def _note_a_machine(
    ticket: Ticket, body: str, quoted_from: int | None, mail: InboundMail, files: Sequence[Brought], *, now: datetime
) -> None:
    """What a machine answered stands in the conversation and does nothing there: no clock, pause or state moves."""
    ticket = Ticket.objects.lock(ticket)
    message = Message.objects.create(
        ticket=ticket, direction=Message.Direction.IN, channel=Channel.MAIL, human=False,
        body=body, quoted_from=quoted_from, at=mail.received_at, inbound=mail,
    )  # fmt: skip
    attach(message, files)
    record(ticket, "message.received", now=now, message=message.pk, channel=Channel.MAIL, machine=True)


def _customer(facts: Facts, organisation: Organisation) -> Customer:
    """Who has the address; a new customer where nobody does, called what the mail calls them."""
    known = customer_with(facts.sender)
    if known is not None:
        return known
    try:
        return customers.make(name=facts.name or facts.sender[:120], email=facts.sender, language=organisation.language)
    except ValidationError:
        # Perhaps two mails of theirs are filed at once.
        known = customer_with(facts.sender)
        if known is None:
            raise
        return known


def _body(facts: Facts, left_out: list[Attached]) -> tuple[str, int | None]:
    """What stands in the conversation, and from where on it only repeats earlier mail.

    What of the mail does not stand there is told before that, so that nobody has to unfold it.
    """
    at = facts.quoted_from
    new, quoted = (facts.text, "") if at is None else (facts.text[:at], facts.text[at:].strip())
    said = [new.strip()] if new.strip() else []
    if facts.sealed and facts.sealed.file:
        file = facts.sealed.file
        said.append(_("(The text is in %(file)s, encrypted or in a form that can't be read here.)") % {"file": file})
    elif facts.sealed:
        said.append(_("(The text is encrypted and can't be read here.)"))
    elif not said:
        said.append(_("(The mail has no text.)"))
    if facts.cut:
        said.append(_("(The mail is longer; the rest stands in the original.)"))
    if left_out:
        names = ", ".join(f"{file.name} ({filesizeformat(file.size)})" for file in left_out[:NAMED])
        more = len(left_out) - NAMED
        if more > 0:
            names = ngettext("%(names)s and %(number)d more", "%(names)s and %(number)d more", more) % {
                "names": names,
                "number": more,
            }
        said.append(_("(Too much to be kept apart, but in the original: %(files)s)") % {"files": names})
    body = "\n\n".join(said)
    return (f"{body}\n\n{quoted}", len(body) + 2) if quoted else (body, None)


def _sorted_out(facts: Facts) -> tuple[list[Brought], list[Attached]]:
    """The files that are kept apart, and those that are too many or too large for that."""
    kept: list[Brought] = []
    left_out: list[Attached] = []
    room = settings.FILES_LARGEST_TOGETHER
    for file in facts.attachments:
        if file.size > room or len(kept) == settings.FILES_MOST_IN_A_MAIL:
            left_out.append(file)
        else:
            kept.append(Brought(file.name, file.kind, ContentFile(file.content, name=file.name)))
            room -= file.size
    return kept, left_out
