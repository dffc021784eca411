"""A list on its way to a spreadsheet."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import User

KEPT_FOR = timedelta(days=1)


def stored_under(export: Export, name: str) -> str:
    """A place nobody can guess."""
    secret = secrets.token_hex(32)
    return f"exports/{secret[:2]}/{secret}"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        """Only who asked for a list may fetch it, whatever their role: it holds what that person may see."""
        return self.filter(made_by=user)

    def to_write(self, now: datetime) -> ExportQuerySet:
        """What nobody writes at present."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=now), ended_at=None)


class Export(models.Model):
    """That somebody wants the list behind a figure as a file. The worker writes it; after a day it is deleted.

    `question` is what the list's address carries. While it is written `lease_until` says for how long at most.
    """

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    question = models.JSONField()
    form = models.CharField(max_length=4, choices=Form)
    language = models.CharField(max_length=10)
    rows = models.PositiveIntegerField(help_text="as many as there were when it was asked for")
    rows_written = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    file = models.FileField(_("File"), upload_to=stored_under, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_has_its_file_only_when_ended", condition=Q(file="") | Q(ended_at__isnull=False)
            ),
        ]
        indexes = [models.Index(name="export_to_write", fields=["id"], condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.form} of {self.rows} for {self.made_by_id}"

    @property
    def is_done(self) -> bool:
        """Whether it can be fetched."""
        return self.ended_at is not None and bool(self.file)

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a file."""
        return self.ended_at is not None and not self.file
