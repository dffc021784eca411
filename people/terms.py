"""Words for people that several packages share."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """The way a word travels between a customer and us."""

    MAIL = "mail", _("E-mail")
    PHONE = "phone", _("Phone")
    PAGE = "page", _("Private page")
    SMS = "sms", _("Text message")


class Role(models.TextChoices):
    """What a member of staff may see and change; see docs/architecture.md."""

    AGENT = "agent", _("Agent")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


class CustomerGroup(models.TextChoices):
    """Groups of customers that a service standard can tell apart."""

    STANDARD = "standard", pgettext_lazy("customer group", "Standard")
    PRIORITY = "priority", pgettext_lazy("customer group", "Priority")
    BUSINESS = "business", pgettext_lazy("customer group", "Business")
