"""What results are called, in pages and in files."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.results import Bucket

BUCKETS: dict[Bucket, Promise] = {
    Bucket.KEPT: _("Kept as first promised"),
    Bucket.NOT_HELD: _("Opened again"),
    Bucket.KEPT_AFTER_MOVE: _("Kept after a move"),
    Bucket.MOVED_AHEAD: _("Moved, not yet due again"),
    Bucket.KEPT_LATE: _("Kept late"),
    Bucket.NOT_DONE: _("Not done"),
    Bucket.WITHDRAWN_LATE: _("Withdrawn after due"),
}
