"""What happened to a commitment, in words for staff, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from desk.call_script import Made, to_make
from desk.why_facts import Facts
from standards.due import worked_inside
from standards.terms import Kind
from tickets import trail
from tickets.certain import certain
from tickets.models import Commitment, Event, Message, Warning
from tickets.trail import Step, moment
from ui.formats import compact_duration, moment_in_words

Outcome = Commitment.Outcome


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what, more of it, and the words that were said."""

    at: datetime
    what: str
    more: str = ""
    said: str = ""
    is_trouble: bool = False


_BEGAN = {"commitment.started", "commitment.promised", "commitment.asked"}


def entries(facts: Facts, now: datetime) -> list[Entry]:
    """All that happened along the chain. Kinds of events that say nothing of a time are left out."""
    found = []
    for row in facts.chain:
        teller = _Teller(facts, row, now)
        # Before what they did: a call that keeps its promise does so at the same moment.
        found += [_attempt(one) for one in to_make(row).attempts] if row.kind == Kind.CALLBACK and row.due_at else []
        found += [entry for event in row.events.all() if (entry := teller.entry(event)) is not None]
        # Mass data leaves out what a row says by itself.
        if not any(event.kind in _BEGAN for event in row.events.all()):
            found += [Entry(row.started_at, _("It began."))] if row.started_at and row.replaces_id is None else []
    return sorted(found, key=lambda entry: entry.at)


def of_one(row: Commitment, now: datetime, zone: ZoneInfo) -> list[Entry]:
    """The same for `row` alone, in three queries: without who was told, the words of others, and what came before.

    `zone` is the organisation's, in which calendar days end.
    """
    read = trail.with_trails(Commitment.objects.filter(pk=row.pk)).select_related("ticket__customer").get()
    steps = {read.pk: list(trail.steps(read, zone))}
    facts = Facts(
        row=read, chain=[read], steps=steps, messages=[], moves={}, warnings={}, names={}, after=[],
    )  # fmt: skip
    return entries(facts, now)


def _attempt(made: Made) -> Entry:
    said = {"name": made.by, "went": made.went}
    return Entry(made.at, _("%(name)s called: %(went)s.") % said if made.by else _("Called: %(went)s.") % said)


