"""The words of playbooks: what begins one, when a step comes, who does it, which way, and what stops it.

What each of them means is code (`followups.conditions`, `followups.playbooks`); which of them a step wears is data.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Code(models.TextChoices):
    """The playbooks by their letters; docs/glossary.md has the same names."""

    ACKNOWLEDGEMENT = "A", pgettext_lazy("playbook", "Acknowledgement")
    UPDATE = "B", pgettext_lazy("playbook", "Progress update")
    DELAY = "C", pgettext_lazy("playbook", "Delay notice")
    MISSED = "D", pgettext_lazy("playbook", "After a missed promise")
    RESOLVED = "E", pgettext_lazy("playbook", "After a resolution")
    NOT_SETTLED = "F", pgettext_lazy("playbook", "Not settled")
    THANK_YOU = "G", pgettext_lazy("playbook", "Thank-you after a sale")
    CHECK_IN = "H", pgettext_lazy("playbook", "Check-in after thirty days")
    SILENCE = "I", pgettext_lazy("playbook", "Silence from the customer")
    DECLINE = "J", pgettext_lazy("playbook", "Decline with alternatives")
    SHARED_DELAY = "K", pgettext_lazy("playbook", "Shared delay")
    CALLBACK = "L", pgettext_lazy("playbook", "A call that did not reach the customer")


class Trigger(models.TextChoices):
    """What begins a playbook."""

    CUSTOMER_OPENED = "customer_opened", _("A customer's mail opens a ticket")
    UPDATE_DUE_SOON = "update_due_soon", _("A progress update is due soon")
    WILL_BE_LATE = "will_be_late", _("Whoever answers for a promise moves it before it is due")
    OVERDUE = "overdue", _("A promise to a customer is overdue")
    RESOLVED = "resolved", _("A ticket is resolved")
    NOT_SETTLED = "not_settled", _("The customer says that it is not settled, or rates us poorly")
    DELIVERED = "delivered", _("An order is delivered or a piece of work is done")
    ASKED_CUSTOMER = "asked_customer", _("A question to the customer has left, and we wait for the answer")
    DECLINED = "declined", _("A request is declined")
    SHARED_DELAY = "shared_delay", _("A lead opens a shared delay")
    CALLBACK_NOT_REACHED = "callback_not_reached", _("Two attempts of a promised call did not reach the customer")


class After(models.TextChoices):
    """From when on the time of a step counts."""

    TRIGGER = "trigger", _("after that")
    STEP_BEFORE = "step_before", _("after the step before it has left")
    RESOLUTION = "resolution", _("after the ticket is resolved again")


class Clock(models.TextChoices):
    """How the time up to a step counts."""

    AT_ONCE = "at_once", _("at once")
    WORKING_TIME = "working_time", _("working minutes")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")


class Mode(models.TextChoices):
    """Who does a step."""

    SEND = "send", _("Leaves by itself")
    DRAFT = "draft", _("A draft that a person finishes")
    CALL = "call", _("A call that a person makes")
    CLOSE = "close", _("The ticket is closed")


class Way(models.TextChoices):
    """Which way it reaches the customer. Where a way is chosen and not known, the other one is taken."""

    MAIL = "mail", _("E-mail")
    CHOSEN = "chosen", _("The way that the customer has chosen")
    OTHER = "other", _("Another way than the question")
    PHONE = "phone", _("Phone")


class Condition(models.TextChoices):
    """What has to be true of the customer and the ticket when the mail is made."""

    CAN_BE_REACHED = "can_be_reached", _("The customer can be reached that way")
    MAY_BE_CALLED = "may_be_called", _("The customer allows a call and a number is known")
    FROM_A_PERSON = "from_a_person", _("A person wrote it, and the sender is not forged")
    NEEDED_CARE = "needed_care", _("It was a complaint, a promise was missed, or its category asks for a check-in")
    NOTHING_AMISS = "nothing_amiss", _("The customer has no open complaint and no promise that was missed and not told")
    TOLD_OF_CLOSING = "told_of_closing", _("The customer was told that it would be closed")
    NOTHING_OVERDUE = "nothing_overdue", _("Nothing that we owe on the ticket is overdue")


class Stop(models.TextChoices):
    """What ends a step before it comes."""

    RESOLVED = "resolved", _("The ticket is resolved")
    PERSON_ANSWERED = "person_answered", _("A person has answered")
    TIME_IN_IT_PASSED = "time_in_it_passed", _("The time that it would name has passed")
    REOPENED = "reopened", _("The ticket is opened again")
    REOPENED_OR_CLOSED = "reopened_or_closed", _("The ticket is opened again, or closed")
    CUSTOMER_WROTE = "customer_wrote", _("The customer writes or calls")
    ANSWERED = "answered", _("The customer answers the question")
    NO_LONGER_OWED = "no_longer_owed", _("What it was prepared for is done or no longer owed")
    WE_WROTE = "we_wrote", _("We write to the customer or ask something else")
    NEW_TICKET = "new_ticket", _("The customer has come with something new")
    ASKED_LATELY = "asked_lately", _("The customer was asked the same within thirty days")
    SETTLED = "settled", _("The customer says that it is settled, or wants no contact")
    REACHED = "reached", _("The customer is reached")
