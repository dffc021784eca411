"""Service standards: drafting, publishing and withdrawing. What is published never changes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Organisation, User
from standards.models import ServiceStandard, StandardVersion
from standards.validation import Draft, check_draft, check_ready

_SAID = tuple(Draft.__dataclass_fields__)


@transaction.atomic
def make(
    draft: Draft, *, name: str, code: str = "", position: int | None = None, owner: User | None = None, now: datetime
) -> StandardVersion:
    """A new standard with its first draft. Without a code it gets the next free one, like S-8."""
    check_draft(draft)
    standard = ServiceStandard(code=code.strip() or _next_code(), name=name.strip(), owner=owner)
    standard.position = _last_position() + 1 if position is None else position
    _check_standard(standard)
    standard.save()
    return StandardVersion.objects.create(standard=standard, number=1, made_at=now, **_said(draft))


@transaction.atomic
def rename(standard: ServiceStandard, *, name: str, position: int, owner: User | None) -> ServiceStandard:
    """Its name among staff, its place in lists, and who looks after it. What it promises stays."""
    standard = _lock(standard)
    standard.name, standard.position, standard.owner = name.strip(), position, owner
    _check_standard(standard)
    standard.save()
    return standard


@transaction.atomic
def draft(standard: ServiceStandard, says: Draft, *, now: datetime) -> StandardVersion:
    """The standard's draft, saying this: a new version, or the draft that was there, changed."""
    standard = _lock(standard)
    if standard.withdrawn_from:
        raise ValidationError(_("This standard was withdrawn. Make a new one instead."))
    check_draft(says)
    version = standard.versions.filter(published_at=None).first()
    if version is None:
        newest = standard.versions.order_by("-number").first()
        version = StandardVersion(standard=standard, number=newest.number + 1 if newest else 1, made_at=now)
    for field, value in _said(says).items():
        setattr(version, field, value)
    version.save()
    return version


@transaction.atomic
def discard(standard: ServiceStandard) -> None:
    """Throw away the draft; the standard goes with it when nothing of it was ever published."""
    standard = _lock(standard)
    standard.versions.filter(published_at=None).delete()
    if not standard.versions.exists():
        standard.delete()


@transaction.atomic
def publish(
    version: StandardVersion, *, effective_from: datetime | None = None, by: User | None = None, now: datetime
) -> StandardVersion:
    """Put a draft in force, at once or at a moment that is ahead. From here on it never changes.

    Tickets that began before keep the version they began with.
    """
    standard = _lock(version.standard)
    version = StandardVersion.objects.select_related("category").get(pk=version.pk)
    if not version.is_draft:
        raise ValidationError(_("This version is published already."))
    if standard.withdrawn_from:
        raise ValidationError(_("This standard was withdrawn. Make a new one instead."))
    effective_from = effective_from or now
    if effective_from < now:
        raise ValidationError(
            {"effective_from": _("A standard can't begin in the past: nobody could have known it then.")}
        )
    if standard.versions.filter(effective_from=effective_from).exists():
        raise ValidationError({"effective_from": _("Another version begins at that very moment. Choose another.")})
    begins = effective_from.astimezone(Organisation.objects.the().zone_info).date()
    check_ready(said(version), required_languages(), owner=standard.owner, begins=begins)
    version.standard = standard
    version.effective_from, version.published_at, version.published_by = effective_from, now, by
    version.save()
    return version


@transaction.atomic
def withdraw(standard: ServiceStandard, *, effective_from: datetime | None = None, now: datetime) -> ServiceStandard:
    """From then on it applies to nothing new. What began under it runs to its end."""
    standard = _lock(standard)
    effective_from = effective_from or now
    if standard.withdrawn_from and standard.withdrawn_from <= now:
        raise ValidationError(_("This standard is withdrawn already."))
    if effective_from < now:
        raise ValidationError({"effective_from": _("A standard can't end in the past: it was promised then.")})
    standard.withdrawn_from = effective_from
    standard.save(update_fields=["withdrawn_from"])
    return standard


def said(version: StandardVersion) -> Draft:
    """What a version says, as it would be drafted."""
    return Draft(**{field: getattr(version, field) for field in _SAID})


def required_languages(organisation: Organisation | None = None) -> list[str]:
    """The languages in which a standard must be written: English and the organisation's."""
    return list(dict.fromkeys(["en", (organisation or Organisation.objects.the()).language]))


def _said(draft: Draft) -> dict[str, object]:
    words: dict[str, object] = {
        field: {language: text.strip() for language, text in getattr(draft, field).items() if text.strip()}
        for field in ("sentence", "exclusions", "if_missed")
    }
    words |= {field: getattr(draft, field).strip() for field in ("needed_because", "legal_basis", "legal_advice")}
    return {**{field: getattr(draft, field) for field in _SAID}, **words}


def _lock(standard: ServiceStandard) -> ServiceStandard:
    return ServiceStandard.objects.select_for_update(no_key=True).get(pk=standard.pk)


def _check_standard(standard: ServiceStandard) -> None:
    standard.full_clean(validate_unique=False)
    if ServiceStandard.objects.filter(code__iexact=standard.code).exclude(pk=standard.pk).exists():
        raise ValidationError({"code": _("There is a standard with this code already.")})


def _next_code() -> str:
    taken = set(ServiceStandard.objects.values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := f"S-{number}") not in taken)


def _last_position() -> int:
    return max(ServiceStandard.objects.values_list("position", flat=True), default=0)
