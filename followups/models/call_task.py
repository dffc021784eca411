"""A call that somebody owes a customer, because a mail is not the way or could not be one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from followups.models.followup import FollowUp
from followups.models.satisfaction import SatisfactionAnswer
from mail.models import Delivery
from people.models import User
from tickets.models import Message, Ticket


class CallTaskQuerySet(models.QuerySet["CallTask"]):
    def to_make(self) -> CallTaskQuerySet:
        """Still to be made, the longest waiting first; what has reached the customer counts at once."""
        return self.exclude(_reached()).filter(ended_at=None).order_by("made_at", "pk")

    def made(self) -> CallTaskQuerySet:
        """Something has reached the customer since, and nobody has written that down yet."""
        return self.filter(_reached(), ended_at=None).order_by("pk")

    def with_whether_made(self) -> CallTaskQuerySet:
        """Each with `is_made`: something has reached the customer since."""
        return self.annotate(is_made=Case(When(_reached(), then=True), default=False))

    def visible_to(self, user: User) -> CallTaskQuerySet:
        """Those about tickets that `user` may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class CallTask(models.Model):
    """Call the customer of one ticket. Ended by a logged call that reached them, or by whoever says why not.

    Except after "not settled" a person's next mail ends it as well, if it does not come back; and after a
    mail that did not arrive, where no number is known, another way is what has to be found.
    One at a time for each ticket: whoever calls can say both things.
    """

    class Why(models.TextChoices):
        NOT_SETTLED = "not_settled", _("The customer was not content with the answer and may be called.")
        MAIL_FAILED = "mail_failed", _("A mail to the customer did not arrive.")
        STEP = "step", _("Something is planned for the customer, and a call is the way.")

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="call_tasks")
    why = models.CharField(max_length=20, choices=Why)
    followup = models.OneToOneField(FollowUp, models.PROTECT, null=True, related_name="call_task")
    answer = models.OneToOneField(SatisfactionAnswer, models.PROTECT, null=True, related_name="call_task")
    message = models.OneToOneField(
        Message, models.PROTECT, null=True, related_name="call_task", help_text="the mail that did not arrive"
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    call = models.ForeignKey(
        Message, models.PROTECT, null=True, db_index=False, related_name="+", help_text="the one that reached them"
    )
    not_needed_because = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CallTaskQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="call_task_follows_from_a_mail_or_an_answer",
                condition=Q(followup__isnull=False, answer__isnull=True, message__isnull=True)
                & Q(why__in=["mail_failed", "step"])
                | Q(why="mail_failed", followup__isnull=True, answer__isnull=True, message__isnull=False)
                | Q(why="not_settled", followup__isnull=True, answer__isnull=False, message__isnull=True),
            ),
            models.CheckConstraint(
                name="call_task_ended_says_how",
                condition=Q(ended_at__isnull=True, call__isnull=True, not_needed_because="")
                | Q(ended_at__isnull=False, call__isnull=False, not_needed_because="")
                | Q(ended_at__isnull=False, call__isnull=True) & ~Q(not_needed_because=""),
            ),
            models.UniqueConstraint(
                name="call_task_one_at_a_time_for_a_ticket", fields=["ticket"], condition=Q(ended_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="call_task_of_ticket", fields=["ticket"]),
            models.Index(name="call_task_to_make", fields=["made_at", "id"], condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"call about {self.ticket_id}: {self.why}"


def by_phone() -> Q:
    """The messages that are calls which reached the customer."""
    return Q(result=Message.Result.REACHED)


def by_mail() -> Q:
    """Those that a person wrote, that left, and that did not come back."""
    sent = Q(delivery__state=Delivery.State.SENT, delivery__bounced_at=None)
    return sent & Q(direction=Message.Direction.OUT, human=True, not_reached_at=None)


def _reached() -> Q:
    """Whether something on its ticket has reached the customer since the call was asked for."""
    since = Message.objects.filter(ticket=OuterRef("ticket"), at__gte=OuterRef("made_at"))
    called, wrote = Exists(since.filter(by_phone())), Exists(since.filter(by_mail()))
    return Q(called) | Q(wrote, why__in=[CallTask.Why.MAIL_FAILED, CallTask.Why.STEP])
