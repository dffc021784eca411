"""What a person fills in after a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.composer import NextDateForm
from desk.forms.moments import TimeInput
from standards.terms import Kind
from tickets.models import Commitment, Message
from ui.formats import moment_in_words, short_slot

# So long before its slot a call that is taken down is most likely the promised one.
NEAR = timedelta(hours=1)
ANOTHER = "another"


class CallForm(NextDateForm):
    """A call that was made or taken. Where one was promised, it says whether this was that one."""

    result = forms.ChoiceField(choices=Message.Result, initial=Message.Result.REACHED, label=_("How it went"))

    def __init__(self, *args: Any, now: datetime, chosen: Commitment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["body"].label = _("What was said")
        self.fields["result"].help_text = _(
            "A message is left on the voicemail, with somebody who passes it on, or as a text message."
        )
        promised = kwargs.get("open_promises", ())
        running = Commitment.State.RUNNING
        self.promised = [row for row in promised if row.kind == Kind.CALLBACK and row.state == running]
        if chosen is not None and chosen not in self.promised:
            # Somebody was quicker; whoever chose it meanwhile has to be told, and not taken to mean another call.
            self.promised.append(chosen)
        if self.promised:
            self._ask_which_it_was()

    def _ask_which_it_was(self) -> None:
        promised = [
            (str(row.pk), _("The one promised for %(when)s") % {"when": _when(row, self.now)}) for row in self.promised
        ]
        begun = [row for row in self.promised if row.slot_starts_at is None or row.slot_starts_at - NEAR <= self.now]
        self.fields["callback"] = forms.ChoiceField(
            choices=[*promised, (ANOTHER, _("Another call"))],
            initial=str(begun[-1].pk) if begun else ANOTHER,
            widget=forms.RadioSelect,
            label=_("Which call was it?"),
        )
        self.fields["began"] = forms.TimeField(
            required=False,
            widget=TimeInput(),
            label=_("It began at"),
            help_text=_("Left empty: just now. A promised call counts from then; two hours back at most."),
        )

    @property
    def chosen(self) -> Commitment | None:
        """The promised call that it was, if so."""
        value = self.cleaned_data.get("callback")
        return next((row for row in self.promised if str(row.pk) == value), None)

    @property
    def began_at(self) -> datetime | None:
        """When it began, in the viewer's zone: today, or yesterday where that is still to come; None for just now."""
        began = self.cleaned_data.get("began")
        if began is None:
            return None
        local = self.now.astimezone(self.zone)
        at = datetime.combine(local.date(), began, self.zone)
        return at if at <= local else datetime.combine(local.date() - timedelta(days=1), began, self.zone)


class CallNoteForm(forms.Form):
    """What follows a call in writing."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 8}), label=_("Your note"))


def _when(row: Commitment, now: datetime) -> str:
    if row.slot_starts_at and row.due_at:
        return short_slot(row.slot_starts_at, row.due_at, now)
    return moment_in_words(row.due_at or now, now)
