"""Customers without a ticket are enrolled for thanks: by hand or by a file, each delivery once, all lines or none."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from followups.models import FollowUp
from people.models import Customer
from tests.desk.looking import signed_in
from tests.stage import NOW
from tests.texts import text_of

pytestmark = pytest.mark.django_db
ONE, MANY, LIST = "/desk/thanks/new/", "/desk/thanks/new/file/", "/desk/thanks/"
DELIVERY = {"email": "iva@example.test", "name": "Iva Babić", "what": "the new printer", "delivered": "2026-11-23"}
DELIVERY["language"] = "hr"
HEAD = "email,name,what,delivered,language"
GOOD = "iva@example.test,Iva Babić,the new printer,2026-11-23,hr"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(scene):
    return signed_in(scene.agent)


def planned():
    return list(FollowUp.objects.filter(ticket=None).order_by("pk"))


def file_of(*lines, head=HEAD, name="sales.csv", encoding="utf-8"):
    return {"file": SimpleUploadedFile(name, "\n".join([head, *lines]).encode(encoding))}


def test_a_new_customer_is_made_and_thanked_the_working_day_after_in_the_name_of_whoever_enrolled(desk, scene):
    shown = text_of(desk.post(ONE, DELIVERY, follow=True))
    (thanks,) = planned()
    assert "1 thank-you is planned." in shown
    assert (thanks.customer.name, thanks.customer.language, thanks.contact) == ("Iva Babić", "hr", scene.agent)
    assert thanks.due_at.date().isoformat() == "2026-11-24"
    assert "the new printer Ivana Horvat Planned" in text_of(desk.get(LIST)).replace("In the name of ", "")


def test_a_known_customer_stays_who_they_are(desk, scene):
    desk.post(ONE, {**DELIVERY, "email": "ANA@example.test", "name": "Somebody Else"})
    (thanks,) = planned()
    assert thanks.customer == scene.customer
    assert Customer.objects.get(pk=scene.customer.pk).name == "Ana Kovač"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"delivered": "2026-11-24"}, "This day has yet to come."),
        ({"delivered": "2026-11-10"}, "thanks would come too late"),
        ({"what": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_thanked_for_is_refused_in_words(desk, given, says):
    answer = desk.post(ONE, {**DELIVERY, **given})
    assert (answer.status_code, says in text_of(answer), planned()) == (422, True, [])


def test_a_file_is_looked_at_before_anything_is_saved(desk):
    shown = desk.post(MANY, file_of(GOOD))
    assert "1 line can be enrolled, 0 not right yet. Nothing is saved so far." in text_of(shown)
    assert "Thanks are planned for a new customer." in text_of(shown)
    assert (planned(), Customer.objects.filter(email="iva@example.test").exists()) == ([], False)
    text = shown.context["file_form"]["text"].value()
    desk.post(MANY, {"text": text, "enrol": "1"})
    assert [one.what for one in planned()] == ["the new printer"]


def test_each_line_says_what_is_wrong_with_it_and_none_is_saved(desk):
    wrong = [
        GOOD, "nobody,Iva,a thing,2026-11-23,",
        "a@example.test,,a thing,2026-11-23,", "a@example.test,Iva,,2026-11-23,",
        "a@example.test,Iva,a thing,23.11.2026.,", "a@example.test,Iva,a thing,2026-11-23,xx",
    ]  # fmt: skip
    shown = text_of(desk.post(MANY, file_of(*wrong)))
    assert "1 line can be enrolled, 5 not right yet." in shown
    for number, says in [
        (3, "no e-mail"),
        (4, "Give the name"),
        (5, "Say what"),
        (6, "Write the day"),
        (7, "Use one of"),
    ]:
        assert says in shown.partition(f"Line {number} ")[2].partition("Line ")[0], number
    answer = desk.post(MANY, {"text": "\n".join([HEAD, *wrong]), "enrol": "1"})
    assert "Some lines are not right yet. Nothing was saved." in text_of(answer)
    assert planned() == []


def test_the_same_delivery_is_enrolled_once_in_a_file_and_from_file_to_file(desk):
    twice = {"text": "\n".join([HEAD, GOOD, GOOD.replace("iva@", "IVA@")]), "enrol": "1"}
    desk.post(MANY, twice)
    assert len(planned()) == 1
    assert "It is enrolled already. Nothing was added." in text_of(desk.post(MANY, twice, follow=True))
    assert "Enrolled already: it is left out." in text_of(desk.post(MANY, file_of(GOOD)))
    assert len(planned()) == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (lambda: file_of(GOOD, head="email,name"), "The first line lacks these columns: what, delivered."),
        (lambda: file_of(), "There is no line below the first one."),
        (lambda: file_of(*[GOOD] * 501), "These are more than 500 lines. Split the file."),
        (lambda: file_of(GOOD, encoding="utf-16"), "This is no text in UTF-8."),
        (lambda: {"text": " "}, "Choose a file, or paste its lines."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(desk, sent, says):
    answer = desk.post(MANY, sent())
    assert (answer.status_code, says in text_of(answer)) == (422, True)


def test_semicolons_and_columns_in_another_order_are_read_too(desk):
    lines = file_of("the new printer;2026-11-23;Iva Babić;iva@example.test", head="What;Delivered;Name;Email")
    assert "1 line can be enrolled, 0 not right yet." in text_of(desk.post(MANY, lines))
