"""What a person fills in to own a miss: what is thought through first, and what the customer is told."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput, Moment, TimeInput
from followups.actions.owning import Parts, Prepared
from people.models import User
from tickets.models import DelayCause
from ui.forms import choice, row_choice


class RecoveryForm(forms.Form):
    """The whole page. Everything may be left open until the letter is sent; what was typed is kept each time."""

    # Without these no letter leaves, so nobody calls them optional.
    needed_later = frozenset(
        {"cause", "change", "change_owner", "change_due", "why", "fix", "promise_words", "new_date", "new_time",
         "prevention", "body"}
    )  # fmt: skip

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.CharField(
        required=False, label=_("What happened, in a sentence or two"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A comment on the events above; they stay as they are."),
    )  # fmt: skip
    cause = forms.ChoiceField(required=False, label=_("The cause"))
    change = forms.CharField(
        required=False, max_length=300, label=_("What is changed so that it does not happen again"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    change_owner = forms.ModelChoiceField(User.objects.none(), required=False, label=_("Who does that"))
    change_due = forms.DateField(required=False, widget=DateInput(), label=_("By which day"))
    if_asked = forms.CharField(
        required=False, label=_("More detail, if the customer asks"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For you to have at hand. It is never sent."),
    )  # fmt: skip

    why = forms.CharField(
        required=False, max_length=400, label=_("Why it happened"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences, 40 words at most. No blame, and nothing that takes back the apology."),
    )  # fmt: skip
    fix = forms.CharField(
        required=False, max_length=300, label=_("How it is put right"), widget=forms.Textarea(attrs={"rows": 2})
    )
    promise_words = forms.CharField(
        required=False, max_length=300, label=_("What we promise, as the customer reads it")
    )
    new_date = forms.DateField(required=False, widget=DateInput(), label=_("New date"))
    new_time = forms.TimeField(required=False, widget=TimeInput(), label=_("New time"))
    prevention = forms.CharField(
        required=False, max_length=300, label=_("What was changed so that it does not come again"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    remedy = forms.CharField(
        required=False, max_length=200, label=_("What the customer gets for it, if anything"),
        help_text=_("A whole sentence in the customer's language."),
    )  # fmt: skip
    remedy_amount = forms.DecimalField(
        required=False, min_value=0, max_digits=9, decimal_places=2, label=_("What that costs us")
    )
    body = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 14}), label=_("What the customer reads")
    )
    # The letter as it was made of its parts when the page was shown: unchanged, it is made anew of what they are now.
    made = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: tzinfo, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        choice(self, "cause").choices = [("", _("Not said yet")), *DelayCause.Cause.choices]
        row_choice(self, "change_owner").queryset = colleagues

    def clean(self) -> dict[str, Any]:
        """The new time as one moment."""
        cleaned = super().clean() or {}
        self.new_due_at: datetime | None = None
        try:
            self.new_due_at = Moment.of(cleaned.get("new_date"), cleaned.get("new_time"), self.zone)
        except ValidationError as refusal:
            self.add_error("new_time", refusal)
        return cleaned

    @property
    def prepared(self) -> Prepared:
        """What stays among colleagues."""
        given = self.cleaned_data
        return Prepared(
            cause=given["cause"], what=given["what"], if_asked=given["if_asked"], action=given["change"],
            action_owner=given["change_owner"], action_due=given["change_due"],
        )  # fmt: skip

    @property
    def parts(self) -> Parts:
        """What the customer is told."""
        given = self.cleaned_data
        is_as_made = _plain(given["body"]) == _plain(given["made"])
        return Parts(
            why=given["why"], fix=given["fix"], prevention=given["prevention"], promise_words=given["promise_words"],
            new_due_at=self.new_due_at, remedy=given["remedy"], remedy_amount=given["remedy_amount"],
            body="" if is_as_made else given["body"],
        )  # fmt: skip


class SkipRecoveryForm(forms.Form):
    """Why a customer gets no apology."""

    because = forms.CharField(max_length=300, label=_("Why the customer gets no apology"))


def _plain(text: str) -> str:
    return " ".join(text.split())
