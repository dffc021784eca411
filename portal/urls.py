"""What customers and the public can open."""

from django.conf import settings
from django.urls import path, re_path

from portal.views import answer, front

app_name = "portal"

_LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)

urlpatterns = [
    path("", front.root, name="root"),
    path("r/<str:token>/answer/", answer.answer, name="answer"),
    re_path(rf"^(?P<language>{_LANGUAGES})/$", front.front, name="front"),
]
