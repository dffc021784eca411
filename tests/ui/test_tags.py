"""What templates draw with."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from lucide import IconDoesNotExist

from ui import icons
from ui.responses import Toast, fragment, unchanged
from ui.states import STATES

NOW = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_an_icon_and_a_word_for_staff_and_for_customers(state: str) -> None:
    for public in (False, True):
        badge = drawn("{% status_badge state public=public %}", state=state, public=public)
        assert "<svg" in badge
        assert badge.split("</svg>")[-1] != "</span>"


def test_customers_are_not_told_how_near_the_edge_we_are() -> None:
    badges = {drawn("{% status_badge s public=True %}", s=s) for s in ("on_track", "due_soon", "last_call")}
    assert len(badges) == 1
    assert "We are on it" in badges.pop()


def test_paused_stands_beside_the_state() -> None:
    badge = drawn("{% status_badge 'on_track' paused=True text=text %}", text="Paused, waiting for <Ana>")
    assert badge.count('class="badge ') == 2
    assert "On track" in badge
    assert "Paused, waiting for &lt;Ana&gt;" in badge


def test_icons_are_hidden_from_screen_readers_and_an_unknown_one_is_refused() -> None:
    for name in [*icons.OWN, *icons.MEANINGS, "clock", *(shown.icon for shown in STATES.values())]:
        assert 'aria-hidden="true"' in icons.svg(name)
    with pytest.raises(IconDoesNotExist):
        icons.svg("no-such-icon")


def test_times_carry_the_moment_for_machines() -> None:
    assert drawn("{% due at now %}", at=NOW, now=NOW) == '<time datetime="2026-11-23T09:42+00:00">today 09:42</time>'
    left = drawn("{% left at now %}", at=NOW + timedelta(minutes=18), now=NOW)
    assert ">in 18 m</span>" in left
    assert 'data-after="%(time)s over"' in left


def test_nobody_is_a_dashed_circle_that_says_so() -> None:
    assert "nobody answers for it yet" in drawn("{% avatar none answers=True class='row__owner' %}", none=None)
    assert "IP" in drawn("{% avatar 'Ivana Perić' %}")


def test_ticket_numbers_come_from_tickets_and_from_numbers() -> None:
    assert drawn("{{ t|ticket_no }} {{ n|ticket_no }}", t=SimpleNamespace(number=1042), n=7) == "T-1042 T-7"


class Wish(forms.Form):
    words = forms.CharField(help_text="As they will read them.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    channel = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
    call = forms.BooleanField(required=False)


def test_a_field_ties_hint_and_error_to_its_control() -> None:
    form = drawn("{{ form }}", form=Wish({"words": ""}))
    assert 'aria-describedby="id_words_helptext id_words_error"' in form
    assert 'aria-invalid="true"' in form
    assert 'id="id_words_error"' in form
    assert '<a href="#id_words">' in form
    assert "There is one thing to correct" in form


def test_controls_look_right_without_widgets_of_their_own() -> None:
    form = drawn("{{ form }}", form=Wish())
    assert '<input type="text" name="words"' in form
    assert 'class="input input--area"' in form
    assert "<fieldset" in form
    assert "(optional)" in form
    assert "summary" not in form


def test_a_valid_form_has_no_summary() -> None:
    assert drawn("{% errors form %}", form=Wish({"words": "x"})).strip() == ""


def test_a_fragment_brings_what_changed_beside_it_and_a_toast() -> None:
    request = RequestFactory().get("/")
    response = fragment(
        request,
        "ui/_rail_count.html",
        {"shell": {"overdue": 2}},
        oob=[("ui/_rail_count.html", {"shell": {"overdue": 3}})],
        toast=Toast("Sent.", undo="/undo/"),
        push="/desk/",
        close=True,
    )
    text = response.content.decode()
    assert text.count('hx-swap-oob="true"') == 1
    assert 'hx-swap-oob="beforeend:#toasts"' in text
    assert 'action="/undo/"' in text
    assert response["HX-Push-Url"] == "/desk/"
    assert response["HX-Trigger"] == '{"close-dialog": true}'


def test_nothing_new_is_an_empty_answer() -> None:
    assert unchanged().status_code == 204


@override_settings(LANGUAGE_CODE="hr")
def test_error_pages_stand_without_a_context() -> None:
    from django.template.loader import render_to_string

    assert "<h1>" in render_to_string("500.html")
    assert "<h1>" in render_to_string("404.html")
