"""Mail and messages: each is carried out, filed and told; what a message says is what is owed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import STUCK, WORKER, check
from followups.models import SatisfactionRequest
from mail.models import Attempt, Delivery, InboundMail, Token
from tickets.models import Commitment, DelayNotice, Event, Message, MessagePromise, Ticket

Outcome, Source = Commitment.Outcome, Commitment.Source


@check("not-settled", _("A message has left or failed, and what it says was not carried out."), WORKER)
def not_settled(now: datetime) -> QuerySet[Message]:
    return Message.objects.to_settle().filter(delivery__ended_at__lt=now - STUCK)


@check("mail-without-delivery", _("A message says it went by mail, but there is no mail."))
def mail_without_delivery(now: datetime) -> QuerySet[Message]:
    """A mail about several requests belongs to the message on the first of them; the others only tell of it."""
    about_several = Delivery.objects.exclude(also_about=[]).filter(ended_at=OuterRef("at"), body=OuterRef("body"))
    ours = Message.objects.filter(direction=Message.Direction.OUT, channel="mail", delivery=None)
    return ours.exclude(Exists(about_several), human=False)


@check("sent-without-a-try", _("A mail counts as sent, but no try was accepted."))
def sent_without_a_try(now: datetime) -> QuerySet[Delivery]:
    """Asked where tries were written down at all: what was taken over as sent has none."""
    tries = Attempt.objects.filter(delivery=OuterRef("pk"))
    return Delivery.objects.filter(
        Exists(tries), ~Exists(tries.filter(outcome=Attempt.Outcome.SENT)), state=Delivery.State.SENT
    )


@check("came-back-unheard", _("A mail came back, and its message does not say so."), WORKER)
def came_back_unheard(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(delivery__bounced_at__lt=now - STUCK, not_reached_at=None)


@check("mail-not-filed", _("A mail came in, and nobody has looked where it belongs."), WORKER)
def mail_not_filed(now: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.to_file().filter(received_at__lt=now - STUCK).defer("raw")


@check("filed-nowhere", _("A mail counts as filed, but it stands in no conversation."))
def filed_nowhere(now: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state=InboundMail.State.FILED, message=None).defer("raw")


@check("told-and-not-recorded", _("A date was told to a customer, and no promise stands for it."))
def told_and_not_recorded(now: datetime) -> QuerySet[MessagePromise]:
    """A call does what it says at once, a mail when it was accepted.

    Merging and splitting part the two, so what its author promised for that time is asked of all tickets.
    """
    counts = Q(message__delivery=None) | Q(message__delivery__state=Delivery.State.SENT, message__unsettled=False)
    recorded = Commitment.objects.filter(
        kind=OuterRef("kind"),
        source=Source.PROMISE,
        made_by=OuterRef("message__author"),
        first_due_at=OuterRef("due_at"),
    )
    moved = Q(moves__isnull=False) & ~Q(moves__outcome=Outcome.MOVED)
    new = Q(moves=None) & ~Exists(recorded)
    return MessagePromise.objects.filter(counts, moved | new, due_at__isnull=False, refused_why="")


@check("told-and-still-owed", _("A customer was told that something is no longer owed, and it still is."))
def told_and_still_owed(now: datetime) -> QuerySet[Commitment]:
    """Unless that was refused, because it was overdue when the message left; its author was told."""
    left = Message.objects.filter(withdraws=OuterRef("pk"), unsettled=False)
    left = left.filter(Q(delivery=None) | Q(delivery__state=Delivery.State.SENT))
    refused = Event.objects.filter(commitment=OuterRef("pk"), kind="withdrawal.refused")
    return Commitment.objects.open().filter(Exists(left), ~Exists(refused))


@check("told-about-another", _("The notice of a shared delay told the customer about another promise."))
def told_about_another(now: datetime) -> QuerySet[DelayNotice]:
    told = MessagePromise.objects.filter(message=OuterRef("message"), moves=OuterRef("commitment"))
    return DelayNotice.objects.filter(~Exists(told), message__isnull=False)


@check("leads-nowhere", _("A link or reply address leads to something that does not exist."))
def leads_nowhere(now: datetime) -> QuerySet[Token]:
    """What the customers' links are about: tickets by number, questions by key."""
    tickets = Ticket.objects.annotate(named=Concat(Value("ticket:"), Cast("number", CharField())))
    asked = SatisfactionRequest.objects.annotate(named=Concat(Value("satisfaction:"), Cast("pk", CharField())))
    nowhere = Q(about__startswith="ticket:") & ~Q(about__in=tickets.values("named"))
    nowhere |= Q(about__startswith="satisfaction:") & ~Q(about__in=asked.values("named"))
    return Token.objects.filter(nowhere, revoked_at=None).only("purpose", "about")
