"""Telling the public why a month came out as it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.models import ClosedPeriod, Explanation
from compliance.models.explanation import LONGEST
from people.models import Organisation, User
from standards.models import StandardVersion


@transaction.atomic
def explain(version: StandardVersion, month: date, words: Mapping[str, str], *, by: User, now: datetime) -> Explanation:
    """Say in public why `version` came out in that closed month as it did; without words what was said is taken back.

    Words, by language, are needed in the organisation's own at least. Only managers may.
    """
    if not by.is_manager:
        raise ValidationError(_("Only a manager can explain results to the public."))
    if not ClosedPeriod.objects.of_everybody().filter(month=month, standard_version=version).exists():
        raise ValidationError(_("There is no result yet to explain: the month has not closed."))
    said = {language: text.strip() for language, text in words.items() if text.strip()}
    language = Organisation.objects.the().language
    if said and language not in said:
        raise ValidationError(
            {f"words_{language}": _("Say it in the organisation's own language too: all the others fall back on it.")}
        )
    too_long = {f"words_{language}" for language, text in said.items() if len(text) > LONGEST}
    if too_long:
        problem = _("At most %(n)d characters: what happened, and what is different from now on.") % {"n": LONGEST}
        raise ValidationError(dict.fromkeys(too_long, problem))
    return Explanation.objects.create(month=month, standard_version=version, words=said, written_by=by, written_at=now)
