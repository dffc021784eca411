"""Mail that came in and opened nothing: a person looks at it, makes a ticket of it or puts it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Lower
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from desk import keyset
from mail import inbound
from mail.models import InboundMail
from mail.models.inbound import InboundMailQuerySet
from mail.parsing import parse
from people.audience import StaffRequest, staff
from tickets.actions import intake
from tickets.mailbox import LIMITS
from ui.responses import download

PAGE = 50


@staff
@require_safe
def parked_mail(request: StaffRequest) -> HttpResponse:
    """What nobody has looked at yet, or (`?put-away`) what somebody has, or (`?twice`) what came before; newest first.

    What a sender's limit holds back is one row a sender; `?from` shows its mails.
    """
    asked = request.GET
    which = "twice" if "twice" in asked and request.user.is_administrator else "put-away" if "put-away" in asked else ""
    after, sender = asked.get("after", ""), asked.get("from", "")
    found = _shown(request, which)
    held = found.filter(held_back=True)
    found = _of(held, sender) if sender else found.filter(held_back=False)
    rows, goes_on = keyset.page(found, "-received_at", after, PAGE)
    context = {
        "section": "outbox",
        "mails": rows,
        "which": which,
        "sender": sender,
        "held": [] if after else _groups(_of(held, sender) if sender else held),
        "limits": [most for _span, most in LIMITS],
        "next": goes_on,
        "is_continued": bool(after),
        "now": timezone.now(),
    }
    return render(request, "desk/parked_mails.html", context)


@staff
@require_POST
def held(request: StaffRequest) -> HttpResponse:
    """Decide about all mails of one sender that are held back: let them through, or put them away."""
    mails = _of(InboundMail.objects.visible_to(request.user), request.POST.get("sender", ""))
    if request.POST.get("decision") == "let-through":
        number = inbound.let_through(mails, by=request.user, now=timezone.now())
        said = ngettext("%(number)d mail is being filed.", "%(number)d mails are being filed.", number)
    else:
        number = inbound.put_all_away(mails, by=request.user, now=timezone.now())
        said = ngettext(
            "%(number)d mail was put away. It is kept as it came.",
            "%(number)d mails were put away. They are kept as they came.",
            number,
        )
    if number:
        toasts.success(request, said % {"number": number})
    else:
        toasts.warning(request, _("They no longer need that."))
    return redirect("desk:parked-mails")


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
    return download(mail.original(), f"mail-{mail.pk}.eml")


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
    """What was parked, what somebody has made a ticket of since, and for administrators what came twice."""
    seen = ~Q(why_parked="")
    if request.user.is_administrator:
        seen |= Q(state=InboundMail.State.DUPLICATE)
    mails = InboundMail.objects.filter(seen).visible_to(request.user)
    return mails.select_related("put_away_by", "copy_of__message__ticket").defer("raw", "copy_of__raw")


def _shown(request: StaffRequest, which: str) -> InboundMailQuerySet:
    if which == "twice":
        return _visible(request).filter(state=InboundMail.State.DUPLICATE)
    return _visible(request).filter(state=InboundMail.State.PARKED, put_away_at__isnull=which != "put-away")


def _of(mails: InboundMailQuerySet, sender: str) -> InboundMailQuerySet:
    return mails.alias(folded=Lower("sender")).filter(folded=sender.lower())


def _groups(mails: InboundMailQuerySet) -> QuerySet[InboundMail, Any]:
    """Who sent so many that they are held back, how many those are, and when they came; the newest first."""
    by_sender = mails.order_by().values(folded=Lower("sender"))
    told = by_sender.annotate(number=Count("pk"), first=Min("received_at"), last=Max("received_at"))
    return told.order_by("-last", "folded")[:PAGE]
