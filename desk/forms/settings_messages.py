"""The text of a message: its subject and its parts, and the request to look at it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from followups.letters.filling import Text
from followups.letters.parts import Part, Plan
from ui.formats import ticket_number

LONGEST = 2000
# A field is as high as what stands in it, within reason; so many signs fit in a line of it.
ROWS, SIGNS_IN_A_LINE = range(2, 13), 48


class MessageTextForm(forms.Form):
    """One field for the subject and one for each part. What a message cannot do without is looked at by the action."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    ticket = forms.CharField(
        label=_("Ticket to look at it with"), max_length=12, required=False, help_text=_("Empty: the newest one.")
    )

    def __init__(self, plan: Plan, data: Mapping[str, Any] | None = None, *, language: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.plan = plan
        self.fields["subject"].widget.attrs["lang"] = language
        for part in plan.parts:
            self.fields[part.slug] = forms.CharField(
                label=part.words,
                max_length=LONGEST,
                required=False,
                strip=False,
                help_text=_needed(part),
                widget=forms.Textarea(attrs={"rows": self._rows(part.slug), "lang": language}),
            )

    def _rows(self, slug: str) -> int:
        words = str((self.data if self.is_bound else self.initial).get(slug) or "")
        lines = sum(1 + len(line) // SIGNS_IN_A_LINE for line in words.splitlines())
        return min(max(lines, ROWS.start), ROWS.stop - 1)

    def parts(self) -> Iterator[forms.BoundField]:
        """The fields of the parts, in the order in which the message says them."""
        return (self[part.slug] for part in self.plan.parts)

    def typed(self) -> Text:
        """What stands in the form now, be it right or wrong."""
        parts = {part.slug: str(self[part.slug].value() or "").replace("\r\n", "\n") for part in self.plan.parts}
        return Text(" ".join(str(self["subject"].value() or "").split()), parts)

    def ticket_number(self) -> int | None:
        """The request to look at it with; None where none is named."""
        return ticket_number(str(self["ticket"].value() or ""))

    @staticmethod
    def of(text: Text, version: int) -> dict[str, Any]:
        """The values to begin with."""
        return {"based_on": version, "subject": text.subject, **text.parts}


def _needed(part: Part) -> SafeString:
    """What the part has to name, and whether a message can do without it."""
    names = format_html_join(", ", "<code>{}</code>", ((f"{{{name}}}",) for name in part.needs))
    told = []
    if names:
        told.append(format_html("{} {}", gettext("Names"), names))
    if not part.required:
        told.append(format_html("{}", pgettext("part of a message", "may be left out")))
    return format_html_join(" · ", "{}", ((one,) for one in told))
