"""Whether a machine wrote a mail that does not say so itself. Reads only.

What the headers and the subject say is read with the mail (`mail.automatic`); this is for those that keep silent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from mail.models import Delivery, InboundMail
from mail.parsing import Facts
from tickets.models import Message, Ticket

# Nobody reads a mail that came unasked, answers it and sends that in so short a time.
TOO_QUICK = timedelta(seconds=30)
# Nobody writes the same words twice, each time so soon after a mail of ours.
SAME_WORDS_WITHIN = timedelta(minutes=10)


def wrote(mail: InboundMail, facts: Facts, body: str, ticket: Ticket) -> bool:
    """Whether a machine wrote `mail`, which belongs to `ticket` and says `body`, by all that is known of it."""
    if facts.machine.why:
        return True
    theirs = Message.objects.filter(ticket__customer=ticket.customer_id, direction=Message.Direction.IN)
    machines = theirs.filter(human=False)
    if machines.filter(body=body).exists():
        return True
    ours = _sent_within(TOO_QUICK, ticket, mail.received_at)
    answered = [one for one in (facts.in_reply_to, *facts.references) if one]
    if answered:
        ours = ours.filter(message_id__in=answered)
    # A person's mail of ours may well be waited for, and answered at once in a few words.
    if ours.filter(automatic=True).exists() or (ours.exists() and machines.exists()):
        return True
    return _sent_within(SAME_WORDS_WITHIN, ticket, mail.received_at).exists() and any(
        _sent_within(SAME_WORDS_WITHIN, said.ticket, said.at).exists()
        for said in theirs.filter(body=body).select_related("ticket").order_by("-at")[:3]
    )


def _sent_within(time: timedelta, ticket: Ticket, at: datetime) -> QuerySet[Delivery]:
    """Our mails on `ticket` that were accepted so shortly before `at`."""
    sent = Delivery.objects.filter(message__ticket=ticket, state=Delivery.State.SENT)
    return sent.filter(ended_at__gt=at - time, ended_at__lte=at)
