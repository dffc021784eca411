"""Time zones that a person may choose."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def zones() -> list[str]:
    """The names to offer, UTC first: without the old aliases that belong to no region."""
    return ["UTC", *sorted(name for name in available_timezones() if name.startswith(_REGIONS))]


def check_zone(name: str) -> None:
    """Refuse what is not the name of a time zone."""
    if name not in available_timezones():
        refusal = _("“%(zone)s” is not a time zone. Write it like Europe/Zagreb.") % {"zone": name}
        raise ValidationError({"zone": refusal})
