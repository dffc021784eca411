"""What customers and the public can open."""

from django.conf import settings
from django.urls import path, re_path

from portal.views import answer, choices, demo, ended, front, health, mail_in, request, standards, stop, wait

app_name = "portal"

_LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)

urlpatterns = [
    path("", front.root, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("mail/in/", mail_in.mail_in, name="mail-in"),
    path("mail/in/provider/mime/", mail_in.mail_of_provider, name="mail-of-provider"),
    path("mail/in/<str:address>/", mail_in.mail_in, name="mail-in-for"),
    path("demo/mail/", demo.inbox, name="demo_mail"),
    path("demo/mail/<str:name>/", demo.mail, name="demo_letter"),
    path("r/<str:token>/", request.request_page, name="request"),
    path("r/<str:token>/files/<int:attachment_id>/", request.attachment, name="request-file"),
    path("r/<str:token>/files/<int:attachment_id>/preview/", request.preview, name="request-file-preview"),
    path("r/<str:token>/new-link/", ended.new_link, name="new-link"),
    path("r/<str:token>/answer/", answer.answer, name="answer"),
    path("r/<str:token>/choices/", choices.choices, name="choices"),
    path("u/<str:token>/", stop.stop, name="stop"),
    re_path(rf"^(?P<language>{_LANGUAGES})/$", front.front, name="front"),
    re_path(rf"^(?P<language>{_LANGUAGES})/standards\.json$", standards.standards_json, name="standards-json"),
    re_path(rf"^(?P<language>{_LANGUAGES})/standards\.csv$", standards.standards_csv, name="standards-csv"),
    re_path(rf"^(?P<language>{_LANGUAGES})/standards\.txt$", standards.standards_txt, name="standards-txt"),
    re_path(rf"^(?P<language>{_LANGUAGES})/standards\.html$", standards.snippet, name="standards-snippet"),
    re_path(
        rf"^(?P<language>{_LANGUAGES})/standards/(?P<code>[^/]+)/(?P<number>[1-9][0-9]{{0,5}})/$",
        standards.standard,
        name="standard-version",
    ),
    re_path(rf"^(?P<language>{_LANGUAGES})/wait\.json$", wait.wait_json, name="wait-json"),
    re_path(rf"^(?P<language>{_LANGUAGES})/wait\.txt$", wait.wait_txt, name="wait-txt"),
    re_path(rf"^(?P<language>{_LANGUAGES})/badge\.svg$", wait.badge, name="wait-badge"),
]
