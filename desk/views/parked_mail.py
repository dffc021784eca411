"""Mail that came in and opened nothing: a person looks at it, makes a ticket of it or puts it away."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import keyset
from mail import inbound
from mail.models import InboundMail
from mail.models.inbound import InboundMailQuerySet
from mail.parsing import parse
from people.audience import StaffRequest, staff
from tickets.actions import intake
from ui.responses import download

PAGE = 50


@staff
@require_safe
def parked_mail(request: StaffRequest) -> HttpResponse:
    """What nobody has looked at yet, or (`?put-away`) what somebody has; the newest first."""
    put_away, after = "put-away" in request.GET, request.GET.get("after", "")
    found = _visible(request).filter(put_away_at__isnull=not put_away, state=InboundMail.State.PARKED)
    rows = list(found.filter(keyset.before("received_at", after)).order_by("-received_at", "-pk")[: PAGE + 1])
    context = {
        "section": "outbox",
        "mails": rows[:PAGE],
        "put_away": put_away,
        "next": keyset.mark(rows[PAGE - 1].received_at, rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "is_continued": bool(after),
        "now": timezone.now(),
    }
    return render(request, "desk/parked_mails.html", context)


@staff
@require_safe
def one(request: StaffRequest, mail_id: int) -> HttpResponse:
    """One mail: who sent it, why it opened nothing, and what it says."""
    mail = get_object_or_404(_visible(request).defer(None).select_related("message__ticket"), pk=mail_id)
    facts = parse(bytes(mail.raw))
    message = getattr(mail, "message", None)
    context = {
        "section": "outbox",
        "mail": mail,
        "facts": facts,
        "ticket": message.ticket if message else None,
        "why_no_ticket": intake.why_no_ticket(facts),
        "now": timezone.now(),
    }
    return render(request, "desk/parked_mail.html", context)


@staff
@require_safe
def original(request: StaffRequest, mail_id: int) -> FileResponse:
    """The mail byte for byte, as a file; no browser shows it."""
    mail = get_object_or_404(_visible(request).defer(None), pk=mail_id)
    return download(ContentFile(bytes(mail.raw)), f"mail-{mail.pk}.eml")


@staff
@require_POST
def make_ticket(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Make a ticket of it: whoever sent it is the customer, and its clocks run since it came in."""
    mail = get_object_or_404(_visible(request), pk=mail_id)
    try:
        ticket = intake.open_from_parked(mail, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
        return redirect("desk:parked-mail", mail.pk)
    toasts.success(request, _("It is a ticket now. Its clocks run since the mail came in."))
    return redirect("desk:ticket", ticket.number)


@staff
@require_POST
def put_away(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Somebody has looked at it, and nothing follows; it is kept."""
    mail = get_object_or_404(_visible(request), pk=mail_id)
    if inbound.put_away(mail, by=request.user, now=timezone.now()):
        toasts.success(request, _("Put away. The mail is kept as it came."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:parked-mails")


def _visible(request: StaffRequest) -> InboundMailQuerySet:
    """What was parked, and what somebody has made a ticket of since."""
    were_parked = InboundMail.objects.exclude(why_parked="").visible_to(request.user)
    return were_parked.select_related("put_away_by").defer("raw")
