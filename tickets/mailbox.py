"""Where a mail that came in belongs. Reads only; nothing that a mail claims of itself is believed.

Only a reply address that we gave to this very sender leads into a ticket; where it got lost, the
Message-ID of a mail that we sent to that sender, if our receiving server vouches for the sender's domain.
Otherwise the address, In-Reply-To and References only suggest a ticket, beside which the mail then stands
until a person decides. Subjects, Reply-To, Cc and control headers of our own say nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mail import addresses, own, senders
from mail.models import Delivery, InboundMail, Mailbox
from mail.parsing import LARGEST, MEGABYTE, Facts, Unreadable
from people.models import Customer, Organisation
from tickets.models import Message, Ticket, UnverifiedMail

# What one sender may send; the rest is kept, and opens and joins nothing by itself.
LIMITS = [(timedelta(minutes=1), 50), (timedelta(hours=1), 600)]
# So many mails wait beside one ticket for a person to decide; what comes then is parked.
MOST_BESIDE = 20

_UNREADABLE = {
    Unreadable.HEADERS: gettext_lazy("it has too many headers"),
    Unreadable.HEADER: gettext_lazy("a header is too long"),
    Unreadable.PARTS: gettext_lazy("it has too many parts"),
    Unreadable.TOO_DEEP: gettext_lazy("its parts lie too deep in one another"),
    Unreadable.BROKEN: gettext_lazy("its parts cannot be told apart"),
    Unreadable.TOO_LONG: gettext_lazy("it takes too long or too much memory to read"),
}


@dataclass(frozen=True)
class Place:
    """Into `ticket`, or beside it where `unverified` says why; or nowhere, because of `parked`.

    If neither, into a new ticket.

    `may_hold_secrets`: what is parked may quote mail of ours that went to somebody else.
    `held_back`: it is parked only because its sender had sent so many.
    `tells`: it is certain that the customer of that ticket wrote what cannot be read, so they are told.
    `reports_on`: it reports on that mail of ours, and is believed; `parked` says so.
    """

    ticket: Ticket | None = None
    unverified: str = ""
    parked: str = ""
    may_hold_secrets: bool = False
    held_back: bool = False
    reports_on: Delivery | None = None
    tells: Ticket | None = None


def place_of(facts: Facts, mail: InboundMail, *, now: datetime) -> Place:
    """Where `mail`, which says `facts`, belongs."""
    if reports := _at_a_return_address(facts, now):
        return reports
    if facts.unreadable:
        tells = _certainly_from(facts, mail, now) if facts.unreadable == Unreadable.TOO_LARGE else None
        return Place(parked=_why_not_read(facts.unreadable), may_hold_secrets=True, tells=tells)
    if is_ours(facts):
        return Place(parked=_("It is a mail of our own that came back, or claims to be."), may_hold_secrets=True)
    if not facts.sender:
        return Place(parked=_("It does not say who sent it."), may_hold_secrets=True)
    if facts.bounce:
        return Place(parked=_("A mail server reports that a mail was not delivered."), may_hold_secrets=True)
    if too_many := _too_many(facts.sender, mail):
        return Place(parked=too_many, held_back=True)
    named = _named_by_address(facts, now)
    ticket = _ticket_of(facts, named) or _ticket_of_the_verified(facts, mail)
    if ticket is not None:
        return Place(ticket)
    if facts.machine.answers:
        why = _("A machine answered, and not to an address that we gave it: %(why)s.")
        return Place(parked=why % {"why": facts.machine.why}, may_hold_secrets=True)
    if facts.machine.to_many:
        return Place(parked=_("It went to many: %(why)s.") % {"why": facts.machine.why})
    return _beside(facts, named)


def _certainly_from(facts: Facts, mail: InboundMail, now: datetime) -> Ticket | None:
    """The ticket whose customer wrote it, without a doubt and with their own hands."""
    if facts.machine.why or is_ours(facts):
        return None
    return _ticket_of(facts, _named_by_address(facts, now)) or _ticket_of_the_verified(facts, mail)


def _why_not_read(why: str) -> str:
    if why == Unreadable.TOO_LARGE:
        most = LARGEST // MEGABYTE
        return _("It is larger than %(number)d MB, which is the most that is read. It is kept as it came.") % {
            "number": most
        }
    said = _UNREADABLE[Unreadable(why)]
    return _("It is too complex to be read: %(why)s. It is kept as it came.") % {"why": said}


def _beside(facts: Facts, named: list[Named]) -> Place:
    """Beside the ticket that the mail suggests, for a person to decide; or into a new one.

    What only refers to a ticket that is done opens a new one: beside an old ticket it would be overlooked.
    """
    ticket, by_address = next(((one.ticket, True) for one in named), (None, False))
    if ticket is None:
        ticket = _referred_to(facts)
    if ticket is None or not (by_address or ticket.is_open):
        return Place()
    if ticket.unverified.waiting()[:MOST_BESIDE].count() == MOST_BESIDE:
        why = _("Many mails of unverified senders wait beside the ticket %(ticket)s already.")
        return Place(parked=why % {"ticket": f"T-{ticket.number}"})
    if senders.same(facts.sender, ticket.customer.email):
        return Place(ticket, UnverifiedMail.Why.NOT_PROVEN)
    return Place(ticket, UnverifiedMail.Why.OTHER_ADDRESS if by_address else UnverifiedMail.Why.OTHER_REFERS)


def customer_with(address: str) -> Customer | None:
    """Whoever has this e-mail, in whatever case."""
    # Spelled like the unique index, so that the index answers.
    return Customer.objects.exclude(email="").alias(lower=Lower("email")).filter(lower=address.lower()).first()


def _at_a_return_address(facts: Facts, now: datetime) -> Place | None:
    """What came to an address where only mail servers report; None where it came to another one."""
    for address in [*facts.delivered_to, *facts.to, *facts.cc]:
        secret = addresses.return_secret_in(address)
        if secret is None:
            continue
        token = addresses.resolve(secret, "bounce", now=now)
        mail = Delivery.objects.filter(pk=token.about.partition(":")[2]).first() if token else None
        if mail is None:
            return Place(parked=_("It came to an unknown return address."), may_hold_secrets=True)
        what, _colon, number = mail.about.partition(":")
        told = {"recipient": mail.recipient, "ticket": f"T-{number}" if what == "ticket" else mail.subject}
        if facts.bounce:
            why = _("A mail server reports that our mail to %(recipient)s (%(ticket)s) was not delivered.") % told
        else:
            why = _("It came to the return address of our mail to %(recipient)s (%(ticket)s).") % told
        return Place(parked=why, may_hold_secrets=True, reports_on=mail if facts.reported else None)
    return None


@dataclass(frozen=True)
class Named:
    """A ticket that the mail was addressed to, and to whom we gave that address."""

    ticket: Ticket
    given_to: str


def _named_by_address(facts: Facts, now: datetime) -> list[Named]:
    """What the reply addresses that the mail went to stand for; judged by what is true now."""
    named = []
    for address in [*facts.delivered_to, *facts.to, *facts.cc]:
        secret = addresses.secret_in(address)
        token = addresses.resolve(secret, "reply", now=now) if secret else None
        ticket = Ticket.objects.about(token.about) if token else None
        if token is not None and ticket is not None:
            named.append(Named(ticket, token.recipient))
    return named


def _ticket_of(facts: Facts, named: list[Named]) -> Ticket | None:
    """The ticket whose customer wrote to the address that we gave them."""
    if facts.senders != 1:
        return None
    for one in named:
        if senders.same(facts.sender, one.given_to) and senders.same(facts.sender, one.ticket.customer.email):
            return one.ticket
    return None


def _ticket_of_the_verified(facts: Facts, mail: InboundMail) -> Ticket | None:
    """The ticket of a mail that we sent to this very customer, whose domain our receiving server vouches for.

    For servers that cut off what stands behind the plus. The Message-ID is random, and only they had that mail.
    """
    if mail.from_is != InboundMail.From.VERIFIED:
        return None
    for about in dict.fromkeys(one.about for one in _sent_by_us(facts) if senders.same(facts.sender, one.recipient)):
        ticket = Ticket.objects.about(about)
        if ticket is not None and senders.same(facts.sender, ticket.customer.email):
            return ticket
    return None


def _referred_to(facts: Facts) -> Ticket | None:
    """The ticket of the newest mail that this one says it answers: one of ours, or one that came in."""
    for delivery in _sent_by_us(facts):
        if (ticket := Ticket.objects.about(delivery.about)) is not None:
            return ticket
    ids = _answers(facts)
    filed = Message.objects.filter(inbound__state=InboundMail.State.FILED, inbound__message_id__in=ids)
    found = {
        message.inbound.message_id: message.ticket
        for message in filed.select_related("inbound", "ticket__customer").defer("inbound__raw")
        if message.inbound
    }
    return next((found[one] for one in ids if one in found), None)


def _sent_by_us(facts: Facts) -> list[Delivery]:
    """Mails of ours that this one says it answers, the newest first."""
    ids = _answers(facts)
    sent = {one.message_id: one for one in Delivery.objects.filter(message_id__in=ids)} if ids else {}
    return [sent[one] for one in ids if one in sent]


def _answers(facts: Facts) -> list[str]:
    """What the mail says it answers: the ids of the conversation, the newest first."""
    return list(dict.fromkeys(one for one in [facts.in_reply_to, *reversed(facts.references)] if one))


def is_ours(facts: Facts) -> bool:
    """Our own mail, by our signature or by what only its receiver knows; or mail in the name of an address of ours."""
    if own.is_signed(facts.our_id, facts.our_signature):
        return True
    if facts.our_id and Delivery.objects.filter(message_id=facts.message_id, key=facts.our_id).exists():
        return True
    if not facts.sender:
        return False
    plain = addresses.without_detail(facts.sender)
    support = Organisation.objects.filter(support_address__iexact=plain).values("pk")
    return support.union(Mailbox.objects.filter(address__iexact=plain).values("pk"), all=True).exists()


def _too_many(sender: str, mail: InboundMail) -> str:
    """Why `mail` has to wait for a person; empty where it has not, or where one has let it through."""
    if mail.let_through_at:
        return ""
    at = mail.received_at
    came = InboundMail.objects.alias(folded=Lower("sender")).filter(
        state=InboundMail.State.FILED, folded=sender.lower(), received_at__lte=at
    )
    within = {
        f"within_{number}": Count("pk", filter=Q(received_at__gt=at - span)) for number, (span, _) in enumerate(LIMITS)
    }
    counted = came.filter(received_at__gt=at - max(span for span, _most in LIMITS)).aggregate(**within)
    for number, (span, most) in enumerate(LIMITS):
        if counted[f"within_{number}"] >= most:
            return ngettext(
                "Its sender had sent %(number)s mail already within %(minutes)s minutes.",
                "Its sender had sent %(number)s mails already within %(minutes)s minutes.",
                most,
            ) % {"number": most, "minutes": span // timedelta(minutes=1)}
    return ""
