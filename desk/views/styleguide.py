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
from django.views.decorators.http import require_safe

from people.audience import staff
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


def example_rows() -> list[dict[str, Any]]:
    """Lines of a lane in every state that a lane shows."""
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    ivana = {"owner": "Ivana Perić"}
    copy = ("Progress update", "“You have the copy by Friday at 15:00.”", 977, "Copy of the invoice for September")
    invoice = ("First response", "standard, 4 working hours", 1050, "Invoice 2231 shows the wrong total")
    refund = ("Callback", "“I will call you before 11.”", 1038, "Refund for the cancelled course")
    printer = ("Progress update", "“We will contact you about the part.”", 1042, "Printer does not print since Monday")
    long_subject = "Zahtjev za ispravak obračuna potrošnje vode i prijedlog nagodbe za razdoblje od siječnja do rujna"
    water = ("First response", "standard, 4 working hours", 1051, long_subject)
    scanner = ("Resolution", "", 968, "Scanner sends empty pages")
    badge = ("Resolution", "", 969, "New badge for a colleague")
    key = ("Promise", "", 955, "Second key for the archive")
    return [
        _row("overdue", -67 * hour, copy, "Boris Kovač", **ivana),
        _row("overdue", -37 * minute, invoice, "Jasmin Hodžić"),
        _row("last_call", 9 * minute, refund, "Samira Ahmad", **ivana),
        _row("due_soon", 18 * minute, printer, "Ana Horvat", here=True, **ivana),
        _row("due_soon", 33 * minute, water, "Željka Vukojević-Šimunović"),
        _row("on_track", 3 * hour, scanner, "Luka Babić", risk=True, **ivana),
        _row("on_track", 26 * hour, badge, "Luka Babić", paused=True, **ivana),
        _row("conditional", 50 * hour, key, "Ines Grgić", **ivana),
    ]


def _row(state: str, due_in: timedelta, what: tuple[str, str, int, str], customer: str, **more: Any) -> dict[str, Any]:
    kind, words, number, subject = what
    return {
        "state": state,
        "look": state.replace("_", "-"),
        "calm": state not in {"overdue", "last_call", "due_soon"},
        "due": MORNING + due_in,
        "kind": kind,
        "words": words,
        "number": number,
        "subject": subject,
        "customer": customer,
        "owner": None,
        **more,
    }


@staff
@require_safe
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
            },
        )
