"""Horizon: what we will miss unless somebody acts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desk import horizon as lanes
from desk.asked import MOST, OPENLY
from desk.condition import Condition
from desk.drawing import draw
from desk.headline import headline, when
from desk.load import MINUTES_EACH, bars
from desk.rail import Counts
from desk.rows import asked_rows, left_by_one
from desk.rows import rows as as_rows
from desk.scope import TEAM, Scope, chosen, crews_of, open_until, scopes
from people.audience import StaffRequest, staff
from ui.responses import Part, fragment, unchanged


@staff
@require_safe
def horizon(request: StaffRequest) -> HttpResponse:
    """The page: the near lanes, or one lane with all its rows (`?lane=`)."""
    return render(request, "desk/horizon.html", _with_rows(request, _look(request)))


@staff
@require_safe
def rows(request: StaffRequest) -> HttpResponse:
    """What polling asks: nothing when all that is shown still holds, else how much has changed.

    `tag` is what stands on the page, `seen` the last answer. The counters change at once; the
    rows only when somebody asks for them.
    """
    context = _look(request)
    tag = request.GET.get("tag", "")
    if context["seen"].tag == request.GET.get("seen", tag):
        return unchanged()
    context |= {"out_of_page": True, "tag": tag, "changes": lanes.changes(tag, context["seen"].tag)}
    counters: list[Part] = [("desk/_lane_count.html", {"lane": lane}) for lane in context["counted"]]
    oob: list[Part] = ["ui/_rail_count.html", "desk/_horizon_answer.html", "desk/_lane_chips.html", *counters]
    return fragment(request, "desk/_horizon_changes.html", context, oob=oob)


@staff
@require_safe
def shown(request: StaffRequest) -> HttpResponse:
    """The lanes as they stand now, for whoever asked to see the changes."""
    context = _with_rows(request, _look(request)) | {"asked": True, "out_of_page": True}
    return fragment(request, "desk/_horizon.html", context, oob=["desk/_horizon_changes.html", "ui/_rail_count.html"])


def _with_rows(request: StaffRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What was seen, and its rows drawn: polling does without them."""
    now, viewer = context["now"], request.user
    drawn = [
        (lane, draw(as_rows(lane.rows, viewer=viewer, now=now), request=request, now=now))
        for lane in context["seen"].lanes
    ]
    rows = asked_rows(context["seen"].asked, now=now)
    asked = {
        "asked_of_you": rows[:OPENLY],
        "asked_folded": rows[OPENLY:],
        "asked_in_all": len(rows),
        "asked_at_most": MOST,
        "left_by_one": left_by_one(rows),
    }
    return {**context, "lanes": drawn, **asked}


def _look(request: StaffRequest) -> dict[str, Any]:
    user, now, zone = request.user, timezone.now(), timezone.get_current_timezone()
    choices = scopes(user, crews_of(user, now=now))
    scope = chosen(request.GET.get("whose", ""), choices)
    only = request.GET.get("lane", "")
    only = only if only in lanes.ALONE else ""
    after = request.GET.get("after", "")
    seen = lanes.look(scope, now=now, zone=zone, only=only, after=after)
    asked = {"whose": request.GET.get("whose", ""), "lane": only, "after": after}
    return {
        "section": "horizon",
        "shell": replace(_counts(request), overdue=seen.overdue),
        "seen": seen,
        "now": now,
        "zone": zone,
        "scopes": _offered(choices, scope),
        "scope": scope,
        "headline": headline(seen, zone),
        "when": when(seen.moments.now, open_until(scope.calendars(), now), zone),
        "tally": seen.tally,
        "counted": seen.lanes if only else seen.tally,
        "far": [lane for lane in seen.tally if lane.key not in lanes.NEAR],
        "first_lane": only or next((lane.key for lane in seen.lanes if lane.rows), lanes.OVERDUE),
        "only_title": lanes.TITLES.get(only, ""),
        "whose": asked["whose"],
        "tag": seen.tag,
        "changes": 0,
        "bars": bars(list(seen.load)),
        "minutes_each": MINUTES_EACH,
        "address": urlencode({name: value for name, value in asked.items() if value}),
    }


def _offered(choices: list[Scope], present: Scope) -> dict[str, list[Scope]]:
    """Which choices stand in the bar and which in a menu behind it."""
    teams = [choice for choice in choices if choice.key.startswith(TEAM)]
    if len(teams) <= 3:
        return {"short": choices, "folded": []}
    short = [choice for choice in choices if choice not in teams or choice.key == present.key]
    return {"short": short, "folded": [team for team in teams if team.key != present.key]}


def _counts(request: StaffRequest) -> Counts:
    """What the rail of a whole page counts; a fragment has no rail."""
    condition: Condition | None = getattr(request, "condition", None)
    return (condition and condition.counts) or Counts()
