"""What can stand between braces in the text of a message: a fixed list, and no language of its own.

Texts are written by people and stored; the facts that are filled in come from customers. So the one is
never run as a program, and the other is never read as text to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from difflib import get_close_matches
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

type_value = str | int | datetime | None
type_values = Mapping[str, type_value]

_PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")


class Form(Enum):
    """How a fact is written."""

    TEXT = auto()
    # "Thursday 26 November 2026, 16:00 (Zagreb time)", as it stands by itself or after a colon.
    MOMENT = auto()
    # The same after "by", "until" or "from", where some languages change the weekday.
    MOMENT_BY = auto()
    # Decides which form of a part is taken: one, few, many or other.
    COUNT = auto()
    LINK = auto()


class Placeholder(NamedTuple):
    """One fact that a text can name."""

    words: StrPromise
    form: Form = Form.TEXT
    # So many signs of it stand inside a sentence; a subject line has all of it.
    most_signs: int = 0
    # It stands inside a sentence: a full stop of its own would end that.
    inside: bool = False


PLACEHOLDERS: dict[str, Placeholder] = {
    "customer": Placeholder(_("the customer's name, with the form of address where it belongs to it")),
    "number": Placeholder(_("the number of the request")),
    "subject": Placeholder(_("what the request is about; shortened inside a sentence"), most_signs=70),
    "team": Placeholder(_("the team that looks after it")),
    "agent": Placeholder(_("the name of whoever writes")),
    "organisation": Placeholder(_("the name of the organisation")),
    "phone": Placeholder(_("the number that the customer can call")),
    "arrived": Placeholder(_("when the message arrived, if that is a while ago"), Form.MOMENT),
    "next_date": Placeholder(_("by when the customer hears from a person next; stands after “by”"), Form.MOMENT_BY),
    "opens_at": Placeholder(_("when we are open again; stands after “from”"), Form.MOMENT_BY),
    "promise_text": Placeholder(_("the promise, in the words in which it was made"), inside=True),
    "promised_date": Placeholder(_("the time that was promised; stands after “by”"), Form.MOMENT_BY),
    "new_date": Placeholder(_("the new time; stands after “by”"), Form.MOMENT_BY),
    "late_days": Placeholder(_("by how many working days it is later"), Form.COUNT),
    "reason": Placeholder(_("the reason, as the customer is told it")),
    "obstacle": Placeholder(_("what was named beforehand as possibly getting in the way")),
    "meanwhile": Placeholder(_("what we do meanwhile, or another way")),
    "happened": Placeholder(_("what has happened since we last wrote, line by line")),
    "next_step": Placeholder(_("what happens next and who does it")),
    "question": Placeholder(_("the one question that we need an answer to")),
    "fix": Placeholder(_("how it is put right")),
    "prevention": Placeholder(_("what was changed so that it does not come again")),
    "remedy": Placeholder(_("what the customer gets for it")),
    "solution": Placeholder(_("the solution, in one sentence")),
    "done": Placeholder(_("what was done that matters to the customer")),
    "comment": Placeholder(_("what the customer wrote with the answer"), most_signs=70),
    "thing": Placeholder(_("what exactly we give thanks for"), inside=True),
    "alternatives": Placeholder(_("what is possible instead, with a time")),
    "summary": Placeholder(_("what was said in the call")),
    "called_at": Placeholder(_("when we spoke"), Form.MOMENT),
    "tried_at": Placeholder(_("when we called and reached nobody")),
    "attempts": Placeholder(_("how often we called"), Form.COUNT),
    "closes_at": Placeholder(_("when the request is closed without an answer"), Form.MOMENT),
    "questions": Placeholder(_("how many questions the page has"), Form.COUNT),
    "requests": Placeholder(_("how many requests the mail asks about"), Form.COUNT),
    "numbers": Placeholder(_("their numbers")),
    "list": Placeholder(_("the requests, each with its link")),
    "link_status": Placeholder(_("the link to the customer's page of the request"), Form.LINK),
    "link_answer_yes": Placeholder(_("the answer “yes, settled”, as a link"), Form.LINK),
    "link_answer_not_quite": Placeholder(_("the answer “not quite”, as a link"), Form.LINK),
    "link_answer_no": Placeholder(_("the answer “no”, as a link"), Form.LINK),
}
# What every text may name.
EVERYWHERE = ("customer", "number", "subject", "team", "agent", "organisation", "phone", "link_status")


def named_in(text: str) -> list[str]:
    """The placeholders of `text`, in their order, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def has_stray_braces(text: str) -> bool:
    """Whether `text` holds a brace that belongs to no placeholder, as "{{ customer }}" does."""
    return bool(re.search(r"[{}]", _PLACEHOLDER.sub("", text)))


def nearest(name: str, allowed: Collection[str]) -> str:
    """Which of `allowed` is probably meant by `name`; empty where none is near."""
    found = get_close_matches(name, allowed, n=1, cutoff=0.5)
    return found[0] if found else ""


def counts_in(text: str) -> list[str]:
    """The placeholders of `text` that are numbers."""
    return [name for name in named_in(text) if name in PLACEHOLDERS and PLACEHOLDERS[name].form is Form.COUNT]


def put_in(text: str, worded: Mapping[str, str]) -> str:
    """`text` with its placeholders replaced, in one pass: what is put in is never read again.

    One that `worded` does not have stays as it is; the checker then keeps the mail from leaving.
    """
    return _PLACEHOLDER.sub(lambda found: worded.get(found[1], found[0]), text)
