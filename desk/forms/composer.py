"""What a person fills in to say something to a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desk.forms.files import WithFiles
from desk.forms.moments import DateInput, Moment, TimeInput, read_slot
from standards.terms import Kind
from tickets.actions.conditions import Condition
from tickets.actions.conversation import NextDate, Told
from tickets.actions.writing import Left, outlives
from tickets.models import Commitment

PROMISED_BY_HAND = [(kind.value, kind.label) for kind in (Kind.CUSTOM, Kind.ANSWER, Kind.RESOLUTION)]


LEFT = [
    (Left.DONE.value, _("It is done")),
    (Left.WITHDRAWN.value, _("It is no longer needed, and the message will say so")),
    (Left.STAYS.value, _("We still do it by then")),
]

ASKED = [
    (Left.WITHDRAWN.value, _("It is no longer needed")),
    (Left.STAYS.value, _("It is still to be done by then")),
]


class NextDateForm(forms.Form):
    """What happens next, and when: shared by the reply and the logged call."""

    CONTACT, CALL, WAIT, RESOLVED, NOTHING = "contact", "call", "wait", "resolved", "nothing"

    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), label=_("Your reply"))
    next = forms.ChoiceField(
        choices=[
            (CONTACT, _("We contact the customer by")),
            (CALL, _("We call the customer on")),
            (WAIT, _("We wait for the customer, and ask again on")),
            (RESOLVED, _("Resolved, ask if it is settled")),
            (NOTHING, _("Nothing more is promised, because")),
        ],
        widget=forms.RadioSelect,
        required=False,
        label=_("What happens next?"),
    )
    contact_date = forms.DateField(required=False, widget=DateInput(), label=_("Date"))
    contact_time = forms.TimeField(required=False, widget=TimeInput(), label=_("Time"))
    call_date = forms.DateField(required=False, widget=DateInput(), label=_("Day of the call"))
    call_from = forms.TimeField(required=False, widget=TimeInput(), label=_("From"))
    call_until = forms.TimeField(required=False, widget=TimeInput(), label=_("Until"))
    phone = forms.CharField(required=False, max_length=40, label=_("Number to call"))
    wait_date = forms.DateField(required=False, widget=DateInput(), label=_("Date on which we ask again"))
    because = forms.CharField(required=False, max_length=200, label=_("Reason (only staff see it)"))
    in_the_way = forms.CharField(required=False, max_length=200, label=_("What may get in the way"))
    promise_words = forms.CharField(
        required=False, max_length=300, label=_("What we promise, as the customer reads it")
    )
    promise_kind = forms.ChoiceField(required=False, choices=PROMISED_BY_HAND, label=_("Kind"))
    promise_date = forms.DateField(required=False, widget=DateInput(), label=_("By"))
    promise_time = forms.TimeField(required=False, widget=TimeInput(), label=_("Time of the promise"))
    promise_after = forms.CharField(
        required=False, max_length=200, label=_("Or: it starts after"),
        help_text=_("In the customer's language, as it goes on after “after”: you send the invoice."),
    )  # fmt: skip
    promise_within = forms.IntegerField(required=False, min_value=1, max_value=240, label=_("Then it takes at most"))
    promise_unit = forms.ChoiceField(
        required=False, choices=[("days", _("working days")), ("hours", _("working hours"))], label=_("Unit")
    )
    decides = forms.BooleanField(required=False, label=_("This message tells our decision"))

    def __init__(
        self,
        *args: Any,
        zone: tzinfo,
        follows: Commitment | None = None,
        open_promises: Sequence[Commitment] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.follows = follows
        self.asked = [row for row in open_promises if row.is_internal]
        for row in self.asked:
            self.fields[f"left_{row.pk}"] = forms.ChoiceField(
                choices=ASKED, widget=forms.RadioSelect, required=False, initial=Left.WITHDRAWN.value,
                label=format_lazy(_("Asked of a colleague: {words}"), words=row.promised_text),
            )  # fmt: skip
        self.outlive = [row for row in open_promises if outlives(row, decides=False)]
        for row in self.outlive:
            name = row.promised_text or str(row.get_kind_display())
            self.fields[f"left_{row.pk}"] = forms.ChoiceField(
                choices=LEFT, widget=forms.RadioSelect, required=False, label=name
            )

    @property
    def left_fields(self) -> list[tuple[Commitment, forms.BoundField]]:
        """Each promise that resolving does not meet, and what colleagues owe, with the question about it."""
        return [(row, self[f"left_{row.pk}"]) for row in (*self.outlive, *self.asked)]

    def clean(self) -> dict[str, Any]:
        """Put the fields together to a next date and further promises; what is missing is named at its field."""
        cleaned = super().clean() or {}
        self.next_date = self._next_date(cleaned)
        self.told = self._told(cleaned)
        return cleaned

    def _moment(self, cleaned: dict[str, Any], name: str) -> datetime | None:
        try:
            return Moment.of(cleaned.get(f"{name}_date"), cleaned.get(f"{name}_time"), self.zone)
        except ValidationError as refusal:
            self.add_error(f"{name}_time", refusal)
            return None

    def _next_date(self, cleaned: dict[str, Any]) -> NextDate | None:
        choice = cleaned.get("next")
        if choice == self.CONTACT:
            by = self._moment(cleaned, "contact")
            if by is None and not self.has_error("contact_time"):
                self.add_error("contact_date", _("Give the day by which the customer hears from us."))
            return NextDate(contact_by=by, may_get_in_the_way=cleaned.get("in_the_way", "")) if by else None
        if choice == self.CALL:
            slot = read_slot(self, cleaned, "call_date", "call_from", "call_until", self.zone)
            if slot is None:
                return None
            follows = None if cleaned.get("promise_words", "").strip() else self.follows
            in_the_way = cleaned.get("in_the_way", "")
            return NextDate(call=slot, phone=cleaned.get("phone", ""), follows=follows, may_get_in_the_way=in_the_way)
        if choice == self.WAIT:
            day = cleaned.get("wait_date")
            if day is None:
                self.add_error("wait_date", _("Give the day on which we ask again."))
                return None
            return NextDate(wait_until=datetime.combine(day, time(9), self.zone))
        if choice == self.RESOLVED:
            return NextDate(resolves=True, left=self._left(cleaned))
        if choice == self.NOTHING:
            if not cleaned.get("because", "").strip():
                self.add_error("because", _("Say why nothing more is promised."))
                return None
            return NextDate(nothing_more_because=cleaned["because"])
        return None

    def _left(self, cleaned: dict[str, Any]) -> dict[int, str]:
        given = {row.pk: cleaned.get(f"left_{row.pk}", "") for row in self.outlive}
        for row in self.outlive:
            if not given[row.pk] and outlives(row, decides=cleaned.get("decides", False)):
                self.add_error(f"left_{row.pk}", _("Say what becomes of it: it was promised."))
        return given | {row.pk: cleaned.get(f"left_{row.pk}", "") for row in self.asked}

    def _told(self, cleaned: dict[str, Any]) -> list[Told]:
        words, due = cleaned.get("promise_words", "").strip(), self._moment(cleaned, "promise")
        if not words and not due and not cleaned.get("promise_after", "").strip():
            return []
        if not words:
            self.add_error("promise_words", _("Say what we promise, as the customer reads it."))
            return []
        if cleaned.get("promise_after", "").strip():
            return self._waits(words, due, cleaned)
        if due is None:
            if not self.has_error("promise_time"):
                self.add_error("promise_date", _("Give the day by which it will have happened."))
            return []
        kind = cleaned.get("promise_kind") or Kind.CUSTOM
        return [Told(words=words, due_at=due, kind=kind, follows=self.follows)]

    def _waits(self, words: str, due: datetime | None, cleaned: dict[str, Any]) -> list[Told]:
        """A promise that starts with what the customer does first."""
        many = cleaned.get("promise_within")
        if due is not None:
            self.add_error("promise_after", _("Give either a day, or what it starts with and how long it takes then."))
            return []
        if many is None:
            if not self.has_error("promise_within"):
                self.add_error("promise_within", _("Say how long it takes from then on."))
            return []
        condition = cleaned["promise_after"].strip()
        in_hours = cleaned.get("promise_unit") == "hours"
        starts = Condition(condition, minutes=many * 60) if in_hours else Condition(condition, days=many)
        return [Told(words=words, kind=cleaned.get("promise_kind") or Kind.CUSTOM, starts_when=starts)]


class ReplyForm(WithFiles, NextDateForm):
    """A reply by mail."""

    leave_by_mail = True

    only_a_receipt = forms.BooleanField(required=False, label=_("Only a receipt: it answers nothing"))
    anyway = forms.BooleanField(required=False, label=_("Send it anyway, once"))
    # The commitment for which the draft was prepared that this text began as.
    written_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    as_it_is = forms.BooleanField(required=False, label=_("Send it as it is"))
    lacks_something = False

    def say_what_it_lacks(self, lacks: Sequence[str]) -> bool:
        """Put it beside the text; False where there is nothing, or its author sends it as it is."""
        if not lacks or self.cleaned_data["as_it_is"]:
            return False
        self.lacks_something = True
        for words in lacks:
            self.add_error("body", words)
        return True


class SendAgainForm(forms.Form):
    """The words of a mail that did not arrive, once more."""

    key = forms.UUIDField()
    anyway = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """An internal note."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), label=_("Internal note"))
