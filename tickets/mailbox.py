"""Where a mail that came in belongs. Reads only; nothing that a mail claims of itself is believed.

Only a reply address that we gave to this very sender leads into a ticket. Subjects, In-Reply-To,
References, Reply-To, Cc and control headers of our own prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import addresses, senders
from mail.models import Delivery, InboundMail, Mailbox
from mail.parsing import Facts
from people.models import Customer, Organisation
from tickets.models import Ticket

# What one sender may send; the rest is kept, and opens and joins nothing by itself.
LIMITS = [(timedelta(minutes=1), 50), (timedelta(hours=1), 600)]


@dataclass(frozen=True)
class Place:
    """Into `ticket`; or nowhere, because of `parked`; or, if neither, into a new ticket.

    `may_hold_secrets`: what is parked may quote mail of ours that went to somebody else.
    `held_back`: it is parked only because its sender had sent so many.
    `reports_on`: it reports on that mail of ours, and is believed; `parked` says so.
    """

    ticket: Ticket | None = None
    parked: str = ""
    may_hold_secrets: bool = False
    held_back: bool = False
    reports_on: Delivery | None = None


def place_of(facts: Facts, mail: InboundMail, *, now: datetime) -> Place:
    """Where `mail`, which says `facts`, belongs."""
    if reports := _at_a_return_address(facts, now):
        return reports
    if facts.unreadable:
        return Place(parked=_("It could not be read: %(why)s.") % {"why": facts.unreadable}, may_hold_secrets=True)
    if is_ours(facts):
        return Place(parked=_("It is a mail of our own that came back, or claims to be."), may_hold_secrets=True)
    if not facts.sender:
        return Place(parked=_("It does not say who sent it."), may_hold_secrets=True)
    if facts.bounce:
        return Place(parked=_("A mail server reports that a mail was not delivered."), may_hold_secrets=True)
    if too_many := _too_many(facts.sender, mail):
        return Place(parked=too_many, held_back=True)
    ticket = _ticket_of(facts, now)
    if ticket is None and facts.machine.answers:
        why = _("A machine answered, and not to an address that we gave it: %(why)s.")
        return Place(parked=why % {"why": facts.machine.why}, may_hold_secrets=True)
    if ticket is None and facts.machine.to_many:
        return Place(parked=_("It went to many: %(why)s.") % {"why": facts.machine.why})
    return Place(ticket)


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


def _ticket_of(facts: Facts, now: datetime) -> Ticket | None:
    """The ticket whose customer wrote to the address that we gave them; judged by what is true now."""
    if facts.senders != 1:
        return None
    for address in [*facts.delivered_to, *facts.to, *facts.cc]:
        secret = addresses.secret_in(address)
        token = addresses.resolve(secret, "reply", now=now) if secret else None
        if token is None or not senders.same(facts.sender, token.recipient):
            continue
        what, _colon, number = token.about.partition(":")
        if what != "ticket" or not number.isdecimal():
            continue
        ticket = Ticket.objects.select_related("customer").filter(number=number).first()
        if ticket is not None and senders.same(facts.sender, ticket.customer.email):
            return ticket
    return None


def is_ours(facts: Facts) -> bool:
    """Our own mail, by what only we and its receiver know; or mail that says it is from an address of ours."""
    if facts.our_id and Delivery.objects.filter(message_id=facts.message_id, key=facts.our_id).exists():
        return True
    if not facts.sender:
        return False
    plain = addresses.without_detail(facts.sender)
    support = Organisation.objects.filter(support_address__iexact=plain)
    return support.exists() or Mailbox.objects.filter(address__iexact=plain).exists()


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
