"""What a customer's sentence must name, and the words that name nothing. Pure: text in, problems out.

The words are those of our five languages; a sentence is looked at for all of them, whatever its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards import words
from standards.terms import Clock

if TYPE_CHECKING:
    from standards.validation import Draft

# (words, why they say nothing): a text that has them promises nothing that could be checked.
_NO_TIME = gettext_lazy("“%(word)s” names no time. Say the hours or days.")
_NO_PROMISE = gettext_lazy("“%(word)s” promises nothing. Say what you will do.")
_NO_CASE = gettext_lazy("“%(word)s” can mean anything. Name the case.")
_OURS = gettext_lazy("“%(word)s” is a word of our trade. Say it as you would to a neighbour.")
_VAGUE = [
    (
        "soon|shortly|quickly|quick|fast|promptly|prompt|as soon as possible|asap|in due time|in due course|timely"
        "|in a timely manner|without undue delay|without delay|immediately"
        "|uskoro|brzo|ubrzo|što prije|čim prije|što brže|u najkraćem roku|u najkraćem mogućem roku|pravovremeno|odmah"
        "|bez odgode|što pre|čim pre|blagovremeno|bez odlaganja"
        "|secepat mungkin|dengan kadar segera|segera|dalam masa terdekat",
        _NO_TIME,
    ),
    (
        "try|aim|strive|best effort|best efforts|usually|normally|generally|where possible|if possible|as a rule"
        "|pokušat ćemo|pokušavamo|nastojimo|nastojat ćemo|obično|uglavnom|u pravilu|po mogućnosti|ako je moguće"
        "|trudimo se|trudit ćemo se|trudićemo se|pokušaćemo|nastojaćemo"
        "|cuba|berusaha|biasanya|jika boleh|sekiranya boleh",
        _NO_PROMISE,
    ),
    (
        "unforeseen circumstances|exceptional circumstances|special circumstances|circumstances beyond our control"
        "|reasons beyond our control|where appropriate"
        "|nepredviđenih okolnosti|nepredviđene okolnosti|iznimnih okolnosti|izuzetnih okolnosti|posebnih okolnosti"
        "|keadaan luar jangka|sebab-sebab yang tidak dapat dielakkan",
        _NO_CASE,
    ),
    ("sla|slas|breach|ticket|escalation|eskalacija|tiket", _OURS),
]
_PATTERNS = [(re.compile(rf"(?<!\w)(?:{words_})(?!\w)", re.IGNORECASE), why) for words_, why in _VAGUE]

_MINUTE, _HOUR, _DAY, _WEEK, _LONGER = "minute", "hour", "day", "week", "longer"
_UNITS = {
    _MINUTE: r"minut\w*|minit",
    _HOUR: r"hours?|sat[ai]?|čas\w*|jam",
    _DAY: r"days?|dan|dan[ai]|hari",
    _WEEK: r"weeks?|tjed[an]\w*|sedmic\w*|nedelj\w*|minggu",
    _LONGER: r"months?|mjesec\w*|mesec\w*|bulan|years?|godin\w*|tahun",
}
_UNIT = "|".join(f"(?P<{unit}>{names})" for unit, names in _UNITS.items())
_TIME = re.compile(
    rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?)[\s-]+(?P<how>(?:[^\W\d]+[\s-]+){{0,2}}?)(?:{_UNIT})(?!\w)(?P<after>\s+\w+)?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<!\w)\d+\s*(?:-|–|—|to|do|hingga|or|ili)\s*\d+(?!\w)", re.IGNORECASE)
_WORKING = re.compile(r"working|business|office|opening|radn|poslovn|kerja", re.IGNORECASE)

_NEXT_SENTENCE = re.compile(r"(?<!npr)(?<!tj)(?<!e\.g)(?<!i\.e)[.!?…]\s+[A-ZČĆĐŠŽ]|;")
# What is promised, by what it does for the customer. Two of them that are joined need a clock each.
_ACTIONS = {
    "confirm": r"confirm\w*|acknowledg\w*|potvrđujemo|potvrdit\w*|potvrdić\w*|mengesahkan|mengakui",
    "answer": r"answer\w*|repl(?:y|ies)|respond\w*|contacts?|calls?|odgovar\w*|javlja\w*|javit\w*|javić\w*|nazvat\w*"
    r"|menjawab|membalas|menghubungi",
    "settle": r"settle\w*|resolve\w*|solve\w*|fix\w*|repair\w*|mend\w*|rješava\w*|riješ\w*|reš\w*|poprav\w*"
    r"|menyelesaikan|membaiki",
}
_ACTION = "|".join(f"(?P<{action}_{{0}}>{verbs})" for action, verbs in _ACTIONS.items())
_TWO_ACTIONS = re.compile(
    rf"(?<!\w)(?:{_ACTION.replace('{0}', '1')})(?:\s+\w+){{0,3}}\s+(?:and|then|i|te|pa|dan|serta)(?:\s+\w+){{0,2}}?"
    rf"\s+(?:{_ACTION.replace('{0}', '2')})(?!\w)",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """A time in a sentence: "8 working hours"."""

    text: str
    number: Decimal
    unit: str
    working: bool


def vague_words(text: str) -> Iterator[str]:
    """For each vague word in `text` the reason why it says nothing."""
    for pattern, why in _PATTERNS:
        for found in pattern.finditer(text):
            yield str(why) % {"word": found[0]}


def sentence_problems(text: str, draft: Draft) -> list[str]:
    """Why a customer who reads `text` would not know what to expect; empty when they would.

    It says one thing, in one sentence, with one time in figures: that of the draft's clock.
    """
    problems = list(vague_words(text))
    if _NEXT_SENTENCE.search(text):
        problems.append(_("This is more than one sentence. A standard says one thing, in one sentence."))
    if two := _TWO_ACTIONS.search(text):
        first, second = [
            next(value for name, value in two.groupdict().items() if value and name.endswith(end))
            for end in ("_1", "_2")
        ]
        kinds = {name[:-2] for name, value in two.groupdict().items() if value}
        if len(kinds) == 2:
            problems.append(
                _("“%(first)s” and “%(second)s” are two things. Each needs a clock, so a standard, of its own.")
                % {"first": first, "second": second}
            )
    return problems + _time_problems(text, draft)


def _time_problems(text: str, draft: Draft) -> list[str]:
    window = words.window(draft.clock, draft.window_minutes, draft.window_days)
    if _RANGE.search(text):
        return [_("A range is no time that could be kept. Name one: %(window)s.") % {"window": window}]
    said = times_in(text)
    if not said:
        return [_("It names no time. Say it in figures: %(window)s.") % {"window": window}]
    if len({(one.number, one.unit) for one in said}) > 1:
        named = ", ".join(one.text for one in said)
        return [_("It names several times: %(times)s. A standard has one clock.") % {"times": named}]
    if not _agrees(said[0], draft):
        return [
            _("The sentence says “%(said)s”, but the clock counts %(window)s. Make them say the same.")
            % {"said": said[0].text, "window": window}
        ]
    return []


def times_in(text: str) -> list[Said]:
    """The times that `text` names in figures, in order."""
    found = []
    for match in _TIME.finditer(text):
        unit = next(unit for unit in _UNITS if match[unit])
        after = match["after"] or ""
        malay = bool(re.fullmatch(r"\s+(?:be)?kerja", after, re.IGNORECASE))
        said = match[0] if malay else match[0].removesuffix(after)
        working = malay or bool(_WORKING.search(match["how"]))
        found.append(Said(said, Decimal(match["number"].replace(",", ".")), unit, working))
    return found


def _agrees(said: Said, draft: Draft) -> bool:
    if said.working != (draft.clock in {Clock.WORKING_TIME, Clock.WORKING_DAYS}):
        return False
    match draft.clock, said.unit:
        case (Clock.WALL | Clock.WORKING_TIME, "minute"):
            return said.number == draft.window_minutes
        case (Clock.WALL | Clock.WORKING_TIME, "hour"):
            return said.number * 60 == draft.window_minutes
        case (Clock.WALL, "day"):
            return said.number * 24 * 60 == draft.window_minutes
        case (Clock.WORKING_DAYS | Clock.CALENDAR_DAYS, "day"):
            return said.number == draft.window_days
        case (Clock.CALENDAR_DAYS, "week"):
            return said.number * 7 == draft.window_days
    return False
