"""The texts of messages as an organisation has changed them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.terms import MessagePurpose


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def newest(self, purpose: str, language: str) -> MessageTemplate | None:
        """The version in use; None where nobody has changed the shipped text."""
        return self.filter(purpose=purpose, language=language).order_by("-version").first()

    def in_use(self) -> MessageTemplateQuerySet:
        """The newest version of each message and language."""
        return self.order_by("purpose", "language", "-version").distinct("purpose", "language")


class MessageTemplate(models.Model):
    """One version of the text of a message in one language. It never changes: another one follows it.

    The newest is in use, for whatever is written from then on. One without words brings the shipped text back.
    """

    purpose = models.CharField(_("Message"), max_length=40, choices=MessagePurpose)
    language = models.CharField(_("Language"), max_length=10)
    version = models.PositiveIntegerField(_("Version"))
    subject = models.CharField(_("Subject"), max_length=200, blank=True)
    parts = models.JSONField(_("Parts"), default=dict, blank=True, help_text="the words of each part by its name")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="message_template_has_each_version_once", fields=["purpose", "language", "version"]
            ),
            models.CheckConstraint(
                name="message_template_has_a_subject_and_parts_or_neither",
                condition=Q(subject="", parts={}) | ~Q(subject="") & ~Q(parts={}),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.language}), version {self.version}"

    @property
    def brings_back_the_shipped(self) -> bool:
        """Whether the text that came with the product is in use again from this version on."""
        return not self.parts
