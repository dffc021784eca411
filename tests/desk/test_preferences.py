"""What a person chooses for themselves."""

import pytest
from django.test import Client

from people.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ivana(client: Client) -> User:
    make.organisation()
    user = make.user(name="Ivana Perić")
    client.force_login(user)
    return user


def test_the_menu_changes_one_thing_and_leaves_the_rest(client: Client, ivana: User) -> None:
    answer = client.post("/desk/preferences/", {"theme": "dark", "next": "/desk/tickets/"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/tickets/")
    ivana.refresh_from_db()
    assert (ivana.theme, ivana.language, ivana.shortcuts) == ("dark", "en", True)


def test_the_page_wears_the_theme_and_the_language_that_were_chosen(client: Client, ivana: User) -> None:
    client.post("/desk/preferences/", {"theme": "dark", "language": "hr", "shortcuts": "off"})
    page = client.get("/desk/preferences/").content.decode()
    assert '<html lang="hr" data-theme="dark">' in page
    assert 'data-shortcuts="off"' in page


def test_nobody_is_sent_to_another_site(client: Client, ivana: User) -> None:
    answer = client.post("/desk/preferences/", {"theme": "light", "next": "https://elsewhere.test/"})
    assert answer["Location"] == "/desk/preferences/"


def test_an_unknown_language_is_refused_with_the_reason(client: Client, ivana: User) -> None:
    answer = client.post("/desk/preferences/", {"language": "tlh"})
    assert answer.status_code == 422
    ivana.refresh_from_db()
    assert ivana.language == "en"


def test_mail_about_what_is_due_soon_is_switched_off_and_stays_off(client: Client, ivana: User) -> None:
    client.post("/desk/preferences/", {"mail_due_soon": "off"})
    client.post("/desk/preferences/", {"theme": "dark"})
    ivana.refresh_from_db()
    assert not ivana.mail_due_soon
    assert (
        "You hear of last calls and of what is overdue in any case."
        in client.get("/desk/preferences/").content.decode()
    )
