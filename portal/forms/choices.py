"""What a customer wants to get from us, and which way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups import wishes
from people.models import Customer
from people.terms import Channel

_NEWS = [
    ("on_the_way", gettext_lazy("By the times that you tell me, and whenever something has happened")),
    ("when_solved", gettext_lazy("Only when it is solved, and once half-way")),
]
_WAYS = {
    Channel.MAIL: gettext_lazy("By e-mail"),
    Channel.PHONE: gettext_lazy("By phone, where a person has to reach me"),
}


class ChoicesForm(forms.Form):
    """The way, the news, and what comes unasked; a button of its own says "none of it"."""

    channel = forms.ChoiceField(widget=forms.RadioSelect, label=gettext_lazy("How shall we reach you?"))
    news = forms.ChoiceField(
        choices=_NEWS, widget=forms.RadioSelect, label=gettext_lazy("When do you want news while we work on it?")
    )
    wanted = forms.MultipleChoiceField(
        choices=list(wishes.UNASKED.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=gettext_lazy("What may we send you without being asked?"),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [(way, _WAYS.get(Channel(way), label)) for way, label in wishes.ways_of(customer)]

    @staticmethod
    def of(held: wishes.Wishes) -> dict[str, Any]:
        """The values to begin with."""
        return {
            "channel": held.channel,
            "news": "when_solved" if held.only_when_solved else "on_the_way",
            "wanted": list(held.wanted),
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """What the action takes, of a valid form."""
        given = self.cleaned_data
        nothing = "nothing" in self.data
        return {
            "channel": given["channel"],
            "only_when_solved": given["news"] == "when_solved",
            "wanted": [] if nothing else given["wanted"],
        }


def in_words(held: wishes.Wishes) -> list[str]:
    """What holds now, as sentences to the customer."""
    if held.channel in {Channel.PHONE, Channel.SMS}:
        way = _("Where a person has to reach you, we call you. What is to be kept comes by e-mail.")
    else:
        way = _("We write to you by e-mail.")
    if held.only_when_solved:
        news = _(
            "You hear from us when your request is solved, and once half-way. What we promised you stays promised."
        )
    else:
        news = _("While we work on it, you hear from us by the times that we tell you.")
    if not held.wanted:
        unasked = _("We send you nothing unasked. Answers to your own messages still come.")
    elif len(held.wanted) < len(wishes.UNASKED):
        unasked = _("What you have not ticked no longer comes.")
    else:
        unasked = _("You get all that is ticked below, never more than one such mail a day.")
    return [way, news, unasked]