class _Teller:
    """Tells the events of one row."""

    def __init__(self, facts: Facts, row: Commitment, now: datetime):
        self._facts, self._row, self._now = facts, row, now
        self._steps = {step.event.pk: (before, step) for before, step in _in_pairs(facts.steps[row.pk]) if step.event}
        self._told: dict[str, Callable[[Event], Entry | None]] = {
            "commitment.started": self._started,
            "commitment.promised": self._promised,
            "commitment.asked": self._asked,
            "ask.given_back": lambda event: Entry(event.at, _("%(name)s gave it back.") % self._by(event)),
            "condition.not_yet": lambda event: Entry(
                event.at, _("%(name)s found that the condition had not come true yet.") % self._by(event)
            ),
            "commitment.moved": self._moved,
            "commitment.paused": self._paused,
            "commitment.resumed": self._resumed,
            "commitment.rematched": self._rematched,
            "commitment.new_hours": self._new_hours,
            "commitment.taken": self._taken,
            "handover.asked": lambda event: Entry(
                event.at, _("%(name)s asked a colleague to take it.") % self._by(event)
            ),
            "handover.declined": lambda event: Entry(event.at, _("%(name)s could not take it.") % self._by(event)),
            "handover.called_off": lambda event: Entry(event.at, _("The question to take it was called off.")),
            "commitment.joined": lambda event: Entry(event.at, _("It came to this ticket from another one.")),
            "commitment.owed_again": lambda event: Entry(
                event.at, _("It is owed again: the customer was not reached.")
            ),
            "commitment.not_reached": lambda event: Entry(
                event.at, _("The mail that was to keep it did not reach the customer."), is_trouble=True
            ),
            "commitment.voided": lambda event: Entry(
                event.at, _("%(name)s said that it doesn't count.") % self._by(event)
            ),
            "delay.shared": lambda event: Entry(event.at, _("It will be late for a cause that concerns several.")),
            "move.refused": lambda event: Entry(
                event.at, _("It could no longer be moved when the message was accepted."), is_trouble=True
            ),
            "withdrawal.refused": lambda event: Entry(
                event.at, _("It was overdue when the message was accepted, so it could not be withdrawn by it.")
            ),
            **{f"commitment.{outcome}": self._ended for outcome in Outcome.values if outcome != Outcome.MOVED},
            **{f"warning.{stage}": self._warned for stage in Warning.Stage.values},
        }

    def entry(self, event: Event) -> Entry | None:
        """What `event` says; None where that is nothing of a time or of who answers."""
        tell = self._told.get(event.kind)
        return tell(event) if tell else None

    def _when(self, at: datetime | None) -> str:
        return moment_in_words(at, self._now) if at else _("not known")

    def _by(self, event: Event) -> dict[str, str]:
        return {"name": event.by.name if event.by else _("The system")}

    def _started(self, event: Event) -> Entry:
        if self._row.condition:
            return Entry(
                event.at, _("%(name)s said that the condition has come true: its clock runs.") % self._by(event)
            )
        if self._row.follows_why == Commitment.FollowsWhy.SPLIT:
            return Entry(event.at, _("The ticket was split; it is owed on both parts."))
        due = self._when(moment(event, "due"))
        return Entry(certain(self._row.started_at), _("It began, due %(due)s.") % {"due": due})

    def _promised(self, event: Event) -> Entry:
        due, said = moment(event, "due"), self._row.promised_text
        if due is None:
            return Entry(event.at, _("%(name)s promised it on a condition.") % self._by(event), said=said)
        told = {**self._by(event), "due": self._when(due)}
        return Entry(self._row.made_at, _("%(name)s promised it by %(due)s.") % told, said=said)

    def _asked(self, event: Event) -> Entry:
        told = {**self._by(event), "due": self._when(moment(event, "due"))}
        return Entry(event.at, _("%(name)s asked for it by %(due)s.") % told, said=self._row.promised_text)

    def _moved(self, event: Event) -> Entry | None:
        due = moment(event, "due")
        if due is None:
            return None  # The end of the one that was moved; the one that took its place says it.
        told = self._facts.moves.get(self._row.replaces_id or 0)
        said = {**self._by(event), "old": self._when(moment(event, "old_due")), "due": self._when(due)}
        what = _("%(name)s moved it from %(old)s to %(due)s.") % said
        return Entry(self._row.made_at, what, _("The reason told:") if told else "", told.reason if told else "")

    def _paused(self, event: Event) -> Entry:
        _before, step = self._steps[event.pk]
        pause = certain(step.pause)
        what = _("The clock stood still from then on: the customer was asked something.")
        until = _("We wait until %(until)s at most.") % {"until": self._when(pause.ends_by)}
        words = " ".join((pause.question.new_text or pause.question.body).split())
        return Entry(pause.started_at, what, until, Truncator(words).chars(200))

    def _resumed(self, event: Event) -> Entry:
        before, step = self._steps[event.pk]
        pause, hours = step.pause, self._row.calendar_version.working
        length = worked_inside(hours, [(pause.started_at, step.at)]) if pause else timedelta(0)
        told = {"length": compact_duration(length, days=False), "due": self._when(step.after.due)}
        what = _("The clock runs on, after %(length)s of opening time: due %(due)s.") % told
        old = _("Before, it was due %(old)s.") % {"old": self._when(before.after.due_if_it_ran)} if before else ""
        return Entry(step.at, what, old if length else "")

    def _rematched(self, event: Event) -> Entry:
        return self._other_time(event, _("%(name)s changed what kind of ticket it is: another standard applies."))

    def _new_hours(self, event: Event) -> Entry:
        return self._other_time(event, _("%(name)s let it follow changed opening hours."))

    def _other_time(self, event: Event, what: str) -> Entry:
        told = {"old": self._when(moment(event, "old_due")), "due": self._when(moment(event, "due"))}
        more = _("Due %(due)s instead of %(old)s.") if told["old"] != told["due"] else _("Due %(due)s as before.")
        if event.detail.get("tightened"):
            more = _("Due %(due)s instead of %(old)s: by the new rule its time would have passed already.")
        return Entry(event.at, what % self._by(event), more % told)

    def _taken(self, event: Event) -> Entry:
        return Entry(event.at, _("%(name)s answers for it from then on.") % self._by(event))

    def _warned(self, event: Event) -> Entry:
        stage = event.kind.partition(".")[2]
        told = self._facts.warnings.get((self._row.pk, stage), [])
        more = _("Told: %(names)s.") % {"names": ", ".join(told)} if told else ""
        return Entry(event.at, str(Warning.Stage(stage).label), more, is_trouble=stage == Warning.Stage.OVERDUE)

    def _ended(self, event: Event) -> Entry:
        outcome, at = event.kind.partition(".")[2], moment(event, "ended") or event.at
        what = str(Outcome(outcome).label)
        late = outcome in {Outcome.KEPT_LATE, Outcome.NOT_DONE}
        if outcome not in {Outcome.KEPT, Outcome.KEPT_LATE}:
            more = _("By %(name)s.") % self._by(event) if event.by else ""
            return Entry(at, what, more, is_trouble=late)
        return Entry(at, what, self._evidence(event, at), is_trouble=late)

    def _evidence(self, event: Event, at: datetime) -> str:
        said = self._facts.said_at(at, Message.Direction.OUT)
        if said is None:
            return _("%(name)s marked it as done.") % self._by(event) if event.by else ""
        if said.delivery is None:
            return _("By the call of %(name)s.") % {"name": said.author.name if said.author else ""}
        if said.author is None:
            return _("By the automatic mail that our server accepted then.")
        told = {"name": said.author.name, "written": self._when(said.at)}
        return _("By the mail of %(name)s, written %(written)s; our server accepted it then.") % told


def _in_pairs(steps: list[Step]) -> list[tuple[Step | None, Step]]:
    return list(zip([None, *steps], steps, strict=False))
