"""Test mails to ourselves: whether mail leaves and comes back, and what happens to it on the way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import mail_check
from desk.forms.mail_check import ReceivingServerForm
from desk.forms.refusal import carry_out
from mail import actions_checking as checking
from mail import actions_mailboxes
from mail.models import Mailbox
from people.audience import StaffRequest, administrators
from ui.responses import unchanged

SETTING = {"section": "settings", "setting": "mailboxes"}


@administrators
@require_safe
def newest(request: StaffRequest, pk: int) -> HttpResponse:
    """What the newest test mail of one mailbox has shown."""
    one = get_object_or_404(Mailbox, pk=pk)
    return _page(request, one, ReceivingServerForm(initial={"authserv_id": one.authserv_id}))


@administrators
@require_safe
def result(request: StaffRequest, pk: int) -> HttpResponse:
    """The same as a part of the page; 204 while it is still expected back."""
    context = _context(get_object_or_404(Mailbox, pk=pk))
    report = context["report"]
    return unchanged() if report and report.is_waiting else render(request, "desk/settings/_mail_check.html", context)


@administrators
@require_POST
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """Send another."""
    one = get_object_or_404(Mailbox, pk=pk)
    checking.send(one, by=request.user, now=timezone.now())
    return redirect("desk:mail-check", one.pk)


@administrators
@require_POST
def believe(request: StaffRequest, pk: int) -> HttpResponse:
    """Whose word about senders counts for this mailbox."""
    one = get_object_or_404(Mailbox, pk=pk)
    form = ReceivingServerForm(request.POST)
    now, by = timezone.now(), request.user
    if carry_out(form, lambda fields: actions_mailboxes.believe(one, fields["authserv_id"], by=by, now=now)):
        messages.success(request, _("The name of the receiving server is saved. Send a test mail to see its word."))
        return redirect("desk:mail-check", one.pk)
    return _page(request, one, form, status=422)


def _page(request: StaffRequest, one: Mailbox, form: ReceivingServerForm, status: int = 200) -> HttpResponse:
    return render(request, "desk/settings/mail_check.html", {**_context(one), "form": form}, status=status)


def _context(one: Mailbox) -> dict[str, Any]:
    now = timezone.now()
    check = one.checks.select_related("delivery", "mailbox").first()
    return {**SETTING, "mailbox": one, "report": mail_check.of(check, now=now) if check else None, "now": now}
