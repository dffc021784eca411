"""Words that everything about follow-ups shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessagePurpose(models.TextChoices):
    """What a message to a customer is there for; each has its text in every language (`followups/letters/`)."""

    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    PROGRESS_UPDATE = "progress_update", _("Progress update")
    DELAY_NOTICE = "delay_notice", _("Delay notice")
    APOLOGY = "apology", _("Apology")
    RESOLUTION = "resolution", _("Resolution")
    SATISFACTION_QUESTION = "satisfaction_question", _("Question: is it settled?")
    SATISFACTION_REMINDER = "satisfaction_reminder", _("Reminder: is it settled?")
    SATISFACTION_SEVERAL = "satisfaction_several", _("Question about several requests")
    NOT_SETTLED = "not_settled", _("Answer after “not settled”")
    THANK_YOU = "thank_you", _("Thank-you")
    CHECK_IN = "check_in", _("Check-in after 30 days")
    SILENCE_REMINDER = "silence_reminder", _("Our question again")
    SILENCE_SECOND = "silence_second", _("Our question for the second time")
    SILENCE_LAST = "silence_last", _("Last notice before closing")
    CLOSING = "closing", _("Closing notice")
    DECLINE = "decline", _("Decline with alternatives")
    SHARED_DELAY = "shared_delay", _("Notice of a shared delay")
    CALLBACK_NOT_REACHED = "callback_not_reached", _("After a call that reached nobody")
    CALL_NOTE = "call_note", _("Note after a call")
