"""P9: adding working time and taking differences, with a zone and holidays, at growing distances.

python -m bench.working_time
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter_ns
from typing import Any

import holidays

from bench.report import percentile, table, write
from standards.working_time import WorkingCalendar, add_working_time, working_time_between

LIMIT = 10.0  # microseconds
START = datetime(2026, 1, 1, tzinfo=UTC)
DISTANCES = {"a day": 1, "a month": 30, "a year": 365, "five years": 1826, "nine years": 3287}
ROUNDS = 20_000
SPEC = {
    "tz": "Europe/Zagreb",
    "hours": {day: [["08:00", "12:00"], ["12:30", "16:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    | {"sat": [["08:00", "12:00"]]},
    "holidays": sorted(day.isoformat() for day in holidays.country_holidays("HR", years=range(2026, 2038))),
    "date_hours": {f"{year}-12-24": [["08:00", "12:00"]] for year in range(2026, 2038)},
}


def measure(function: Callable[..., Any], cases: list[tuple[Any, ...]]) -> list[float]:
    """Microseconds for each case."""
    times = []
    for case in cases:
        began = perf_counter_ns()
        function(*case)
        times.append((perf_counter_ns() - began) / 1000)
    return times


def row(operation: str, distance: str, times: list[float], pauses: int) -> dict[str, Any]:
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return {"operation": operation, "distance": distance, "pauses": pauses, "p50 µs": p50, "p95 µs": p95}


def cases_over(
    days: int, number_of_pauses: int, calendar: WorkingCalendar
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    random = Random(days)
    sums: list[tuple[Any, ...]] = []
    spans: list[tuple[Any, ...]] = []
    while len(sums) < ROUNDS:
        start = START + timedelta(seconds=random.randrange(300 * 86_400))
        end = start + timedelta(days=days)
        pauses = []
        for _ in range(number_of_pauses):
            since = start + (end - start) * random.random()
            pauses.append((since, since + timedelta(hours=random.randrange(1, 72))))
        if duration := working_time_between(calendar, start, end):
            sums.append((calendar, start, duration, pauses))
            spans.append((calendar, start, end, pauses))
    return sums, spans


def main() -> int:
    rows = []
    began = perf_counter_ns()
    calendar = WorkingCalendar.from_spec(SPEC)
    working_time_between(calendar, START, START + timedelta(days=364))
    first_year = (perf_counter_ns() - began) / 1000
    working_time_between(calendar, START, START + timedelta(days=4300))
    for pauses in (0, 3):
        for distance, days in DISTANCES.items():
            sums, spans = cases_over(days, pauses, calendar)
            rows.append(row("add", distance, measure(add_working_time, sums), pauses))
            rows.append(row("difference", distance, measure(working_time_between, spans), pauses))
    rows.append(row("calendar from its spec, known", "-", measure(WorkingCalendar.from_spec, [(SPEC,)] * ROUNDS), 0))
    rows.append(row("calendar and its first year, new", "-", [first_year], 0))
    table(rows)
    plain = [r for r in rows if r["operation"] in ("add", "difference") and not r["pauses"]]
    slowest = max(r["p50 µs"] for r in plain)
    growth = {
        operation: max(times) / times[0]
        for operation in ("add", "difference")
        if (times := [r["p50 µs"] for r in plain if r["operation"] == operation])
    }
    met = slowest <= LIMIT
    said = ", ".join(f"{operation} {factor:.2f} times" for operation, factor in growth.items())
    print(f"P9: slowest p50 {slowest:.2f} µs, goal {LIMIT:.0f} µs: {'met' if met else 'NOT met'}; growth: {said}")
    write(
        "working_time",
        {
            "goal": "P9",
            "limit_us": LIMIT,
            "met": met,
            "growth": growth,
            "rows": rows,
            "python": platform.python_version(),
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
