"""What became of one mail, step by step, in words for people. Reads only, from what came with its message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail import meaning
from mail.models import Attempt, Delivery, Report

State, Outcome = Delivery.State, Attempt.Outcome
# What each answer to a try is called where people read it.
_TRIES: dict[str, StrPromise] = {
    Outcome.STARTED: gettext_lazy("On its way to the mail server"),
    Outcome.SENT: gettext_lazy("Accepted by the mail server"),
    Outcome.RETRY: gettext_lazy("Not now, said the mail server"),
    Outcome.REFUSED: gettext_lazy("Refused by the mail server"),
    Outcome.OUR_FAULT: gettext_lazy("Our settings were refused"),
    Outcome.UNKNOWN: gettext_lazy("Not known whether it arrived"),
}
_REPORTS: dict[str, StrPromise] = {
    Report.Kind.FAILED: gettext_lazy("It came back"),
    Report.Kind.DELAYED: gettext_lazy("Another mail server reports that it is delayed"),
    Report.Kind.COMPLAINT: gettext_lazy("The customer's provider reports that it was marked as unwanted"),
}


# Its tries and what was reported, in the query that reads messages: annotate with these, then `read`.
STEPS = {
    "tries": ArraySubquery(
        Attempt.objects.filter(delivery=OuterRef("delivery"))
        .order_by("number")
        .values(facts=JSONObject(at=Coalesce("finished_at", "started_at"), outcome="outcome", reply="reply"))
    ),
    "reports": ArraySubquery(
        Report.objects.filter(delivery=OuterRef("delivery"))
        .order_by("at", "pk")
        .values(facts=JSONObject(at="at", kind="kind", status="status", said="said", inbound="inbound_id"))
    ),
}


@dataclass(frozen=True)
class Entry:
    """One step: when, what happened, what it means, and the other server's own words."""

    at: datetime
    what: StrPromise | str
    means: str = ""
    said: str = ""
    is_trouble: bool = False
    inbound_id: int | None = None


def read(delivery: Delivery, tries: Sequence[dict[str, Any]], reports: Sequence[dict[str, Any]]) -> list[Entry]:
    """Every step in the order of time."""
    entries = [Entry(delivery.made_at, _("Made by itself") if delivery.automatic else _("Written"))]
    entries += [_of_a_try(**one) for one in tries]
    entries += [_of_a_report(**one) for one in reports]
    entries.sort(key=lambda entry: entry.at)
    return entries + _end(delivery, told=bool(tries) and tries[-1]["outcome"] in {Outcome.SENT, Outcome.REFUSED})


def is_delayed(delivery: Delivery, reports: Sequence[dict[str, Any]]) -> bool:
    """Whether it has left, and the last that was heard of it is that it waits somewhere on its way."""
    heard = [one["kind"] for one in reports if one["kind"] != Report.Kind.COMPLAINT]
    return delivery.state == State.SENT and bool(heard) and heard[-1] == Report.Kind.DELAYED


def _of_a_try(at: str, outcome: str, reply: str) -> Entry:
    means = meaning.in_words(reply)
    return Entry(
        at=datetime.fromisoformat(at),
        what=_TRIES[outcome],
        means=means or reply,
        said=reply if means else "",
        is_trouble=outcome in {Outcome.REFUSED, Outcome.OUR_FAULT, Outcome.UNKNOWN},
    )


def _of_a_report(at: str, kind: str, status: str, said: str, inbound: int) -> Entry:
    """What a report says; a complaint has no words of a server."""
    complaint = kind == Report.Kind.COMPLAINT
    return Entry(
        at=datetime.fromisoformat(at),
        what=_REPORTS[kind],
        means="" if complaint else meaning.of_status(status),
        said="" if complaint else said or status,
        is_trouble=kind != Report.Kind.DELAYED,
        inbound_id=inbound,
    )


def _end(delivery: Delivery, *, told: bool) -> list[Entry]:
    """How it ended, where no try says so; or when it leaves."""
    if delivery.state in {State.QUEUED, State.CLAIMED}:
        return [Entry(delivery.next_at, _("To be tried again") if delivery.attempts_made else _("To leave"))]
    unsaid = {State.CANCELLED, State.EXPIRED, *(() if told else (State.SENT, State.FAILED))}
    if delivery.state not in unsaid:
        return []
    means = meaning.in_words(delivery.reason)
    return [
        Entry(
            at=delivery.ended_at or delivery.next_at,
            what=State(delivery.state).label,
            means=means or delivery.reason,
            said=delivery.reason if means else "",
            is_trouble=delivery.state in {State.EXPIRED, State.FAILED},
        )
    ]
