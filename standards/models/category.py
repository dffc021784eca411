from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_use(self) -> CategoryQuerySet:
        """The categories that a new ticket may get."""
        return self.filter(active=True)


class Category(models.Model):
    """What a ticket is about."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    active = models.BooleanField(_("Offered for new tickets"), default=True)
    check_in = models.BooleanField(_("Ask after thirty days whether it still works"), default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name
