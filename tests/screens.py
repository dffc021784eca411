"""Every screen of a stage: where it is and who looks at it; and what a machine can say about how it is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.examples import EXAMPLES, address, audience_of, may_open
from tests.stage import Stage

# The five that must also be right in the dark and on a phone, in every run.
KEY_SCREENS = ("horizon", "ticket", "ticket-new", "front", "answer")
# By this person the most is seen of a page of that audience.
_LOOKED_AT_BY = ("agent", "manager", "administrator")
# Nobody stays on them.
_PASSED_THROUGH = {"root", "account_reset_password_from_key"}


def screens(stage: Stage, language: str = "en") -> dict[str, tuple[str, str]]:
    """Who looks, and the address: every page that there is, and the states of pages that look different."""
    found = {
        name: (looked_at_by(name), address(name, stage))
        for name, example in EXAMPLES.items()
        if example.is_screen and "GET" in example.methods and name not in _PASSED_THROUGH
    }
    ticket = f"/desk/tickets/{stage.ticket.number}/"
    return found | {
        "front": ("anonymous", f"/{language}/"),
        "horizon, everything": ("agent", "/desk/?whose=all"),
        "horizon, one lane": ("agent", "/desk/?whose=all&lane=later"),
        "horizon, without a next date": ("manager", "/desk/?lane=no-date"),
        "horizon, nothing to do": ("agent of another team", "/desk/"),
        "tickets, nothing found": ("agent", "/desk/tickets/?q=nothing-like-this"),
        "tickets, open and done": ("agent", "/desk/tickets/?state=any&q=ana"),
        "ticket, a call": ("agent", f"{ticket}?write=call"),
        "ticket, a note": ("agent", f"{ticket}?write=note"),
        "ticket, a call about a miss": (
            "agent",
            f"/desk/tickets/{stage.overdue.ticket.number}/?write=call&sorry={stage.overdue.pk}",
        ),
        "recovery, a remedy waits": ("lead", f"/desk/recoveries/{stage.prevention.recovery_id}/"),
        "ticket, asked to take it": ("agent", f"/desk/tickets/{stage.hand_over.commitment.ticket.number}/"),
        "ticket, resolved": ("agent", f"/desk/tickets/{stage.resolved.number}/"),
        "ticket, a promised call tried once": ("agent", f"/desk/tickets/{stage.callback.ticket.number}/?write=call"),
        "ticket, a call to make": ("agent", f"/desk/tickets/{stage.call_task.ticket.number}/"),
        "ticket, a mail that came back": ("agent", f"/desk/tickets/{stage.bounced.number}/"),
        "stopped addresses, lifted": ("administrator", "/desk/settings/stopped-addresses/?lifted"),
        "stopped addresses, none found": ("administrator", "/desk/settings/stopped-addresses/?q=nobody"),
        "outbox, one kind": ("agent", "/desk/outbox/?show=failed"),
        "outbox, nothing to do": ("agent of another team", "/desk/outbox/"),
        "a mail as text": ("agent", f"/desk/mails/{stage.received.inbound_id}/?as=text"),
        "the headers of a mail": ("administrator", f"/desk/mails/{stage.received.inbound_id}/?as=headers"),
        "a parked mail as it came": ("agent", f"/desk/mails/{stage.parked.pk}/"),
        "parked mail, put away": ("agent", "/desk/parked-mail/?put-away"),
        "parked mail, of one sender": ("agent", "/desk/parked-mail/?from=alarm1@example.test"),
        "parked mail, came twice": ("administrator", "/desk/parked-mail/?twice"),
        "ticket, waiting": ("agent", f"/desk/tickets/{stage.waiting.number}/"),
        "ticket-new, known customer": ("agent", f"/desk/tickets/new/?customer={stage.customer.pk}"),
        "compliance, person by person": ("manager", "/desk/compliance/?by=accountable"),
        "compliance, nothing fell due": ("manager", "/desk/compliance/?month=2026-01"),
        "compliance, no such question": ("manager", "/desk/compliance/?month=2026-13"),
        "compliance-cases, missed": ("manager", "/desk/compliance/cases/?buckets=kept_late.not_done"),
        "compliance-answers, answered": ("manager", "/desk/compliance/answers/?said=answered"),
        "answers, all": ("lead", "/desk/answers/?all"),
        "export, done": ("manager", f"/desk/compliance/exports/{stage.exported.pk}/"),
        "promised, all read": ("administrator", "/desk/standards/"),
        "standard-extract, of a lead": ("lead", "/desk/standards/extract/lead/"),
        "move, too late": ("agent", f"/desk/commitments/{stage.overdue.pk}/move/"),
        "calendar, a due time": (
            "administrator",
            f"/desk/settings/calendars/{stage.calendar.pk}/?amount=8&unit=working_hours"
            "&start_date=2026-11-23&start_time=09:00",
        ),
        "request, late": ("anonymous", f"/r/{stage.request_token(stage.overdue.ticket)}/"),
        "request, waiting": ("anonymous", f"/r/{stage.request_token(stage.waiting)}/?saved"),
        "request, resolved": ("anonymous", f"/r/{stage.request_token(stage.question.ticket)}/"),
        "answer, to be changed": ("anonymous", f"/r/{stage.answered_token()}/answer/?change"),
        "demo_mail, of one receiver": ("anonymous", f"/demo/mail/?to={stage.customer.email}"),
        "answered": ("anonymous", f"/r/{stage.answered_token()}/answer/"),
        "link that has ended": ("anonymous", f"/r/{stage.ended_token()}/"),
        "link that has ended, another asked for": ("anonymous", f"/r/{stage.ended_token()}/?asked"),
        "stop, a link that never was": ("anonymous", "/u/nothing-like-this/"),
        "link that never was": ("anonymous", "/r/nothing-like-this/answer/"),
        "no such page": ("anonymous", f"/{language}/nothing-like-this/"),
        "no such page of the desk": ("agent", "/desk/nothing-like-this/"),
    }


def looked_at_by(name: str) -> str:
    """The person who sees the most of it."""
    if audience_of(name) in {"public", "customer"}:
        return "anonymous"
    return next(actor for actor in _LOOKED_AT_BY if may_open(name, actor))


def wrong_with(
    stage: Stage, visit: Callable[..., Page], names: Iterable[str], *, opened: bool = False, **how: Any
) -> list[str]:
    """What is wrong with those screens; with `opened` also when all that can be unfolded is."""
    wrong: list[str] = []
    windows: dict[str, Page] = {}
    every = screens(stage)
    for name in names:
        actor, where = every[name]
        if actor not in windows:
            windows[actor] = visit(stage.actors()[actor], **how)
        page = windows[actor]
        page.goto(where)
        found = [*violations(page), *overflow(page)]
        if opened:
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
            found += [f"unfolded, {one}" for one in [*violations(page), *overflow(page)]]
        wrong += [f"{name}, {one}" for one in found]
    return wrong


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands: the rule, and the first places."""
    # Only what was found comes back over the line: the rest is most of it.
    page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(results => results.violations)")
    return [
        f"{page.url}: {violation['id']} ({violation['help']}): "
        + "; ".join(" ".join(node["target"]) + " " + _short(node) for node in violation["nodes"][:4])
        for violation in found
    ]


def _short(node: dict) -> str:
    data = next((check.get("data") for check in node["any"] if isinstance(check.get("data"), dict)), None) or {}
    contrast = data.get("contrastRatio")
    colours = f"({data.get('fgColor')} on {data.get('bgColor')}: {contrast}) " if contrast else ""
    return colours + node["html"][:120]


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window."""
    wide = page.evaluate(
        """() => {
          const width = window.innerWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest("svg"))
            .slice(0, 3)
            .map(e => `${e.tagName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`);
        }"""
    )
    return [f"{page.url}: wider than the window: {', '.join(wide)}"] if wide else []
