"""What is read to tell why a commitment is due when it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q

from desk.call_script import ATTEMPTS
from people.models import User
from tickets import trail
from tickets.certain import certain
from tickets.models import Commitment, Message, MessagePromise, Warning
from tickets.reckoning import Reckoned
from tickets.trail import Step


@dataclass
class Facts:
    """What is read of one commitment: the rows it goes back to, the first of its chain first, and what was said."""

    row: Commitment
    chain: Sequence[Commitment]
    steps: dict[int, list[Step]]
    messages: list[Message]
    moves: dict[int, MessagePromise]
    warnings: dict[tuple[int, str], list[str]]
    names: dict[int, str]
    after: list[Commitment]

    @property
    def reckoned(self) -> Reckoned | None:
        """Its times, worked out anew."""
        steps = self.steps[self.row.pk]
        return steps[-1].after if steps else None

    def said_at(self, moment: datetime | None, direction: str) -> Message | None:
        """The message with which something began or ended at that moment."""
        return next((one for one in self.messages if one.direction == direction and _counts_at(one) == moment), None)


def read(row: Commitment, zone: ZoneInfo) -> Facts:
    """The row with all that it goes back to, in as many queries for a long trail as for a short one."""
    ticket = row.ticket
    of_ticket = Q(ticket=ticket) | Q(ticket__merged_into=ticket) | Q(ticket__split_from=ticket)
    if ticket.split_from_id:
        of_ticket |= Q(ticket=ticket.split_from_id)
    found = trail.with_trails(Commitment.objects.filter(of_ticket)).annotate(attempts=ATTEMPTS)
    rows = {one.pk: one for one in found.select_related("ticket__customer", "accountable", "made_by")}
    for one in rows.values():
        one.replaces = rows.get(one.replaces_id or 0, one.replaces)
        one.follows = rows.get(one.follows_id or 0, one.follows)
    row = rows[row.pk]
    chain = [row]
    while (before := chain[0].replaces) is not None:
        chain.insert(0, before)
    moments = {moment for one in chain for moment in (one.started_at, one.ended_at) if moment}
    said = Message.objects.filter(Q(at__in=moments) | Q(delivery__ended_at__in=moments), ticket=ticket)
    pks = [one.pk for one in chain]
    told = MessagePromise.objects.filter(moves__in=pks, refused_why="").select_related("message__author")
    announced = Warning.objects.filter(commitment__in=pks).prefetch_related(Prefetch("told", User.objects.only("name")))
    events = [event for one in chain for event in one.events.all()]
    people = {pk for event in events for pk in (event.detail.get("before"), event.detail.get("to")) if pk}
    return Facts(
        row=row,
        chain=chain,
        steps={one.pk: list(trail.steps(one, zone)) for one in chain},
        messages=list(said.select_related("author", "delivery").order_by("pk")),
        moves={certain(one.moves_id): one for one in told},
        warnings={(one.commitment_id, one.stage): [person.name for person in one.told.all()] for one in announced},
        names=dict(User.objects.filter(pk__in=people).values_list("pk", "name")),
        after=[one for one in rows.values() if row.pk in {one.replaces_id, one.follows_id}],
    )


def _counts_at(message: Message) -> datetime:
    """When what `message` does, happened: when our server accepted it, else when it was said."""
    sent = message.delivery.ended_at if message.delivery and message.is_ours else None
    return sent or message.at
