"""Rows, drawn quickly.

Hundreds of rows of a board differ in a dozen words and share all the rest, and drawing each from
the template costs more than every query together. So the template is drawn once for each shape a
row can have, with slots where rows differ, and a row is that outline with its words put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk.rows import Row
from tickets.certain import certain
from ui.formats import ticket_no
from ui.templatetags.ui import avatar_tag, due, left

_SLOT = re.compile(r"⟦(\w+)⟧")
_SLOTS = (
    "pk", "number", "href", "take", "seen", "move", "call", "withdraw", "due", "kind", "words", "subject", "customer",
    "owner",
    "phone", "dial", "csrf", "here", "answers", "hand_over", "own",
)  # fmt: skip


def draw(rows: Iterable[Row], *, request: HttpRequest, now: datetime) -> list[SafeString]:
    """Each of `rows` as its list item."""
    if settings.DEBUG:
        _outline.cache_clear()
    csrf, here, language = get_token(request), request.get_full_path(), get_language() or ""
    return [_draw(row, _outline(language, row.shape), csrf, here, now) for row in rows]


def _draw(row: Row, outline: list[str], csrf: str, here: str, now: datetime) -> SafeString:
    commitment, ticket = row.commitment, row.ticket
    words = {
        "pk": str(commitment.pk),
        "number": ticket_no(ticket.number),
        "href": _address("desk:ticket", ticket.number),
        "take": _address("desk:commitment-take", commitment.pk),
        "seen": _address("desk:commitment-seen", commitment.pk),
        "move": _address("desk:commitment-move", commitment.pk),
        "call": _address("desk:commitment-call", commitment.pk),
        "withdraw": _address("desk:commitment-withdraw", commitment.pk),
        "due": _due(row, now),
        "kind": escape(row.kind),
        "words": escape(row.words),
        "subject": escape(ticket.subject),
        "customer": escape(ticket.customer.name),
        "owner": avatar_tag(row.owner, answers=True, **{"class": "row__owner"}),
        "phone": escape(ticket.customer.phone),
        "dial": escape(row.dial),
        "csrf": csrf,
        "here": escape(here),
        "answers": str(commitment.accountable_id),
        "hand_over": _address("desk:commitment-hand-over", commitment.pk),
        "own": _address("desk:recovery", commitment.pk),
    }
    # Text and names of slots alternate.
    parts = [words[part] if index % 2 else part for index, part in enumerate(outline)]
    return mark_safe("".join(parts))  # noqa: S308 (the template escapes, and so does each word above)


def _due(row: Row, now: datetime) -> SafeString:
    """When it is due and how long that is; for what stands still, when we ask again."""
    moment = row.commitment.due_at
    if moment is None:
        if row.wakes_at is None:
            said = _("the customer has written: look") if row.may_have_started else _("no time yet")
            return format_html("<span>{}</span>", said)
        return format_html("{} <span>{}</span>", due(row.wakes_at, now, short=True), _("we ask again"))
    if row.commitment.may_be_tried_again(now):
        return format_html(
            "{} <span>{}</span>", due(certain(row.commitment.second_try_by), now, short=True), _("for a second try")
        )  # fmt: skip
    if row.left:
        return format_html(
            '{} <span title="{}">{}</span>', due(moment, now, short=True), _("working time"), row.left
        )  # fmt: skip
    return format_html("{} {}", due(moment, now, short=True), left(moment, now))


@lru_cache(maxsize=512)
def _outline(language: str, shape: tuple) -> list[str]:
    stage, is_calm, is_untaken, is_mine, can_move, is_done_by_hand, is_call, can_be_called, can_be_seen, is_internal = (
        shape
    )
    row = {name: f"⟦{name}⟧" for name in _SLOTS} | {
        "stage": stage,
        "css": stage.replace("_", "-"),
        "is_calm": is_calm,
        "is_untaken": is_untaken,
        "is_mine": is_mine,
        "can_move": can_move,
        "is_done_by_hand": is_done_by_hand,
        "is_call": is_call,
        "can_be_called": can_be_called,
        "can_be_seen": can_be_seen,
        "is_internal": is_internal,
    }
    return _SLOT.split(render_to_string("desk/_row.html", {"row": row}))


@cache
def _before_and_after(name: str) -> tuple[str, str]:
    before, after = reverse(name, args=[0]).split("/0/")
    return f"{before}/", f"/{after}"


def _address(name: str, key: int) -> str:
    """As `reverse`, which a row would otherwise ask four times."""
    before, after = _before_and_after(name)
    return f"{before}{key}{after}"
