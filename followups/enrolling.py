"""A list of deliveries as it is handed in: rows of a file, with what is wrong in each. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from followups.letters.shipped import LANGUAGES

# So many lines are taken at once.
MOST_LINES = 500
# Thanks for something that is longer ago would come too late.
LONGEST_AGO = timedelta(days=7)
COLUMNS = ("email", "name", "what", "delivered", "language")
NEEDED = COLUMNS[:4]


@dataclass(frozen=True)
class Line:
    """One delivery: to whom, what, and on which day. `problem` says what keeps it from being enrolled."""

    number: int
    email: str
    name: str
    what: str
    delivered: date | None
    language: str
    problem: str = ""

    @property
    def same(self) -> tuple[str, str]:
        """Two lines with the same are one delivery."""
        return same(self.email, self.what)


def same(email: str, what: str) -> tuple[str, str]:
    """By what one delivery is known, however its address and its words are spelt."""
    return email.casefold(), " ".join(what.split()).casefold()


def read(text: str, *, today: date) -> list[Line]:
    """The lines of a file with a first row of `COLUMNS`, separated by commas or semicolons; empty ones are left out.

    Refused as a whole, in words, where a column is missing or there are too many lines.
    """
    text = text.removeprefix("\ufeff").strip()
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or []]
    if missing := [name for name in NEEDED if name not in rows.fieldnames]:
        raise ValidationError(_("The first line lacks these columns: %(names)s.") % {"names": ", ".join(missing)})
    lines = []
    for row in rows:
        given = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        if any(given.values()):
            lines.append(line(rows.line_num, **given, today=today))
        if len(lines) > MOST_LINES:
            raise ValidationError(_("These are more than %(most)d lines. Split the file.") % {"most": MOST_LINES})
    if not lines:
        raise ValidationError(_("There is no line below the first one."))
    return lines


def line(number: int, *, email: str, name: str, what: str, delivered: str, language: str, today: date) -> Line:
    """One line of these words, with the first thing that is wrong with it."""
    try:
        day = date.fromisoformat(delivered)
    except ValueError:
        day = None
    return Line(number, email, name, what, day, language, _problem(email, name, what, day, language, today))


def _problem(email: str, name: str, what: str, day: date | None, language: str, today: date) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return _("This is no e-mail address.")
    if not name or len(name) > 120:
        return _("Give the name, of at most 120 letters.")
    if not what or len(what) > 200:
        return _("Say what was delivered or done, in at most 200 letters.")
    if day is None:
        return _("Write the day like 2026-11-25.")
    if day > today:
        return _("This day has yet to come. Enrol it once it is delivered.")
    if today - day > LONGEST_AGO:
        return _("This is longer ago than seven days: thanks would come too late.")
    if language and language not in LANGUAGES:
        return _("We write no letters in this language. Use one of: %(codes)s.") % {"codes": ", ".join(LANGUAGES)}
    return ""
