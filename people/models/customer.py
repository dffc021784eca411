"""The people we promise to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.folding import search_words
from people.models.user import User
from people.terms import Channel, CustomerGroup


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """The customers `user` may look up: any caller may reach any member of staff, so all of them.

        What stands on their tickets is asked of `Ticket.objects.visible_to`.
        """
        return self if user.is_active else self.none()

    def search(self, text: str) -> CustomerQuerySet:
        """Those whose name, e-mail or phone contains every word of `text`."""
        found = self
        for word in search_words(text):
            found = found.filter(folded__contains=word)
        return found


class Customer(models.Model):
    """A person we serve, and how they want to hear from us."""

    name = models.CharField(_("Name"), max_length=120)
    form_of_address = models.CharField(_("Form of address"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="en")
    zone = models.CharField(_("Time zone"), max_length=64, blank=True, help_text=_("Empty: the organisation's."))
    channel = models.CharField(_("Preferred channel"), max_length=10, choices=Channel, default=Channel.MAIL)
    news_only_when_solved = models.BooleanField(
        default=False, help_text="they chose so; a single note half-way to the solution remains"
    )
    group = models.CharField(_("Group"), max_length=20, choices=CustomerGroup, default=CustomerGroup.STANDARD)
    nothing_unasked_because = models.CharField(
        _("Why nothing leaves to them by itself"),
        max_length=200,
        blank=True,
        help_text="deceased, a legal hold; staff only",
    )
    folded = models.CharField(max_length=400, editable=False, help_text="name, e-mail and phone, folded for search")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="customer_email_is_unique_in_any_case", condition=~Q(email="")
            ),
            models.CheckConstraint(name="customer_can_be_reached", condition=~Q(email="", phone="")),
        ]
        indexes = [models.Index(name="customer_by_name", fields=["folded", "id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The first word of the name, for headings among staff; never for a greeting."""
        return self.name.split(" ", 1)[0]
