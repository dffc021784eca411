"""What is written about the mail system itself, and what is taken down of what others report about our mail."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_q.models import Failure

from mail import decisions, meaning, reports
from mail.models import Delivery, Heartbeat, InboundMail, Report, Suppression
from mail.models.delivery import TO_STAFF
from mail.models.report import MOST_PASSING, WITHIN
from mail.models.suppression import OPTIONAL
from mail.reports import Reported
from people.models import User


def beat(name: str, *, now: datetime) -> None:
    """That `name` is alive at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def forget_failed_tasks(*, before: datetime) -> int:
    """Forget tasks that failed before then: the queue keeps them for ever by itself. Returns how many."""
    return Failure.objects.filter(stopped__lt=before).delete()[0]


def stop(address: str, purpose: str, *, now: datetime, reason: str, cause: str = Suppression.Cause.WISH) -> None:
    """Send `address` nothing of `purpose` any more, what waits already included. Said twice, it is said once."""
    wish = Suppression(address=address, purpose=purpose, cause=cause, reason=reason[:200], at=now)
    Suppression.objects.bulk_create([wish], ignore_conflicts=True)


@transaction.atomic
def lift(suppression: Suppression, *, because: str, by: User, now: datetime) -> Suppression:
    """Mail to that address may leave again; who decided so and why stays on record."""
    suppression = Suppression.objects.select_for_update(of=("self",)).get(pk=suppression.pk)
    if suppression.lifted_at is not None:
        raise ValidationError(_("Somebody has lifted it already."))
    if not because.strip():
        raise ValidationError({"because": _("Say why mail to this address may leave again.")})
    suppression.lifted_at, suppression.lifted_by, suppression.lifted_because = now, by, because.strip()[:200]
    suppression.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    return suppression


def allow_again(address: str, purposes: Collection[str], *, because: str, now: datetime) -> int:
    """The holder of `address` wants mail of these purposes again after all; returns how many stops that lifts.

    What came back stays stopped: that is no wish of theirs.
    """
    theirs = Suppression.objects.in_force().of_address(address).filter(purpose__in=purposes).exclude(purpose="")
    return theirs.exclude(cause=Suppression.Cause.BOUNCED).update(lifted_at=now, lifted_because=because[:200])


@transaction.atomic
def take_down(told: Reported, of: Delivery, *, inbound: InboundMail, now: datetime) -> Report:
    """Keep what is reported `of` a mail, and stop what would meet with the same.

    To an address that takes no mail nothing leaves any more, unless a person sends it anyway; to
    somebody who marked one as unwanted, nothing that they did not ask for. Staff still get their mail.
    """
    report = Report.objects.create(
        delivery=of, inbound=inbound, kind=told.kind, address=of.recipient.lower(), status=told.status, said=told.said,
        for_good=told.kind == reports.FAILED and reports.is_for_good(told.status), at=now,
    )  # fmt: skip
    if report.kind == Report.Kind.FAILED:
        decisions.came_back(of, now=now, reason=told.said or meaning.of_status(told.status))
    if of.purpose not in TO_STAFF:
        _stop_what_follows(report, of.recipient, now)
    return report


def address_takes_no_mail(address: str, status: str, *, now: datetime) -> None:
    """Send nothing to `address` any more, unless a person does anyway: it was refused, or came back, with `status`."""
    stop(address, "", cause=Suppression.Cause.BOUNCED, reason=meaning.of_status(status), now=now)


def _stop_what_follows(report: Report, address: str, now: datetime) -> None:
    if report.kind == Report.Kind.COMPLAINT:
        reason = _("A mail was marked as unwanted.")
        stop(address, OPTIONAL, cause=Suppression.Cause.COMPLAINT, reason=reason, now=now)
    elif report.for_good or (report.kind == Report.Kind.FAILED and _passes_no_more(report, now)):
        address_takes_no_mail(address, report.status, now=now)


def _passes_no_more(report: Report, now: datetime) -> bool:
    """Whether it has come back too often for a reason that may pass; counted anew once a person has lifted it."""
    lifted = Suppression.objects.filter(address__iexact=report.address, cause=Suppression.Cause.BOUNCED)
    last = lifted.aggregate(last=Max("lifted_at"))["last"]
    since = max(filter(None, [now - WITHIN, last]))
    return Report.objects.passing(report.address, since=since).count() >= MOST_PASSING
