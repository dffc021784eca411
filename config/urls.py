"""Every address. Who may open which stands at the views; for other people's views, in config/audiences.py."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from desk.views.styleguide import styleguide
from people.audience import public


@public
def closed(request: HttpRequest, **parts: str) -> HttpResponse:
    """For parts of the sign-in library that this product does not offer."""
    raise Http404


urlpatterns = [
    path("desk/", include("desk.urls")),
    path("_styleguide/", styleguide, name="styleguide"),
    # Staff are invited by an administrator, who also keeps their e-mail.
    path("accounts/signup/", closed),
    path("accounts/email/", closed),
    path("accounts/confirm-email/", closed),
    path("accounts/confirm-email/<str:key>/", closed),
    path("accounts/password/set/", closed),
    path("accounts/login/code/confirm/", closed),
    path("accounts/", include("allauth.account.urls")),
    path("", include("portal.urls")),
]
