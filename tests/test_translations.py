"""Croatian: every text is there, whole, in the right number and case, and no page falls back to English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client, override_settings
from django.utils import translation
from django.utils.timesince import timesince
from pytest_django import DjangoDbBlocker

from config import catalogues
from followups import enrolling
from followups.wording import question, several_questions
from people.models import Customer, Organisation, User
from standards import holidays
from standards import words as windows
from standards.terms import Clock
from tests import make, stage, texts
from tests.examples import EXAMPLES, KEY, may_open
from tests.knocking import Door, door, undone
from tests.make import zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate, Told
from tickets.certain import certain
from ui import formats

pytestmark = pytest.mark.django_db

FLOORS = ("people", "standards", "mail", "tickets", "followups", "compliance")
# Words that Croatian pages have: names, keys, and other languages in their own names.
NO_ENGLISH = {"followthrough", "english", "bahasa", "melayu", "ctrl", "enter", "esc", "manage", "py"}
# These show every component in English, a mail as it came, or data with names for programs.
FOR_DEVELOPERS = {"styleguide", "demo_letter", "demo_mail", "standards-json", "standards-csv", "wait-json"}
# Files, as somebody sent them.
AS_THEY_CAME = {
    "attachment",
    "mail-original",
    "attachment-preview",
    "request-file",
    "request-file-preview",
    "parked-mail-original",
    "unverified-original",
}
SCREENS = [
    name
    for name, example in EXAMPLES.items()
    if "GET" in example.methods
    and example.answers != (404,)
    and name not in {*FOR_DEVELOPERS, *AS_THEY_CAME, "healthz", "readyz"}
]
MORE = {
    "horizon": ["?lane=overdue", "?lane=waiting", "?lane=no-date"],
    "ticket": ["?write=call", "?write=note", "?change", "?all"],
    "tickets": ["?state=resolved", "?q=xyzzy"],
    "customers": ["?q=xyzzy"],
}


@pytest.fixture
def in_croatian() -> Iterator[None]:
    with translation.override("hr"):
        yield


@pytest.fixture(scope="module")
def croatian_door(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Door]:
    """The stage with everybody reading Croatian."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(stage.NOW, tick=False),
        override_settings(DEMO=True),
        undone(),
    ):
        built = stage.build()
        for model in (User, Customer, Organisation):
            model.objects.update(language="hr")
        yield door(built)


def test_every_text_is_in_the_catalogue_and_nothing_else() -> None:
    there = {(message.context, _key(message.id)) for message in texts.croatian() if message.id}
    wanted = {(context, _key(text)) for context, text in texts.of_the_product()}
    assert len(wanted) > 500
    assert sorted(map(str, wanted - there)) == [], "run manage.py makemessages, then translate"
    assert sorted(map(str, there - wanted)) == [], "run manage.py makemessages: these are in use no longer"


def test_nothing_is_left_in_english_or_only_guessed() -> None:
    assert catalogues.gaps() == []


def test_every_plural_has_the_three_forms_of_croatian() -> None:
    assert texts.croatian().num_plurals == 3
    wrong = [m.id for m in texts.croatian() if isinstance(m.id, tuple) and len(texts.forms(m.string)) != 3]
    assert not wrong


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = []
    for message in texts.croatian():
        if not message.id:
            continue
        wanted = _placeholders(texts.forms(message.id)[-1])
        wrong += [(message.id, form) for form in texts.forms(message.string) if _placeholders(form) != wanted]
    assert not wrong


def test_lines_and_edges_are_the_same_in_both_languages() -> None:
    def shape(text: str) -> tuple[int, bool, bool]:
        return text.count("\n"), text != text.lstrip(), text != text.rstrip()

    pairs = [
        (one, form) for m in texts.croatian() if m.id
        for one in texts.forms(m.id)[:1] for form in texts.forms(m.string)
    ]  # fmt: skip
    assert [pair for pair in pairs if shape(pair[0]) != shape(pair[1])] == []


@pytest.mark.parametrize(
    "banned",
    [
        r"nažalost", r"\bSLA\b", r"što prije", r"najkraćem mogućem", r"eventualn\w+ neugodnost",
        # Whoever writes or reads is no he and no she.
        r"\w+/l?a\b", r"\b(javi|rek|obeća|pisa|posla|odgovori|riješi)(o|la) sam\b",
        # A date instead.
        r"uskoro (ćemo|Vam|vam)", r"ćemo (Vam|vam) (se )?uskoro",
    ],
)  # fmt: skip
def test_no_wording_that_we_keep_out_of_our_letters(banned: str) -> None:
    said = [form for message in texts.croatian() if message.id for form in texts.forms(message.string)]
    assert [text for text in said if re.search(banned, text, re.IGNORECASE if banned != r"\bSLA\b" else 0)] == []


