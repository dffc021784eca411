"""Closed months: what was published stands, with what was corrected since beside it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import check
from compliance.models import ClosedPeriod
from compliance.results import Bucket


@check("published-and-corrected", _("What was published of a closed month and its corrections don't add up."))
def published_and_corrected(now: datetime) -> QuerySet[ClosedPeriod]:
    stands = sum((F(bucket) for bucket in Bucket), Value(0))
    corrected = {name: Coalesce(Sum(f"corrections__{name}"), 0) for name in ("kept", "due")}
    rows = ClosedPeriod.objects.filter(final_at__isnull=False).annotate(
        more_kept=corrected["kept"], more_due=corrected["due"], stands=stands
    )
    wrong = ~Q(kept=F("published_kept") + F("more_kept")) | ~Q(stands=F("published_due") + F("more_due"))
    return rows.filter(wrong)
