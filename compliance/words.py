"""What results are called, in pages and in files."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import ExceptionDay
from compliance.results import Bucket, Figure, Weight
from ui.formats import count_in_words, of_hundred

BUCKETS: dict[Bucket, Promise] = {
    Bucket.KEPT: _("Kept as first promised"),
    Bucket.NOT_HELD: _("Opened again"),
    Bucket.KEPT_AFTER_MOVE: _("Kept after a move"),
    Bucket.MOVED_AHEAD: _("Moved, not yet due again"),
    Bucket.KEPT_LATE: _("Kept late"),
    Bucket.NOT_DONE: _("Not done"),
    Bucket.WITHDRAWN_LATE: _("Withdrawn after due"),
}


def says_share(figure: Figure) -> bool:
    """Whether there are enough cases to say how many of a hundred; of fewer than five only their number is said."""
    return figure.weight in {Weight.GREY, Weight.PLAIN}


def result_in_words(figure: Figure, target: Fraction | None = None) -> str:
    """ "96 of 100"; of fewer than five cases their number, "4 of 5"."""
    if figure.share is None or not says_share(figure):
        return k_of_n(figure)
    return gettext("%(number)s of 100") % {"number": of_hundred(figure.share, target)}


def k_of_n(figure: Figure) -> str:
    """ "1,186 of 1,281"."""
    return gettext("%(k)s of %(n)s") % {"k": count_in_words(figure.k), "n": count_in_words(figure.n)}


def days_in_words(days: ExceptionDay) -> str:
    """ "12 October 2026", or "12 October 2026 to 13 October 2026", in the active time zone."""

    def day(moment: datetime) -> str:
        return date_format(timezone.localtime(moment).date())

    first, last = day(days.starts_at), day(days.ends_at - timedelta(microseconds=1))
    return first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
