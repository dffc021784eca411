"""Where the mail of a mailbox is fetched from, how far that has come, and what was changed about it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mail.models.mailbox import Mailbox

# The only hosts that may be talked to in plain text.
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class AccountQuerySet(models.QuerySet["Account"]):
    def due(self, now: datetime) -> AccountQuerySet:
        """Those to fetch from: switched on, not stopped by a refusal, and in nobody's hands."""
        return self.filter(is_on=True, paused_why="", next_at__lte=now).order_by("next_at", "pk")

    def needing_somebody(self, now: datetime) -> AccountQuerySet:
        """Those from which no mail comes in, and long enough that staff have to know."""
        return self.filter(is_on=True, alarm_at__lte=now).order_by("alarm_at", "pk")

    def sealed(self) -> list[str]:
        """Every stored secret, as it is stored."""
        rows = self.values_list("sealed_password", "sealed_client_secret", "sealed_refresh_token")
        return [sealed for row in rows for sealed in row if sealed]


class Account(models.Model):
    """An IMAP account whose mail belongs to a mailbox of ours. What it is signed in with is stored sealed.

    A mail counts as fetched once its bytes are committed; only then is it marked on the server.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("Encrypted from the first byte (TLS)")
        STARTTLS = "starttls", _("Encrypted by STARTTLS")
        NONE = "none", _("Not encrypted: only for a server on this machine")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("User and password")
        XOAUTH2 = "xoauth2", _("OAuth 2.0 (XOAUTH2)")

    class Afterwards(models.TextChoices):
        """What happens on the server to a mail that we have. Nothing is ever deleted there."""

        MARK = "mark", _("Mark it as read")
        MOVE = "move", _("Move it to another folder")

    mailbox = models.OneToOneField(Mailbox, models.PROTECT, related_name="account")
    host = models.CharField(_("Server"), max_length=253)
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(_("Encryption"), max_length=10, choices=Security, default=Security.TLS)
    user = models.CharField(_("User"), max_length=254)
    sign_in = models.CharField(_("Signs in with"), max_length=10, choices=SignIn, default=SignIn.PASSWORD)
    sealed_password = models.TextField(blank=True)
    client_id = models.CharField(_("Client ID"), max_length=254, blank=True)
    sealed_client_secret = models.TextField(blank=True)
    sealed_refresh_token = models.TextField(blank=True)
    token_url = models.URLField(_("Address for tokens"), max_length=400, blank=True)
    sealed_access_token = models.TextField(blank=True, help_text="what the refresh token was last exchanged for")
    access_ends_at = models.DateTimeField(null=True)
    folder = models.CharField(_("Folder"), max_length=200, default="INBOX")
    afterwards = models.CharField(_("When a mail is here"), max_length=10, choices=Afterwards, default=Afterwards.MARK)
    move_to = models.CharField(_("Folder to move it to"), max_length=200, blank=True)
    largest_mb = models.PositiveSmallIntegerField(_("Largest mail (MB)"), default=25)

    is_on = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True, help_text="Mail that reached the server earlier stays there.")

    uidvalidity = models.BigIntegerField(default=0, help_text="whose numbers the next two are; 0 before the first run")
    fetched_up_to = models.BigIntegerField(
        default=0, help_text="UID up to which every mail is here, or is in `Unfetched`"
    )
    marked_up_to = models.BigIntegerField(
        default=0, help_text="UID up to which those that are here are marked or moved"
    )

    next_at = models.DateTimeField(null=True, help_text="due, or end of the lease")
    lease = models.UUIDField(null=True)
    tried_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="one after the other")
    trouble = models.CharField(max_length=400, blank=True, help_text="what failed last, in words for staff")
    alarm_at = models.DateTimeField(null=True, help_text="from then on every page says that no mail comes in")
    paused_why = models.CharField(
        max_length=400, blank=True, help_text="Not empty: the server is left alone until somebody looks."
    )
    waiting = models.PositiveIntegerField(default=0, help_text="mails that were left for the next run")
    oldest_waiting_at = models.DateTimeField(null=True, help_text="when the oldest of them reached the server")

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_unencrypted_on_this_machine_only",
                condition=~Q(security="none") | Q(host__in=ON_THIS_MACHINE),
            ),
            models.CheckConstraint(
                name="account_that_moves_mail_has_a_folder_for_it", condition=~Q(afterwards="move") | ~Q(move_to="")
            ),
            models.CheckConstraint(
                name="account_that_is_on_has_a_beginning",
                condition=Q(is_on=False) | Q(starts_at__isnull=False, next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_marks_what_it_has_fetched", condition=Q(marked_up_to__lte=F("fetched_up_to"))
            ),
        ]
        indexes = [
            models.Index(name="account_due", fields=["next_at"], condition=Q(is_on=True, paused_why="")),
            models.Index(name="account_alarm", fields=["alarm_at"], condition=Q(is_on=True, alarm_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"


class Unfetched(models.Model):
    """A mail that could not be fetched yet. After three tries it is parked with what could be had of it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="unfetched")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unfetched_mail_stands_once", fields=["account", "uidvalidity", "uid"])
        ]

    def __str__(self) -> str:
        return f"{self.uid} of {self.account}"


class MailboxChange(models.Model):
    """Who changed what about a mailbox, and when. Names of fields only: no values, so no secrets."""

    class What(models.TextChoices):
        MADE = "made", _("Made")
        CHANGED = "changed", _("Changed")
        CONNECTED = "connected", _("Connection changed")
        STARTED = "started", _("Fetching switched on")
        STOPPED = "stopped", _("Fetching switched off")
        RESUMED = "resumed", _("Tried again after a refusal")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.mailbox.name}: {self.what}"
