"""Nina is away. What falls due meanwhile was asked of Ivana: she has taken one promise, and not answered about another.

Told by the actions themselves, since all of it happened in the last two days.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from config.demo.company import DESK, Company
from people.actions import absences as people
from people.models import Absence
from standards.terms import Kind
from tickets.actions import absences, commitments, handover
from tickets.certain import certain
from tickets.models import Commitment

AWAY_FOR = timedelta(days=9)
# The first is taken, the second not answered.
_PROMISED = (
    {
        "en": "We ask the registry whether your old permit is still on file, and tell you",
        "hr": "Pitat ćemo evidenciju postoji li još Vaša stara dozvola i javiti Vam",
    },
    {
        "en": "We send you the form for the second car, filled in as far as we can",
        "hr": "Poslat ćemo Vam obrazac za drugi automobil, ispunjen koliko možemo",
    },
)


def tell(company: Company, now: datetime) -> None:
    """Nina's absence began this morning; where it goes on from an earlier scene, nothing is added."""
    _lead, ivana, nina = company.crews[DESK].people
    today = datetime.combine(now.astimezone(company.zone).date(), time(0), company.zone)
    if Absence.objects.filter(user=nina).touching(today, today + AWAY_FOR).exists():
        return
    said_at, asked_at = (company.clock(company.day(now, 1), clock).astimezone(UTC) for clock in ("14:20", "15:10"))
    waiting = Commitment.objects.filter(state=Commitment.State.CONDITIONAL, ticket__owner=nina)
    ticket = waiting.select_related("ticket__customer").latest("pk").ticket
    promised = [
        commitments.promise(
            ticket, Kind.CUSTOM, words[ticket.customer.language], company.slot(now, 1, hour), by=nina,
            at=said_at, now=said_at,
        )
        for hour, words in enumerate(_PROMISED, start=3)
    ]  # fmt: skip
    away = people.mark(nina, starts_at=today, ends_at=today + AWAY_FOR, by=nina, now=asked_at)
    asked = absences.ask_all(away, {one.pk: ivana for one in promised}, by=nina, now=asked_at)
    handover.accept(asked[0], by=ivana, now=asked_at + timedelta(minutes=9))
    absences.pass_on_all(now=certain(away.starts_at).astimezone(UTC))
    # What she was still asked for while she was away already.
    absences.pass_on_all(now=now)
