"""That somebody has read what is promised."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import User
from standards.models import Acknowledgement, StandardVersion


def acknowledge(version: StandardVersion, *, by: User, now: datetime) -> Acknowledgement:
    """Write down that `by` has read `version`; the first time counts. Drafts are refused: they may still change."""
    if version.is_draft:
        raise ValidationError(_("This is a draft and may still change. Read it when it is published."))
    read, _made = Acknowledgement.objects.get_or_create(user=by, version=version, defaults={"at": now})
    return read
