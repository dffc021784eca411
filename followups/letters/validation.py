"""What is wrong with a text before it is kept: a text that cannot say what its message must is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.letters.filling import BLANK, PLURALS, WITHOUT, Text, forms_of, plurals_of
from followups.letters.parts import Part, Plan
from followups.letters.placeholders import counts_in, has_stray_braces, named_in, nearest

SUBJECT = "subject"


def problems(text: Text, plan: Plan, language: str) -> dict[str, list[str]]:
    """What is wrong with each part, and with the subject, in words for who writes it; empty when all is well."""
    found = {SUBJECT: [*_subject(text.subject, plan)]}
    for part in plan.parts:
        found[part.slug] = [*_part(part, text.parts.get(part.slug, ""), plan, language)]
    longest = sum(max(len(form.split()) for form in forms_of(words).values()) for words in text.parts.values())
    if longest > plan.most_words:
        limit = ngettext("It may have %(number)d word.", "It may have %(number)d words.", plan.most_words)
        found[NON_FIELD_ERRORS] = [limit % {"number": plan.most_words}]
    return {where: said for where, said in found.items() if said}


def _subject(subject: str, plan: Plan) -> Iterator[str]:
    if not subject.strip():
        yield _("A message needs a subject.")
    if "\n" in subject.strip():
        yield _("A subject is one line.")
    yield from _placeholders(subject, plan)


def _part(part: Part, words: str, plan: Plan, language: str) -> Iterator[str]:
    if not words.strip():
        if part.required:
            yield _("The message cannot do without this part.")
        return
    unknown = [*_placeholders(words, plan)]
    yield from unknown
    forms = forms_of(words)
    for name in forms:
        if name not in {*PLURALS, WITHOUT}:
            yield _("[%(form)s] is no form of a part.") % {"form": name}
    whole = forms.get("other", "")
    lacking = [f"{{{name}}}" for name in part.needs if name not in named_in(whole)]
    if lacking and not unknown:
        yield _("This part has to name %(what)s.") % {"what": ", ".join(lacking)}
    counted = {name for form in forms.values() for name in counts_in(form)}
    if len(counted) > 1:
        yield _("A part counts one thing only.")
    wanted = [name for name in plurals_of(language) if name not in forms]
    if counted and wanted:
        yield _("Where something is counted, this language needs these forms, too: %(forms)s.") % {
            "forms": ", ".join(f"[{name}]" for name in wanted)
        }
    if plan.by_itself and BLANK.search(words):
        yield _("This message leaves by itself: nobody fills in what stands between ‹ and ›.")


def _placeholders(text: str, plan: Plan) -> Iterator[str]:
    for name in named_in(text):
        if name not in plan.allowed:
            meant = nearest(name, plan.allowed)
            yield (
                _("{%(name)s} is not known here. Is {%(meant)s} meant?") % {"name": name, "meant": meant}
                if meant
                else _("{%(name)s} is not known here.") % {"name": name}
            )
    if has_stray_braces(text):
        yield _("Braces stand around the name of a placeholder only, as in {customer}.")
    if re.search(r"\[\[|\]\]", text):
        yield _("Links are placeholders, as {link_status} is.")
