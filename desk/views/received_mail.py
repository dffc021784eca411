"""A mail behind a message as it came: as its sender formatted it, as text, its headers, the whole as a file."""

from __future__ import annotations

from csp.decorators import csp_update
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mail import formatting, parsing
from mail.models import InboundMail
from people.audience import StaffRequest, administrators, staff
from tickets.certain import certain
from tickets.models import Message
from ui.responses import download


@staff
@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # typed for views without arguments
def received(request: StaffRequest, message_id: int) -> HttpResponse:
    """The mail as its sender formatted it, else (or `?as=text`) its text; for administrators `?as=headers`."""
    message, mail = _visible(request, message_id)
    raw = bytes(mail.raw)
    facts = parsing.parse(raw)
    ways = ["formatted"] if facts.html.strip() else []
    ways += ["text", *(["headers"] if request.user.is_administrator else [])]
    asked = request.GET.get("as", "")
    shown = asked if asked in ways else ways[0]
    context = {
        "section": "tickets",
        "message": message,
        "ticket": message.ticket,
        "facts": facts,
        "ways": ways,
        "shown": shown,
        "headers": parsing.head(raw) if shown == "headers" else "",
        "now": timezone.now(),
    }
    return render(request, "desk/received_mail.html", context)


@staff
@require_safe
def formatted(request: StaffRequest, message_id: int) -> HttpResponse:
    """What may be seen of the mail's HTML, for the frame: it can run and load nothing."""
    _message, mail = _visible(request, message_id)
    facts = parsing.parse(bytes(mail.raw))
    otherwise = _("Nothing of this can be shown as it was formatted. Its text stands beside it.")
    response = HttpResponse(formatting.page(facts.html, otherwise=otherwise))
    response["Content-Security-Policy"] = formatting.POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-DNS-Prefetch-Control"] = "off"
    return response


@administrators
@require_safe
def original(request: StaffRequest, message_id: int) -> FileResponse:
    """The mail byte for byte, as a file. It says to which address of ours it went, and those are secrets."""
    _message, mail = _visible(request, message_id)
    return download(ContentFile(bytes(mail.raw)), f"mail-{mail.pk}.eml")


def _visible(request: StaffRequest, message_id: int) -> tuple[Message, InboundMail]:
    """A message on a ticket that the viewer may see, and the mail it came as; else 404."""
    came = Message.objects.visible_to(request.user).exclude(inbound=None)
    message = get_object_or_404(came.select_related("ticket", "inbound"), pk=message_id)
    return message, certain(message.inbound)
