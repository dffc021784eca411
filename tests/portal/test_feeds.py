"""Facts about the published figures for machines: the same number, exact, and nothing that a spreadsheet works out."""

import csv
import json
import re
from io import StringIO

import pytest
import time_machine
from django.test import Client

from portal.feeds import COLUMNS, cell
from tests import make
from tests.make import zagreb
from tests.published import OCTOBER, SEPTEMBER, correct, month

pytestmark = pytest.mark.django_db

NOW = zagreb("2026-11-23 10:42")
FEEDS = ("standards.json", "standards.csv", "standards.txt", "standards.html")


@pytest.fixture(autouse=True)
def version():
    made = make.standard(now=zagreb("2026-01-01 09:00"))
    month(made, SEPTEMBER)
    correct(month(made, OCTOBER, kept=95, late=5, ordinary_kept=90, ordinary_due=92), kept=-1)
    month(kept=3, late=1)
    with time_machine.travel(NOW, tick=False):
        yield made


def get(name, language="en", **more):
    return Client().get(f"/{language}/{name}", **more)


def body(name, language="en"):
    response = get(name, language)
    assert response.status_code == 200
    return response.content.decode()


def test_page_data_table_line_and_snippet_carry_the_same_number():
    number = json.loads(body("standards.json"))["version"]
    assert number.startswith("2026-10-")
    for name in ("", *FEEDS):
        assert number in body(name), name
        assert number in body(name, "hr"), name


def test_the_data_are_exact(version):
    data = json.loads(body("standards.json"))
    assert (data["month"], data["all"]["kept"], data["all"]["due"]) == ("2026-10", 97, 104)
    (standard,) = data["standards"]
    assert standard["address"] == f"http://localhost:8000/en/standards/{version.standard.code}/1/"
    september, october = standard["months"]
    assert (september["first_published"], october["first_published"]) == (
        None,
        {"due": 100, "kept": 95, "percent": 95.0},
    )
    assert (october["kept"], october["kept_late"], october["percent"], october["verdict"]) == (94, 6, 94.0, "too_few")
    assert october["without_exception_days"] == {"due": 92, "kept": 90, "percent": 97.83}
    assert [one["why"] for one in october["corrections"]] == ["not_reached"]


def test_the_table_says_the_same_as_the_data():
    lines = list(csv.DictReader(StringIO(body("standards.csv").lstrip("\ufeff"))))
    data = json.loads(body("standards.json"))
    months = [month for standard in data["standards"] for month in standard["months"]] + data["promises"]
    assert tuple(lines[0]) == COLUMNS
    assert [(line["month"], line["due"], line["kept"], line["moved"]) for line in lines] == [
        (one["month"], str(one["due"]), str(one["kept"]), str(one["moved"])) for one in months
    ]
    assert lines[1]["first_published_kept"] == "95"
    assert {line["version"] for line in lines} == {data["version"]}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＠x", "＋1"])
def test_a_spreadsheet_works_nothing_out(text):
    assert cell(text) == f"'{text}"


def test_ordinary_words_stay_as_they_are():
    assert cell("A person answers within 8 working hours.") == "A person answers within 8 working hours."


def test_what_others_wrote_is_harmless_in_the_table():
    sentence = {"en": "@now a person answers within 8 working hours."}
    month(make.standard(now=NOW, category=make.category(), sentence=sentence))
    assert f",'{sentence['en']}," in body("standards.csv")


def test_the_line_and_the_snippet_say_the_sentence_of_the_month():
    said = "In October 2026 City Services Desk kept 97 of 104 promises as first made: 93 of 100."
    assert body("standards.txt").startswith(f"{said} http://localhost:8000/en/ [2026-10-")
    snippet = body("standards.html")
    assert said in snippet
    assert not re.search("<script|<iframe|<img|style=", snippet)
    assert 'href="http://localhost:8000/en/"' in snippet


@pytest.mark.parametrize("name", FEEDS)
def test_who_has_it_already_is_told_so(name):
    first = get(name)
    assert set(first["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert get(name, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert get(name, headers={"if-none-match": '"another"'}).status_code == 200
    assert not first.cookies


def test_a_language_that_the_organisation_does_not_write_has_no_feeds():
    for name in (*FEEDS, "wait.json", "wait.txt", "badge.svg"):
        assert get(name, "ms").status_code == 404


def test_other_sites_may_read_and_show_them():
    for name in ("standards.json", "wait.json", "badge.svg"):
        response = get(name)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Client().get("/en/")["Cross-Origin-Resource-Policy"] == "same-origin"
