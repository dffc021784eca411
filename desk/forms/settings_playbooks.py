"""Changing a playbook: a switch and a time for each step, and the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followups import playbook_words
from followups.models import FollowUp, PlaybookStep, PlaybookVersion
from followups.playbook_terms import Clock, Mode, Way
from followups.validation import LATEST, StepDraft
from ui.formats import ticket_number

Step = FollowUp.Step
_HOUR = 60
_UNITS = [
    (Clock.WORKING_TIME, _("working hours")),
    (Clock.WORKING_DAYS, _("working days")),
    (Clock.CALENDAR_DAYS, _("calendar days")),
]
# A call instead of a mail is offered where a person can say the same.
_BY_MAIL_OR_CALL = {Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST}


class StepForm(forms.Form):
    """One step. What it has no choice in is not asked: what comes at once has no time, a draft no way."""

    is_on = forms.BooleanField(label=_("Do this step"), required=False)
    amount = forms.IntegerField(label=_("After"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Counted in"), choices=_UNITS)
    late_days = forms.IntegerField(label=_("Left out when it is so many days late"), min_value=1, max_value=LATEST.days)
    mode = forms.ChoiceField(
        label=_("Who does it"), choices=[(mode.value, mode.label) for mode in (Mode.SEND, Mode.CALL)]
    )
    way = forms.ChoiceField(label=_("Which way"), choices=Way.choices)

    def __init__(self, step: PlaybookStep, data: Any = None):
        self.step = step
        hours = step.clock == Clock.WORKING_TIME
        values = {
            "is_on": step.is_on,
            "amount": step.amount // _HOUR if hours else step.amount,
            "unit": step.clock,
            "late_days": step.late.days if step.late else None,
            "mode": step.mode,
            "way": step.way,
        }
        super().__init__(data, prefix=step.name, initial=values)
        if step.clock == Clock.AT_ONCE:
            del self.fields["amount"], self.fields["unit"]
        if step.late is None:
            del self.fields["late_days"]
        if step.name not in _BY_MAIL_OR_CALL:
            del self.fields["mode"], self.fields["way"]

    def draft(self) -> StepDraft:
        """What was wanted, once it is valid."""
        given, step = self.cleaned_data, self.step
        clock = given.get("unit", step.clock)
        amount = given.get("amount", step.amount)
        late = given.get("late_days")
        return StepDraft(
            name=step.name,
            clock=clock,
            amount=amount * _HOUR if clock == Clock.WORKING_TIME and "amount" in given else amount,
            is_on=given["is_on"],
            late=timedelta(days=late) if late else step.late,
            mode=given.get("mode") or step.mode,
            way=given.get("way") or step.way,
            after=step.after,
        )


class PlaybookForm(forms.Form):
    """The switch of the whole, and the reason; its steps are forms of their own."""

    is_on = forms.BooleanField(label=_("Use this playbook"), required=False)
    because = forms.CharField(
        label=_("Why it is changed"),
        max_length=200,
        help_text=_("It stands in the history, for whoever asks next year."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, version: PlaybookVersion, data: Any = None):
        super().__init__(data, initial={"is_on": version.is_on, "based_on": version.number})
        ours = [step for step in version.steps.order_by("position") if playbook_words.is_ours(step)]
        self.steps = [StepForm(step, data) for step in ours]

    def is_valid(self) -> bool:
        """Also its steps."""
        return all([super().is_valid(), *(step.is_valid() for step in self.steps)])

    def drafts(self) -> list[StepDraft]:
        """Its steps, once they are valid."""
        return [step.draft() for step in self.steps]


class DryRunForm(forms.Form):
    """Which ticket to try a playbook on."""

    ticket = forms.CharField(label=_("Ticket number"), max_length=12)

    def clean_ticket(self) -> int:
        """The number, however it was written."""
        number = ticket_number(self.cleaned_data["ticket"])
        if number is None:
            raise forms.ValidationError(_("Give a ticket's number, like T-1042."))
        return number
