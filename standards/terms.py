"""The words of the trade: kinds of commitments, clocks, and what a standard can be matched by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is owed to the customer (docs/glossary.md)."""

    ACKNOWLEDGE = "acknowledge", _("Acknowledgement")
    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    UPDATE = "update", _("Progress update")
    CALLBACK = "callback", _("Callback")
    ANSWER = "answer", _("Decision")
    RESOLUTION = "resolution", _("Resolution")
    CUSTOM = "custom", _("Promise")


# Ended by one accepted human reply, and by a call that reached the customer.
FULFILLED_BY_A_REPLY = (Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.UPDATE)
# The clock of these stops while we wait for an answer we asked the customer for.
PAUSING = (Kind.ANSWER, Kind.RESOLUTION)
# A service standard can promise these; the others are only ever promised by a person.
STANDARD_KINDS = (
    Kind.ACKNOWLEDGE,
    Kind.FIRST_RESPONSE,
    Kind.NEXT_RESPONSE,
    Kind.UPDATE,
    Kind.ANSWER,
    Kind.RESOLUTION,
)


class Clock(models.TextChoices):
    """How the time of a commitment is counted."""

    WALL = "wall", _("Every minute, day and night")
    WORKING_TIME = "working_time", _("Working time")
    WORKING_DAYS = "working_days", _("Working days")
    CALENDAR_DAYS = "calendar_days", _("Calendar days")
    FIXED = "fixed", _("A date and time that was told")


class TicketType(models.TextChoices):
    """What the customer came with."""

    QUESTION = "question", _("Question")
    REQUEST = "request", _("Request")
    COMPLAINT = "complaint", _("Complaint")


class Priority(models.TextChoices):
    """How pressing a ticket is, as staff see it."""

    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class Occasion(models.TextChoices):
    """A special event that a standard answers, instead of the ordinary start of its kind."""

    ORDINARY = "", _("The ordinary case")
    NOT_SETTLED = "not_settled", _("The customer says it is not settled")
