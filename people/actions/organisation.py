"""Setting up the organisation and changing what it says about itself."""

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Organisation, Team
from people.zones import check_zone


@transaction.atomic
def make(
    *,
    name: str,
    zone: str = "UTC",
    language: str = "en",
    languages: Sequence[str] = (),
    support_address: str = "",
    phone: str = "",
    default_team: Team | None = None,
    demo: bool = False,
) -> Organisation:
    """The one organisation. Refused when there is one already."""
    if Organisation.objects.exists():
        raise ValidationError(_("The organisation is set up already."))
    organisation = Organisation(
        name=name,
        zone=zone,
        language=language,
        languages=_with_own(languages, language),
        support_address=support_address,
        phone=phone,
        default_team=default_team,
        demo=demo,
    )
    _check(organisation)
    organisation.save(force_insert=True)
    return organisation


@transaction.atomic
def change(
    *,
    name: str,
    zone: str,
    language: str,
    languages: Sequence[str],
    support_address: str,
    phone: str,
    default_team: Team | None,
    remedy_limit: Decimal | None,
) -> Organisation:
    """The organisation with these values; where there is no limit, every remedy waits for the lead.

    Promises that run keep the times that were told.
    """
    organisation = Organisation.objects.select_for_update().get(pk=1)
    organisation.name = name
    organisation.zone = zone
    organisation.language = language
    organisation.languages = _with_own(languages, language)
    organisation.support_address = support_address
    organisation.phone = phone
    organisation.default_team = default_team
    organisation.remedy_limit = remedy_limit or Decimal(0)
    _check(organisation)
    if default_team is None:
        raise ValidationError({"default_team": _("Choose a team: it catches what no rule assigns.")})
    organisation.save()
    return organisation


def _with_own(languages: Sequence[str], own: str) -> list[str]:
    # In the order of the settings, so that the public pages list them the same way everywhere.
    chosen = {*languages, own, "en"}
    return [code for code, _name in settings.LANGUAGES if code in chosen]


def _check(organisation: Organisation) -> None:
    check_zone(organisation.zone)
    if organisation.language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages on the list.")})
    organisation.full_clean(exclude=["default_team", "languages"], validate_unique=False, validate_constraints=False)
