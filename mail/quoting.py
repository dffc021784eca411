"""Where a mail stops saying something new and begins to repeat what was written before it.

Nothing is taken away: the whole text is kept, and what only repeats is one click away. In doubt it stays in sight, as
a sentence of a customer that nobody sees is worse than a quotation that everybody does.

All of this reads line by line. Not every pattern of the library is linear, so patterns see a bounded number of lines,
each cut to a bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage

# So many lines from the top, and so much of each, are looked at with patterns.
MOST_LINES = 400
LONGEST_LINE = 200
# What is longer is no signature.
LONGEST_SIGNATURE = 20

_INSIDE = r"(?:> ?)*"


def _wrote(begins: str, ends: str) -> str:
    """ "On Thursday, 12 November, Ana <ana@…> wrote:", in at most three lines."""
    return rf"^{_INSIDE}(?:{begins})(?=.*\d).*(?:\n.*){{0,2}}?(?:{ends}):$"


def _block(sender: str, more: str, subject: str) -> str:
    """What Outlook puts above a mail: who it is from, when and to whom, its subject; long ones run over a line."""
    line = rf"{_INSIDE}[* ]*"
    return rf"^{line}(?:{sender}) ?:.*\n\n?{line}(?:{more}) ?:.*(?:\n.*){{0,6}}?\n{line}(?:{subject}) ?:.*$"


_DAYS = r"(?:pon|uto|sri|sre|[cč]et|pet|sub|ned)\w*\.?,?\s"
_DAYS_CYRILLIC = r"(?:пон|уто|сре|чет|пет|суб|нед)\w*\.?,?\s"
_LATIN = {
    "wrote_header": _wrote(
        rf"Dana\s|Na dan\s|Dne\s|U\s|{_DAYS}", r"napisa[\w/()]{1,14} je|je napisa[\w/()]{1,14}|je pisa[\w/()]{1,14}"
    ),
    "from_header": _block(
        "Od|Šalje|Salje|Pošiljatelj|Pošiljalac",
        "Poslano|Poslato|Datum|Prima|Za|Kome|Primatelj|Kopija|Cc",
        "Predmet|Tema|Naslov",
    ),
    "sent_from": r"Poslano s|Poslano iz|Poslano putem|Poslato s|Poslato iz|Poslato preko|(?:Preuzmi|Nabavi)(?:te)? "
    r"(?:aplikaciju )?Outlook za|Dohvatite Outlook za",
}
MAIL_LANGUAGES |= {
    "hr": _LATIN,
    "bs": _LATIN,
    "sr-latn": _LATIN,
    "sr-cyrl": {
        "wrote_header": _wrote(
            rf"Дана\s|На дан\s|У\s|{_DAYS_CYRILLIC}", r"је написа[\w/()]{1,14}|написа[\w/()]{1,14} је"
        ),
        "from_header": _block("Од|Шаље|Пошиљалац", "Послато|Датум|Прима|За|Коме|Копија", "Предмет|Тема|Наслов"),
        "sent_from": "Послато са|Преузмите Outlook за|Набавите Outlook за",
    },
    "ms": {
        "wrote_header": _wrote(r"Pada\s", r"menulis|telah menulis"),
        "from_header": _block("Daripada|Dari", "Dihantar|Tarikh|Kepada|Salinan|Sk|Cc", "Subjek|Tajuk|Perkara"),
        "sent_from": "Dihantar dari|Dapatkan Outlook untuk",
    },
    # Its own pattern for the block takes any two lines like "Date:" and "To:", which people write themselves.
    "en-strict": {
        **MAIL_LANGUAGES["en"],
        "from_header": _block("From", "Sent|Date|To|Cc", "Subject"),
        "sent_from": f"{MAIL_LANGUAGES['en']['sent_from']}|Sent from Outlook|Sent from Yahoo|Sent with Proton",
    },
    # Who writes to us from elsewhere: only what cannot be anything else.
    "others": {
        "wrote_header": "",
        "from_header": "|".join(
            [_block("Von", "Gesendet|Datum|An|Cc", "Betreff"), _block("Da", "Inviato|Data|A|Cc", "Oggetto")]
        ),
        "sent_from": "Gesendet von|Gesendet mit|Inviato da",
    },
}
_LANGUAGES = ["en-strict", "hr", "sr-cyrl", "ms", "others"]
_HEADER = EmailMessage(text="", languages=_LANGUAGES, include_english=False).HEADER_REGEX
_SENT_FROM = re.compile(
    "(?:" + "|".join(str(MAIL_LANGUAGES[language]["sent_from"]) for language in _LANGUAGES) + ").{1,80}", re.IGNORECASE
)

# The words between the marks differ by language and release, the marks never do.
_MARK = "- - -"
_MARKER = re.compile(rf"[>\s|*]*{_MARK} \S.{{2,78}}\S {_MARK}[\s*]*")
_QUOTED = re.compile(r"\s*>")
_NOTHING = re.compile(r"[>\s]*")
_RULE = re.compile(r"[>\s]*[-_=*\u2500\u2501]{5,}(?: ?[\w ]{1,40}[-_=*]{5,})?[>\s]*")
_LABEL = re.compile(r"[>\s*]*[^\W\d_][\w .()/-]{0,30}:[\s*].*")
_SOMEBODY_OR_A_TIME = re.compile(r"@|\d[.:/-]\d")
_FORWARDED = re.compile(
    r".{0,30}(?:forwarded message|prosl(?:ij|j)?e[dđ]en\w* poruk|прослеђен\w* порук|mesej (?:yang )?dimajukan)",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"\s*(?:fwd?|wg|proslj?\.?|prosl(?:ij|j)?e[dđ]eno|прослеђено)\s*:", re.IGNORECASE)


def marker() -> str:
    """The line on top of a mail that invites an answer, in the language that is active. Answers end above it."""
    words = _("Write your answer above this line")
    return f"{_MARK} {words} {_MARK}"


def quoted_from(text: str, subject: str = "") -> int | None:
    """Where in `text` begins what only repeats earlier mail, or a signature; None where all of it is new.

    There is always something before it. What was forwarded is no repetition: it is what the mail is about.
    """
    lines = text.split("\n")
    at = len(lines) if _FORWARDS.match(subject) else _quotation(lines)
    at = _signature(lines, _above(lines, at))
    if not _says_something(lines[at:]) or not _says_something(lines[:at]):
        return None
    return sum(len(line) + 1 for line in lines[:at])


def _quotation(lines: Sequence[str]) -> int:
    """The line where quotation begins; as many as there are where none does."""
    found = [at for at in (_marked(lines), *_headed(lines), _at_the_end(lines)) if at is not None]
    first = min(found, default=len(lines))
    forwarded = any(_FORWARDED.match(line[:LONGEST_LINE]) for line in lines[max(0, first - 4) : first + 1])
    return len(lines) if forwarded else first


def _marked(lines: Sequence[str]) -> int | None:
    """Where our own marker came back, or what stands above it to say who had written."""
    for at, line in enumerate(lines):
        if _MARKER.fullmatch(line[:LONGEST_LINE]):
            return None if _is_answered_between(lines, at) else _with_its_introduction(lines, at)
    return None


def _headed(lines: Sequence[str]) -> Iterator[int]:
    """Where a mail program says that it quotes: "… wrote:", or the block that names sender, time and subject."""
    looked_at = "\n".join(line[:LONGEST_LINE].strip() for line in lines[:MOST_LINES])
    for header in _HEADER.finditer(looked_at):
        at = looked_at.count("\n", 0, header.start())
        ends = at + header[0].count("\n") + 1
        below = next((line for line in lines[ends:] if line.strip()), "")
        # "On 12 November I wrote:" is a sentence like any other, unless somebody is named or quoted.
        is_sentence = header[0].endswith(":") and "@" not in header[0] and not _QUOTED.match(below)
        if not is_sentence:
            if not _is_answered_between(lines, ends):
                yield at
            return


def _at_the_end(lines: Sequence[str]) -> int | None:
    """The lines with a ">" that the mail ends with, in whatever language they are introduced."""
    at = first = len(lines)
    while at and (not lines[at - 1].strip() or _QUOTED.match(lines[at - 1])):
        at -= 1
        if lines[at].strip():
            first = at
    return _with_its_introduction(lines, first) if first < len(lines) else None


def _with_its_introduction(lines: Sequence[str], at: int) -> int:
    """The line above a quotation where it is introduced: by labels, or by a line that ends with a colon."""
    labels = above = _above(lines, at)
    while labels and above - labels < 8 and _LABEL.fullmatch(lines[labels - 1][:LONGEST_LINE]):
        labels -= 1
    if above - labels >= 3:
        return labels
    if above and lines[above - 1].rstrip(" *").endswith(":"):
        for back in (1, 2):
            if back <= above and _SOMEBODY_OR_A_TIME.search(lines[above - back]):
                return above - back
    return at


def _is_answered_between(lines: Sequence[str], at: int) -> bool:
    """Whether somebody wrote between or below the lines with a ">" that begin at `at`: then none of it is hidden."""
    begins = next((line for line in lines[at:] if line.strip()), "")
    if not _QUOTED.match(begins):
        return False
    for line in lines[at:]:
        if line.strip() in {"--", "__"} or _RULE.fullmatch(line):
            return False
        if line.strip() and not _QUOTED.match(line):
            return True
    return False


def _signature(lines: Sequence[str], end: int) -> int:
    """The line where the signature above `end` begins: with the mark for it, or with what a telephone adds."""
    for at in range(max(0, end - LONGEST_SIGNATURE), end):
        if lines[at].strip() in {"--", "__"}:
            return at
    while end and _SENT_FROM.fullmatch(lines[end - 1].strip()[:LONGEST_LINE]):
        end = _above(lines, end - 1)
    return end


def _above(lines: Sequence[str], at: int) -> int:
    """`at`, or where the empty lines and rules above it begin."""
    while at and (_NOTHING.fullmatch(lines[at - 1]) or _RULE.fullmatch(lines[at - 1])):
        at -= 1
    return at


def _says_something(lines: Sequence[str]) -> bool:
    return any(re.search(r"\w", line) for line in lines)
