"""What another version of a standard says otherwise. Pure: two versions in, the changes out, in the active language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards import words
from standards.models import StandardVersion

# Texts less alike than this are another text: shown word by word they would be a riddle.
ALIKE = 0.7
_TEXTS = ("sentence", "if_missed", "exclusions")


class Part(NamedTuple):
    """A piece of a text: "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that is said differently: what it is about, and word by word what went and what came.

    `language` is that of a text for customers; empty for what is said in the reader's.
    """

    label: str
    parts: list[Part]
    language: str = ""


def changes(before: StandardVersion, after: StandardVersion) -> list[Change]:
    """Everything that `after` says otherwise than `before`, in the order in which a version is shown."""
    found = [
        Change(label, compared(old, new))
        for (label, old), (_label, new) in zip(_facts(before), _facts(after), strict=True)
        if old != new
    ]
    for name in _TEXTS:
        old_texts, new_texts = getattr(before, name), getattr(after, name)
        for language in sorted({*old_texts, *new_texts}, key=lambda language: (language != "en", language)):
            old, new = old_texts.get(language, ""), new_texts.get(language, "")
            if old != new:
                label = str(StandardVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no relation
                found.append(Change(label, compared(old, new), language))
    return found


def compared(old: str, new: str) -> list[Part]:
    """Both texts in one, in pieces; joined, those that are not "gone" are the new text."""
    before, after = [re.findall(r"\s+|\w+|[^\w\s]", text) for text in (old, new)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [part for part in (Part("gone", old), Part("new", new)) if part.text]
    parts: list[Part] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        pieces = [Part("gone", "".join(before[i1:i2])), Part("new", "".join(after[j1:j2]))]
        if what == "equal":
            pieces = [Part("same", "".join(before[i1:i2]))]
        parts += [piece for piece in pieces if piece.text]
    return parts


def _facts(version: StandardVersion) -> list[tuple[str, str]]:
    target = f"{version.target_percent.normalize():f}"
    moves = ngettext("at most %(n)s time", "at most %(n)s times", version.max_moves) % {"n": version.max_moves}
    if version.consent_required:
        moves += ", " + _("only with the customer's consent")
    return [
        (_("What is promised"), version.get_kind_display()),
        (_("Within"), words.window(version.clock, version.window_minutes, version.window_days)),
        (_("Target"), _("%(target)s of 100 cases") % {"target": target}),
        (_("For"), " · ".join(words.applies_to(version)) or _("every ticket")),
        (_("Moving its time"), moves),
        (_("Review by"), date_format(version.review_by, "DATE_FORMAT") if version.review_by else ""),
        (_("How we know that customers need it"), version.needed_because),
        (_("The law it follows"), version.legal_basis),
        (_("Who checked it against the law, and when"), version.legal_advice),
    ]
