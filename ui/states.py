"""The states of a commitment as a badge shows them: icon and word, for staff and for customers."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Shown(NamedTuple):
    """What stands on a badge."""

    icon: str
    staff: str | Promise
    customer: str | Promise


STATES = {
    "on_track": Shown("clock", pgettext_lazy("promise", "On track"), _("We are on it")),
    "due_soon": Shown("clock-alert", pgettext_lazy("promise", "Due soon"), _("We are on it")),
    "last_call": Shown("alarm", pgettext_lazy("promise", "Last call"), _("We are on it")),
    "overdue": Shown("triangle-alert", pgettext_lazy("promise", "Overdue"), _("Late, we are sorry")),
    "kept": Shown("circle-check", pgettext_lazy("promise", "Kept"), _("Done on time")),
    "kept_late": Shown("hourglass", pgettext_lazy("promise", "Kept late"), _("Done late")),
    "not_done": Shown("circle-x", pgettext_lazy("promise", "Not done"), _("Not done")),
    "moved": Shown("calendar-arrow", pgettext_lazy("promise", "Moved"), _("New date, told before")),
    "withdrawn": Shown("circle-slash", pgettext_lazy("promise", "Withdrawn"), _("Cancelled")),
    "merged": Shown("merge", pgettext_lazy("promise", "Merged"), _("Joined with another")),
    "conditional": Shown("circle-dashed", pgettext_lazy("promise", "Not started"), _("Starts when we hear from you")),
    "paused": Shown("pause", pgettext_lazy("promise", "Paused"), _("Waiting for you")),
}

# Customers are not told how near the edge we are, so these look like "on track" to them.
CALM_FOR_CUSTOMERS = {"due_soon": "on_track", "last_call": "on_track"}

VERDICTS = {
    "met": Shown("circle-check", _("Met"), _("Met")),
    "not_met": Shown("circle-x", _("Not met"), _("Not met")),
    "too_few": Shown("circle-dashed", _("Too few to tell"), _("Too few to tell")),
}
VERDICT_CLASSES = {"met": "kept", "not_met": "not-met", "too_few": "too-few"}
