"""Changing the texts of messages, and going back to those that came with the product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.letters.filling import Text
from followups.letters.parts import PLANS
from followups.letters.shipped import LANGUAGES
from followups.letters.validation import problems
from followups.models import MessageTemplate
from followups.terms import MessagePurpose
from followups.texts import text_of
from people.models import Organisation, User


@transaction.atomic
def change(
    purpose: MessagePurpose,
    language: str,
    *,
    subject: str,
    parts: Mapping[str, str],
    based_on: int,
    by: User,
    now: datetime,
) -> MessageTemplate | None:
    """Keep a text as the next version: every message made from now on says it. None where nothing is new in it.

    `based_on` is the version that `by` has seen, 0 for the shipped text. Refused, part by part, where it
    could not say what the message must.
    """
    newest = _newest(purpose, language, based_on)
    tidy = {part.slug: _tidy(parts.get(part.slug, "")) for part in PLANS[purpose].parts}
    text = Text(" ".join(subject.split()), {slug: words for slug, words in tidy.items() if words})
    if wrong := problems(text, PLANS[purpose], language):
        raise ValidationError(wrong)
    if text == text_of(newest, purpose, language):
        return None
    return _next(purpose, language, newest, text, by, now)


@transaction.atomic
def bring_back(
    purpose: MessagePurpose, language: str, *, based_on: int, by: User, now: datetime
) -> MessageTemplate | None:
    """Use the text that came with the product again, as the next version. None where it is in use."""
    newest = _newest(purpose, language, based_on)
    if newest is None or newest.brings_back_the_shipped:
        return None
    return _next(purpose, language, newest, Text("", {}), by, now)


def _newest(purpose: MessagePurpose, language: str, based_on: int) -> MessageTemplate | None:
    """The version in use; refused where it is not the one that was seen. One at a time changes texts."""
    Organisation.objects.select_for_update().get(pk=1)
    if language not in LANGUAGES:
        raise ValidationError(_("There are no messages in this language."))
    newest = MessageTemplate.objects.newest(purpose, language)
    if based_on != (newest.version if newest else 0):
        raise ValidationError(_("Somebody has changed this text meanwhile. Look at theirs first, then change that."))
    return newest


def _next(
    purpose: MessagePurpose, language: str, newest: MessageTemplate | None, text: Text, by: User, now: datetime
) -> MessageTemplate:
    return MessageTemplate.objects.create(
        purpose=purpose,
        language=language,
        version=newest.version + 1 if newest else 1,
        subject=text.subject,
        parts=dict(text.parts),
        made_at=now,
        made_by=by,
    )


def _tidy(words: str) -> str:
    return "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n"))
