"""Every component in every state, on one page without data: what the look is checked against."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.audience import staff
from ui.responses import Toast
from ui.states import STATES, VERDICTS

ZONE = ZoneInfo("Europe/Zagreb")
# The morning that all examples show.
MORNING = datetime(2026, 11, 23, 10, 42, tzinfo=ZONE)


class ExampleForm(forms.Form):
    """One field of each sort."""

    words = forms.CharField(label=_("Words for the customer"), help_text=_("As they will read them."))
    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    date = forms.DateField(label=_("New date"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("New time"), widget=forms.TimeInput(attrs={"type": "time"}))
    team = forms.ChoiceField(label=_("Team"), choices=[("desk", "Desk"), ("devices", "Devices")])
    target = forms.IntegerField(label=_("Target"), help_text=_("Of 100 cases, how many shall be in time."))
    channel = forms.ChoiceField(
        label=_("How did they reach us?"),
        choices=[("phone", _("Phone")), ("mail", _("E-mail"))],
        widget=forms.RadioSelect,
    )
    call = forms.BooleanField(label=_("They may be called"), required=False, help_text=_("They said so themselves."))
    standard = forms.CharField(label=_("Standard"), disabled=True, required=False, initial="S-3, version 2")


def example_row(state: str, due: datetime, kind: str, number: int, subject: str, customer: str, **more: Any) -> dict[str, Any]:
    """One line of a lane, as the page shows it."""
    calm = state not in {"overdue", "last_call", "due_soon"}
    return {
        "state": state,
        "look": state.replace("_", "-"),
        "due": due,
        "kind": kind,
        "number": number,
        "subject": subject,
        "customer": customer,
        "owner": "Ivana Perić",
        "calm": calm,
        **more,
    }


def example_rows() -> list[dict[str, Any]]:
    """Lines of a lane in every state that a lane shows."""
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    return [
        example_row("overdue", MORNING - 67 * hour, "Progress update", 977, "Copy of the invoice for the September course",
                    "Boris Kovač", words="“You have the copy by Friday at 15:00.”"),
        example_row("overdue", MORNING - 37 * minute, "First response", 1050, "Invoice 2231 shows the wrong total", "Jasmin Hodžić",
                    words="standard, 4 working hours", owner=None),
        example_row("last_call", MORNING + 9 * minute, "Callback", 1038, "Refund for the cancelled course", "Samira Ahmad",
                    words="“I will call you before 11.”"),
        example_row("due_soon", MORNING + 18 * minute, "Progress update", 1042, "Printer does not print since Monday", "Ana Horvat",
                    words="“We will contact you about the part.”", here=True),
        example_row("due_soon", MORNING + 33 * minute, "First response", 1051,
                    "Zahtjev za ispravak obračuna potrošnje vode i prijedlog nagodbe za razdoblje od siječnja do rujna ove godine",
                    "Željka Vukojević-Šimunović", words="standard, 4 working hours", owner=None),
        example_row("on_track", MORNING + 3 * hour, "Resolution", 968, "Scanner sends empty pages", "Luka Babić", risk=True),
        example_row("on_track", MORNING + 26 * hour, "Resolution", 969, "New badge for a colleague", "Luka Babić", paused=True),
        example_row("conditional", MORNING + 50 * hour, "Promise", 955, "Second key for the archive", "Ines Grgić"),
    ]  # fmt: skip


@staff
def styleguide(request: HttpRequest) -> HttpResponse:
    """The style guide. Shows nothing of anybody and changes nothing."""
    wrong = ExampleForm({"date": "2026-11-23", "time": "09:00", "team": "desk", "channel": "phone", "target": "90"})
    wrong.add_error("time", _("The new time must be before the old one has passed: it was due 10:05."))
    with timezone.override(ZONE):
        return render(
            request,
            "desk/styleguide.html",
            {
                "section": "settings",
                "now": MORNING,
                "states": list(STATES),
                "verdicts": list(VERDICTS),
                "rows": example_rows(),
                "form": ExampleForm(initial={"words": "The part came in damaged.", "team": "desk"}, prefix="good"),
                "wrong": wrong,
                "tomorrow": MORNING + timedelta(hours=25, minutes=18),
                "thursday": MORNING + timedelta(days=3, hours=5, minutes=18),
                "next_year": MORNING + timedelta(days=60),
                "late": MORNING - timedelta(minutes=37),
                "took": timedelta(hours=2, minutes=10),
                "long": timedelta(hours=29, minutes=10),
                "toasts": [Toast("Sent to Ana Horvat. Next: Tue 24 Nov, 12:00.", undo="#undo"), Toast("Saved."),
                           Toast("The server cannot be reached. What you wrote is kept here.", alert=True)],
                "spectrum": [("--ground", "ground"), ("--sheet", "sheet")],
            },
        )  # fmt: skip
