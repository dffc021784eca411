import csv
import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.queues import hours_of
from compliance.replaying import Case, Scores, replay
from people.models import Team
from standards.terms import Kind
from standards.working_time import WorkingCalendar, working_time_between
from tickets.models import Pause, Ticket

MINUTE, HOUR = timedelta(minutes=1), 60
LOOKED_BACK = timedelta(days=365)
TITLES = {"closed_only": "closed tickets only", "one_curve": "one curve for all", "ours": "safe dates (ours)"}


class Command(BaseCommand):
    """Say whether safe dates would have been kept, on our own tickets or on anybody's."""

    help = (
        "Replay safe dates week by week on the tickets of the last year, or on a CSV file, and print how many would "
        "have been kept, how often none was given, the median promise and the pinball loss, beside simpler methods."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--csv", metavar="FILE", help="a file with a line of names and one case a line")
        parser.add_argument("--opened", metavar="COL", help="its column with the time a case was opened (ISO 8601)")
        parser.add_argument("--finished", metavar="COL", help="its column with the time it was finished, or nothing")
        parser.add_argument("--group", metavar="COL[,COL…]", default="", help="columns that say what is alike")
        parser.add_argument("--quantile", type=float, default=0.9, help="the share to be kept (default 0.9)")
        parser.add_argument("--window-days", type=int, default=60, help="how far back is learned from (default 60)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        share, days = options["quantile"], options["window_days"]
        if not 0 < share < 1 or days < 1:
            raise CommandError("--quantile lies between 0 and 1, --window-days is at least 1.")
        if options["csv"]:
            cases, unit = _of_file(Path(options["csv"]), options["opened"], options["finished"], options["group"])
        else:
            cases, unit = _own(timezone.now()), "working hours"
        scores = replay(cases, share=share, window=timedelta(days=days))
        table = {method: _line(found) for method, found in scores.items()}
        if options["json"]:
            told = {"quantile": share, "window_days": days, "unit": unit, "cases": len(cases), "methods": table}
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(f"{len(cases)} cases, {share:.0%} to be kept, learned from {days} days, times in {unit}")
        self.stdout.write(f"{'':22}{'kept':>8}{'refused':>9}{'median':>9}{'loss':>9}{'judged':>9}")
        for method, line in table.items():
            figures = [_percent(line["kept_share"]), _percent(line["refusal_rate"])]
            figures += [_short(line["median_promise"]), _short(line["pinball_loss"])]
            cells = "".join(f"{cell:>9}" for cell in [*figures[1:], line["judged"]])
            self.stdout.write(f"{TITLES[method]:22}{figures[0]:>8}{cells}")


def _line(scores: Scores) -> dict[str, Any]:
    def hours(minutes: float | None) -> float | None:
        return None if minutes is None else round(minutes / HOUR, 2)

    def part(share: float | None) -> float | None:
        return None if share is None else round(share, 4)

    return {
        "kept_share": part(scores.kept_share),
        "refusal_rate": part(scores.refusal_rate),
        "median_promise": hours(scores.median_promise),
        "pinball_loss": hours(scores.pinball_loss),
        "judged": scores.judged,
        "refused": scores.refused,
        "still_open": scores.open,
    }


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _short(hours: float | None) -> str:
    return "-" if hours is None else f"{hours:.1f}"


def _own(now: datetime) -> list[Case]:
    """Our tickets, in working time of their team's hours, without the pauses, up to the resolution that stands."""
    calendars = {team.pk: hours_of(team) for team in Team.objects.all()}
    stops: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    paused = Pause.objects.filter(commitment__kind=Kind.RESOLUTION, started_at__gte=now - LOOKED_BACK)
    for ticket, since, until in paused.values_list("commitment__ticket", "started_at", "ended_at"):
        stops[ticket].append((since, until or now))
    rows = Ticket.objects.filter(
        opened_at__gte=now - LOOKED_BACK, opened_at__lt=now, merged_into=None, set_aside_why=""
    )
    facts = ("pk", "category", "priority", "team", "opened_at", "resolved_at")
    cases = []
    for pk, category, priority, team, opened, resolved in rows.values_list(*facts).iterator():
        calendar = calendars.get(team)
        if calendar is not None:
            groups = ((category, priority, team), (category, priority), category, team)
            cases.append(_case(groups, opened, resolved, now, partial(_worked, calendar, tuple(stops.get(pk, ())))))
    return cases


def _case(groups: tuple, opened: datetime, finished: datetime | None, now: datetime, between: Any) -> Case:
    end = max(finished or now, opened)
    return Case(groups, opened, end, finished is not None, between(opened, end), between)


def _worked(
    calendar: WorkingCalendar, stops: tuple[tuple[datetime, datetime], ...], since: datetime, until: datetime
) -> int:
    return -(-working_time_between(calendar, since, until, stops) // MINUTE)


def _elapsed(since: datetime, until: datetime) -> int:
    return -(-(until - since) // MINUTE)


def _of_file(path: Path, opened: str | None, finished: str | None, group: str) -> tuple[list[Case], str]:
    """The cases of a file, in plain time; what is not finished was open at the last moment the file names."""
    if not opened or not finished:
        raise CommandError("With --csv name its columns: --opened COL --finished COL.")
    rows = list(_rows(path, opened, finished, [column for column in group.split(",") if column]))
    last = max((moment for _groups, begun, done in rows for moment in (begun, done) if moment), default=None)
    return [_case(groups, begun, done, last or begun, _elapsed) for groups, begun, done in rows], "hours"


def _rows(
    path: Path, opened: str, finished: str, columns: list[str]
) -> Iterator[tuple[tuple, datetime, datetime | None]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {opened, finished, *columns} - set(reader.fieldnames or ())
            if missing:
                raise CommandError(f"{path.name} has no column {', '.join(sorted(missing))}.")
            for row in reader:
                names = [row[column] for column in columns]
                # Back off by leaving out the last column first; at the end all are alike.
                groups = tuple(tuple(names[:count]) for count in range(len(names), -1, -1))
                begun = _moment(row[opened], reader.line_num)
                if begun is None:
                    raise CommandError(f"Line {reader.line_num}: a case needs the time it was opened.")
                done = _moment(row[finished], reader.line_num)
                if done is None or done >= begun:
                    yield groups, begun, done
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{path} cannot be read: {problem}") from None


def _moment(text: str | None, line: int) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"Line {line}: “{text}” is no time like 2026-11-23 09:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
