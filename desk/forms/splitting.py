"""What a person chooses to make a ticket of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tickets.models import Commitment, Message, Ticket
from ui.formats import moment_in_words
from ui.forms import row_choice


class _Words(forms.ModelMultipleChoiceField):
    """Messages, by who said them, when, and how they begin."""

    now: datetime

    def label_from_instance(self, obj: Message) -> str:
        """One line that tells it from the others."""
        who = obj.author.name if obj.author else obj.ticket.customer.name
        when = moment_in_words(obj.at, self.now)
        return f"{who}, {when}: {Truncator(' '.join(obj.new_text.split())).chars(90)}"


class _Promises(forms.ModelMultipleChoiceField):
    """Promises, by their words and when they are due."""

    now: datetime

    def label_from_instance(self, obj: Commitment) -> str:
        """One line that tells it from the others."""
        due = moment_in_words(obj.due_at, self.now) if obj.due_at else obj.condition
        return f"{obj.promised_text or obj.get_kind_display()}, {due}"


class SplitForm(forms.Form):
    """What the part is about, and what goes along."""

    subject = forms.CharField(max_length=200, label=_("What the new ticket is about, in a few words"))
    messages = _Words(Message.objects.none(), widget=forms.CheckboxSelectMultiple, label=_("Messages that go along"))
    promises = _Promises(
        Commitment.objects.none(), widget=forms.CheckboxSelectMultiple, required=False,
        label=_("Promises that go along"),
    )  # fmt: skip

    def __init__(self, *args: Any, ticket: Ticket, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = Message.objects.filter(ticket=ticket, unsettled=False).select_related("author", "ticket__customer")
        row_choice(self, "messages").queryset = said.order_by("at", "pk")
        owed = Commitment.objects.open().filter(ticket=ticket).exclude(source=Commitment.Source.STANDARD)
        row_choice(self, "promises").queryset = owed.order_by("due_at", "pk")
        for name in ("messages", "promises"):
            vars(self.fields[name])["now"] = now
        if not owed.exists():
            del self.fields["promises"]
