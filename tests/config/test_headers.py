"""Whatever is answered, pages, errors, redirects and files, says what a browser may do with it."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from people.audience import public

HEADERS = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
]


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [path("broken/", broken), path("", include("config.urls"))]


def _check(response: HttpResponse) -> None:
    missing = [name for name in HEADERS if name not in response.headers]
    assert not missing, f"{response.status_code} lacks {missing}"
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounts/login/", 200),
        ("/desk/", 302),
        ("/desk", 301),
        ("/accounts/signup/", 404),
        ("/no-such-page/", 404),
        ("/static/no-such-file.css", 404),
    ],
)
def test_every_answer_has_the_headers(client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    _check(response)


@pytest.mark.django_db
def test_a_page_that_breaks_has_them() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    _check(response)


@pytest.mark.django_db
def test_a_refused_host_and_a_forged_form_have_them() -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = strict.get("/accounts/login/", headers={"host": "evil.test"})
    assert refused.status_code == 400
    _check(refused)
    forged = strict.post("/accounts/login/", {"login": "a@example.test", "password": "x"})
    assert forged.status_code == 403
    _check(forged)


@pytest.mark.django_db
def test_a_file_has_them() -> None:
    with override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        response = Client().get("/static/css/tokens.css")
    assert response.status_code == 200
    _check(response)


@pytest.mark.django_db
def test_what_is_not_for_everybody_is_kept_nowhere(client: Client) -> None:
    assert "no-store" in client.get("/desk/").headers["Cache-Control"]
    assert "no-store" in client.get("/accounts/login/").headers["Cache-Control"]


@pytest.mark.django_db
def test_a_fragment_whose_session_has_ended_takes_the_whole_window_to_sign_in(client: Client) -> None:
    response = client.get(
        "/desk/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/tickets/?state=open"}
    )
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fdesk%2Ftickets%2F%3Fstate%3Dopen"
