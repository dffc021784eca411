"""The people who promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.terms import Role


class UserManager(BaseUserManager["User"]):
    """Makes users who sign in by e-mail, and knows who is there."""

    def absent(self, now: datetime) -> models.QuerySet[User]:
        """Who may sign in but is away at `now`."""
        return self.filter(is_active=True, absences__starts_at__lte=now, absences__ends_at__gt=now)

    def present(self, now: datetime) -> models.QuerySet[User]:
        """Who may sign in and is not away at `now`."""
        return self.filter(is_active=True).exclude(pk__in=self.absent(now).values("pk"))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with that e-mail; without a password nobody can sign in as them."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator; Django's own flags grant nothing here."""
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with that e-mail, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A member of staff. The e-mail signs in; the role says what they may see and change."""

    username = None  # type: ignore[assignment]  # not Django's
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=20, choices=Role, default=Role.AGENT)
    language = models.CharField(_("Language"), max_length=10, default="en")
    zone = models.CharField(_("Time zone"), max_length=64, blank=True, help_text=_("Empty: the organisation's."))
    theme = models.CharField(max_length=10, blank=True, help_text="light, dark or empty for what the system says")
    shortcuts = models.BooleanField(_("Single-key shortcuts"), default=True)
    mail_due_soon = models.BooleanField(default=True, help_text="Last calls and what is overdue are told in any case.")

    sender_name = models.CharField(_("Name in From"), max_length=80, blank=True, help_text=_("Empty: your name."))
    signature = models.TextField(_("Signature"), max_length=600, blank=True)

    date_joined = models.DateTimeField(null=True, editable=False)  # type: ignore[assignment]  # not Django's

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # not Django's

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_is_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_manager(self) -> bool:
        """Whether all teams' work is visible: managers and administrators."""
        return self.role in {Role.MANAGER, Role.ADMINISTRATOR}

    @property
    def is_administrator(self) -> bool:
        """Whether the settings may be changed."""
        return self.role == Role.ADMINISTRATOR