@pytest.mark.parametrize(
    ("number", "minutes", "hours", "days"),
    [
        (1, "1 minuta", "1 sat", "1 dan"),
        (2, "2 minute", "2 sata", "2 dana"),
        (5, "5 minuta", "5 sati", "5 dana"),
        (11, "11 minuta", "11 sati", "11 dana"),
        (21, "21 minuta", "21 sat", "21 dan"),
        (22, "22 minute", "22 sata", "22 dana"),
        (25, "25 minuta", "1 dan i 1 sat", "25 dana"),
        (101, "1 sat i 41 minuta", "4 dana i 5 sati", "101 dan"),
    ],
)
def test_durations_read_right_in_croatian(in_croatian: None, number: int, minutes: str, hours: str, days: str) -> None:
    assert formats.duration_in_words(timedelta(minutes=number)) == minutes
    assert formats.duration_in_words(timedelta(hours=number)) == hours
    assert formats.duration_in_words(timedelta(days=number)) == days


@pytest.mark.parametrize(
    ("number", "hours", "days"),
    [
        (1, "1 radni sat", "1 radni dan"),
        (2, "2 radna sata", "2 radna dana"),
        (5, "5 radnih sati", "5 radnih dana"),
        (11, "11 radnih sati", "11 radnih dana"),
        (21, "21 radni sat", "21 radni dan"),
        (22, "22 radna sata", "22 radna dana"),
        (25, "25 radnih sati", "25 radnih dana"),
        (101, "101 radni sat", "101 radni dan"),
    ],
)
def test_windows_read_right_in_croatian(in_croatian: None, number: int, hours: str, days: str) -> None:
    assert windows.window(Clock.WORKING_TIME, number * 60, None) == hours
    assert windows.window(Clock.WORKING_DAYS, None, number) == days


def test_dates_read_right_in_croatian(in_croatian: None) -> None:
    noon = zagreb("2026-11-24 12:00")
    assert formats.long_date(noon, "Europe/Zagreb") == "utorak, 24. studenoga 2026. u 12:00 (vrijeme: Zagreb)"
    assert formats.moment_in_words(noon, noon, "Europe/Zagreb") == "danas u 12:00"
    assert formats.moment_in_words(noon, zagreb("2026-11-23 08:00"), "Europe/Zagreb") == "sutra u 12:00"
    assert formats.moment_in_words(noon, zagreb("2026-11-02 08:00"), "Europe/Zagreb") == "uto 24. 11. u 12:00"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (23, "ponedjeljka, 23."), (24, "utorka, 24."), (25, "srijede, 25."), (26, "četvrtka, 26."),
        (27, "petka, 27."), (28, "subote, 28."), (29, "nedjelje, 29."),
    ],
)  # fmt: skip
def test_a_weekday_takes_its_case_after_do(in_croatian: None, day: int, told: str) -> None:
    moment = zagreb(f"2026-11-{day} 12:00")
    said = translation.gettext("You hear from us by %(date)s.") % {
        "date": formats.long_date(moment, "Europe/Zagreb", by=True)
    }
    assert said == f"Javljamo Vam se do {told} studenoga 2026. u 12:00 (vrijeme: Zagreb)."


def test_what_is_running_reads_as_the_script_keeps_it(in_croatian: None) -> None:
    now = zagreb("2026-11-24 12:00")
    assert formats.time_left(now + timedelta(hours=2, minutes=10), now) == "za 2 h 10 min"
    assert formats.time_left(now - timedelta(minutes=37), now) == "kasni 37 min"
    assert formats.time_ago(now - timedelta(days=3, hours=5), now) == "prije 3 d 5 h"


def test_what_django_counts_in_is_croatian(in_croatian: None) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    spans = [timesince(since, since + timedelta(days=days, hours=3, minutes=2)) for days in (0, 2, 5, 8, 45, 800)]
    english = {form for unit in ("year", "month", "week", "day", "hour", "minutes") for form in (unit, f"{unit}s")}
    assert not [span for span in spans if texts.words(span) & english]


