"""A mail as it came in: as its sender formatted it, as text, its headers, the whole as a file."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk.viewer import visible_mail
from mail import formatting, parsing
from people.audience import StaffRequest, administrators, staff
from ui.responses import download


@staff
@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # typed for views without arguments
def received(request: StaffRequest, mail_id: int) -> HttpResponse:
    """The mail as its sender formatted it, else (or `?as=text`) its text; for administrators `?as=headers`."""
    mail = visible_mail(request, mail_id)
    raw = bytes(mail.raw)
    facts = parsing.parse(raw)
    ways = ["formatted"] if facts.html.strip() else []
    ways += ["text", *(["headers"] if request.user.is_administrator else [])]
    asked = request.GET.get("as", "")
    shown = asked if asked in ways else ways[0]
    message = getattr(mail, "message", None)
    stands = message or getattr(mail, "unverified", None)
    context = {
        "section": "tickets" if stands else "outbox",
        "mail": mail,
        "message": message,
        "ticket": stands.ticket if stands else None,
        "facts": facts,
        "ways": ways,
        "shown": shown,
        "headers": parsing.head(raw) if shown == "headers" else "",
        "now": timezone.now(),
    }
    return render(request, "desk/received_mail.html", context)


@staff
@require_safe
def formatted(request: StaffRequest, mail_id: int) -> HttpResponse:
    """What may be seen of the mail's HTML, for the frame: it can run and load nothing."""
    facts = parsing.parse(bytes(visible_mail(request, mail_id).raw))
    otherwise = _("Nothing of this can be shown as it was formatted. Its text stands beside it.")
    response = HttpResponse(formatting.page(facts.html, otherwise=otherwise))
    response["Content-Security-Policy"] = formatting.POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-DNS-Prefetch-Control"] = "off"
    return response


@administrators
@require_safe
def original(request: StaffRequest, mail_id: int) -> FileResponse:
    """The mail byte for byte, as a file. It says to which address of ours it went, and those are secrets."""
    mail = visible_mail(request, mail_id)
    return download(mail.original(), f"mail-{mail.pk}.eml")
