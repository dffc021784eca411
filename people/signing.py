"""How people and teams sign mail: names and texts that stand as they are, and can be nothing else."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAME, SIGNATURE = 80, 600

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# A name with one of these would be read as an address, or break out of its quotes.
_NO_NAME = re.compile(r'[@<>"\\\r\n\t]')


def checked_name(name: str, field: str) -> str:
    """`name` as it may stand in From; raises, for `field`, where it could be taken for an address."""
    name = name.strip()
    if len(name) > NAME or _NO_NAME.search(name) or _CONTROL.search(name):
        raise ValidationError({field: _("A name on one line, without @, quotes and angle brackets.")})
    return name


def checked_signature(text: str, field: str) -> str:
    """`text` as it may stand below mails; raises, for `field`, where it is long or looks like a placeholder."""
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")
    if len(text) > SIGNATURE:
        raise ValidationError({field: _("A signature has at most %(n)d signs.") % {"n": SIGNATURE}})
    if _CONTROL.search(text) or "{{" in text or "{%" in text or "[[" in text:
        raise ValidationError({field: _("Nothing is filled in here: write the text as it shall stand in mails.")})
    return text