@pytest.mark.parametrize("name", SCREENS)
def test_no_english_word_on_a_croatian_page(croatian_door: Door, name: str) -> None:
    left = {}
    for query in ["", *MORE.get(name, [])]:
        with undone():
            page = texts.Page(_opened(croatian_door, name, query), "hr")
            english = _english(page, _told_by_people())
        if english:
            left[query] = sorted(english)
    assert not left


def test_a_refused_form_is_croatian_too(croatian_door: Door) -> None:
    forms = ("ticket-new", "standard-new", "calendar-new", "person-new", "team-new", "mailbox-new", "mailbox-fetching")
    for name in (*forms, "ticket-reply"):
        client = _client(croatian_door, "administrator")
        with undone():
            response = client.post(
                croatian_door.where(name), {"sentence_en": "We answer as soon as possible.", "key": KEY}
            )
            page = texts.Page(response.content.decode(), "hr")
            english = _english(page, [*_told_by_people(), "We answer as soon as possible."])
        assert response.status_code in {200, 422}
        assert not english - {"soon", "possible"}, name


def test_letters_to_a_croatian_customer_are_croatian() -> None:
    make.organisation()
    customer = make.customer(name="Ana Kovač", language="hr")
    ticket = make.ticket(customer=customer, subject="Kante nisu odvezene")
    told = [Told(words="Kamion dolazi", due_at=zagreb("2026-11-26 12:00"))]
    until = NextDate(contact_by=zagreb("2026-11-25 15:00"), words="Pišemo opet")
    written = conversation.reply(
        ticket, "Kamion je na putu.", until, told=told, by=ticket.team.lead, now=make.MONDAY_9AM
    )  # fmt: skip
    asked = question(customer, number=ticket.number, subject=ticket.subject, about="satisfaction:7", who="Ivana Perić")
    several = several_questions(customer, [(7, "Kante", "", None), (8, "Ulaz", "", make.MONDAY_9AM)], who="Ivana Perić")
    body = certain(written.delivery).body
    assert "Javljamo Vam se do srijede, 25. studenoga 2026. u 15:00 (vrijeme: Zagreb)." in body
    assert "Obećavamo: Kamion dolazi, do četvrtka, 26. studenoga 2026. u 12:00 (vrijeme: Zagreb)." in body
    assert not texts.words("\n".join([body, *asked, *several])) & _english_only()


def _key(text: object) -> object:
    return tuple(text) if isinstance(text, (list, tuple)) else text


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|\{\w+\}|(?<!%)%[sd]", text))


def _client(at: Door, actor: str) -> Client:
    client = Client(headers={"Accept-Language": "hr"})
    if session := at.sessions.get(actor):
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def _opened(at: Door, name: str, query: str) -> str:
    """The page as the first of those who may see it reads it."""
    actor = "anonymous" if may_open(name, "anonymous") and "account" not in name else "administrator"
    if name in {"account_login", "account_reset_password", "account_reset_password_from_key"}:
        actor = "anonymous"
    where = at.where(name).replace("/en/", "/hr/").partition("?")[0] + query if query else at.where(name)
    return _client(at, actor).get(where.replace("/en/", "/hr/"), follow=True).content.decode()


def _english(page: texts.Page, told: list[str]) -> set[str]:
    """Words on `page` that English texts have and Croatian ones don't, and that nobody of ours typed."""
    # Addresses first: a part of one may be what somebody typed, and the rest would be taken for words.
    said = re.sub(r"https?:\S+", " ", "\n".join(page.lines))
    for words in sorted(told, key=len, reverse=True):
        said = said.replace(words, " ")
    return (texts.words(said) & _english_only()) - NO_ENGLISH


def _english_only() -> set[str]:
    english, croatian = set(), set()
    for message in texts.croatian():
        if message.id:
            english |= {word for form in texts.forms(message.id) for word in texts.words(form)}
            croatian |= {word for form in texts.forms(message.string) for word in texts.words(form)}
    return (english | {"the", "this", "is", "are", "was", "by", "of", "and"}) - croatian


def _told_by_people() -> list[str]:
    """What is in the database, names, subjects, letters, line by line; and what countries are called."""
    # A country may be called as an English word is: Heard is an island. Columns of a file have names for programs.
    found = {name for _code, name in holidays.countries("hr")} | {", ".join(enrolling.COLUMNS)}
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            fields = [
                field.name
                for field in model._meta.get_fields()
                if isinstance(field, (models.CharField, models.TextField)) and not field.choices
            ]
            for row in model._default_manager.values_list(*fields) if fields else ():
                found |= {" ".join(line.split()) for value in row if value for line in str(value).splitlines()}
    return [line for line in found if len(line) > 3]
