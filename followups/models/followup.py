"""Getting back to the customer unasked: what is planned, and what became of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from mail.models import Delivery
from people.models import Customer, User
from people.terms import Channel
from tickets.models import Commitment, Ticket


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> FollowUpQuerySet:
        """Those about tickets that `user` may see, and those about no ticket: any of us may reach any customer."""
        return self if user.is_manager else self.filter(Q(ticket__in=Ticket.objects.visible_to(user)) | Q(ticket=None))

    def due(self, now: datetime) -> FollowUpQuerySet:
        """Planned ones whose moment has come and that nobody holds back, oldest first."""
        held = Hold.objects.filter(decided_at=None, since__gte=OuterRef("due_at"))
        mine = self.filter(state=FollowUp.State.SCHEDULED, held_at=None, due_at__lte=now)
        return mine.filter(~Exists(held)).order_by("due_at", "pk")

    def to_finish(self) -> FollowUpQuerySet:
        """Handed over to the outbox, and their mail has come to an end."""
        ended = [*Delivery.ENDED, Delivery.State.UNKNOWN]
        return self.filter(state=FollowUp.State.HANDED_OVER, delivery__state__in=ended).order_by("pk")

    def drafts_to_finish(self) -> FollowUpQuerySet:
        """Drafted for a person, and what they were drafted for is no longer running.

        What is written after a call that reached nobody goes on, whatever became of that call: see
        `calls_not_reached.to_finish`. So does the owning of a miss: see `recoveries.look`.
        """
        on_its_own = [FollowUp.Step.CALLBACK_DRAFT, FollowUp.Step.RECOVERY]
        drafted = self.filter(state=FollowUp.State.DRAFTED).exclude(step__in=on_its_own)
        return drafted.exclude(commitment__state=Commitment.State.RUNNING)


class FollowUp(models.Model):
    """One step of a follow-up about one ticket or customer. Making its mail hands it over to the outbox."""

    class Step(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        PROGRESS_DRAFT = "progress_draft", _("Draft of a progress update")
        NOT_SETTLED_DRAFT = "not_settled_draft", _("Draft of an answer after “not settled”")
        SETTLED_QUESTION = "settled_question", _("Question: is it settled?")
        SETTLED_REMINDER = "settled_reminder", _("Reminder: is it settled?")
        CLOSING = "closing", _("Closing")
        DELAY_DRAFT = "delay_draft", _("Draft of a delay notice")
        RECOVERY = "recovery", _("Owning a missed promise")
        CHECK_BACK = "check_back", _("Question after the fix: does it hold?")
        NOT_SETTLED_CALL = "not_settled_call", _("Call after “not settled”")
        THANK_YOU = "thank_you", _("Thank-you")
        CHECK_IN = "check_in", _("Check-in: still working as it should?")
        SILENCE_REMINDER = "silence_reminder", _("Reminder of our question")
        SILENCE_SECOND = "silence_second", _("Second reminder of our question")
        SILENCE_LAST = "silence_last", _("Notice that the ticket will be closed")
        SILENCE_CLOSING = "silence_closing", _("Closing without an answer")
        DECLINE_DRAFT = "decline_draft", _("Draft of a decline with alternatives")
        SHARED_DELAY_NOTICE = "shared_delay_notice", _("Notice of a shared delay")
        CALLBACK_DRAFT = "callback_draft", _("Draft after a call that reached nobody")

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Planned")
        DRAFTED = "drafted", _("Draft")
        HANDED_OVER = "handed_over", _("Leaving")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="followups")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="followups")
    step = models.CharField(max_length=40, choices=Step)
    playbook_step = models.ForeignKey(
        "followups.PlaybookStep", models.PROTECT, null=True, db_index=False, related_name="+",
        help_text="by which it was planned, and by which it goes on; empty: before playbooks were data",
    )  # fmt: skip
    cycle = models.PositiveIntegerField(default=1, help_text="counts up when the same step comes again")
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, db_index=False, related_name="followups",
        help_text="what a draft was prepared for",
    )  # fmt: skip
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    due_at = models.DateTimeField()
    latest_at = models.DateTimeField(null=True, help_text="after that it would come too late")
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, related_name="followups", help_text="its mail; one may be about several"
    )
    state = models.CharField(max_length=12, choices=State, default=State.SCHEDULED)
    reason = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True, help_text="what a person wrote for this one, instead of the text it has")
    what = models.CharField(max_length=200, blank=True, help_text="what was sold or done, where it is about no ticket")
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+",
        help_text="who writes, where it is about no ticket",
    )  # fmt: skip
    held_at = models.DateTimeField(null=True, help_text="since when a person holds it back")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+",
        help_text="the person who decided that it is not done",
    )  # fmt: skip

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="followup_is_about_a_ticket_or_a_customer",
                condition=Q(ticket__isnull=False, customer__isnull=True)
                | Q(ticket__isnull=True, customer__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_skipped_says_why",
                condition=~Q(state__in=["skipped", "failed"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="followup_ended_has_its_moment",
                condition=Q(state__in=["done", "skipped", "failed"], ended_at__isnull=False)
                | Q(state__in=["scheduled", "drafted", "handed_over"], ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="followup_once_a_cycle",
                fields=["ticket", "customer", "step", "cycle"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="followup_about_a_customer_says_what_and_who",
                condition=Q(customer__isnull=True) | ~Q(what="") & Q(contact__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_held_back_by_somebody",
                condition=Q(held_at__isnull=True, held_by__isnull=True)
                | Q(held_at__isnull=False, held_by__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_skipped_by_somebody_was_skipped",
                condition=Q(skipped_by__isnull=True) | Q(state="skipped"),
            ),
            models.UniqueConstraint(name="followup_once_a_commitment", fields=["commitment", "step"]),
        ]
        indexes = [
            # also the list of what is planned, by day
            models.Index(name="followup_due", fields=["due_at", "id"], condition=Q(state="scheduled")),
            # the list of who is enrolled for thanks
            models.Index(name="followup_about_customers", fields=["-made_at", "-id"], condition=Q(ticket__isnull=True)),
            models.Index(name="followup_skipped_by_people", fields=["ended_at"], condition=Q(skipped_by__isnull=False)),
            models.Index(name="followup_handed_over", fields=["id"], condition=Q(state="handed_over")),
            models.Index(name="followup_drafted", fields=["id"], condition=Q(state="drafted")),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} for {self.ticket_id or self.customer_id}"

    @property
    def mail_key(self) -> str:
        """What its next mail is known by: another one where the last one did not leave and it is made anew."""
        return f"followup:{self.pk}" + (f":{self.delivery_id}" if self.delivery_id else "")


class Hold(models.Model):
    """After a standstill, what was due meanwhile waits for a person's decision; one such heap at a time."""

    class Decision(models.TextChoices):
        SEND = "send", _("Send what is still true")
        SKIP = "skip", _("Skip them all")

    since = models.DateTimeField(help_text="what was due up to then waits")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_is_decided_by_somebody",
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(name="hold_one_at_a_time", fields=["decision"], condition=Q(decision="")),
        ]

    def __str__(self) -> str:
        return f"held since {self.since:%Y-%m-%d %H:%M}"
