"""Mailboxes: their address and team, where their mail is fetched from, and how that goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import mailboxes as standing
from desk.forms.refusal import carry_out, posted
from desk.forms.settings_mailboxes import AccountForm, MailboxForm, StartForm, in_words
from desk.mailboxes import Standing
from mail import actions_mailboxes as actions
from mail import secrets, trying
from mail.models import Account, Mailbox
from people.audience import StaffRequest, administrators

SETTING = {"section": "settings", "setting": "mailboxes"}


@administrators
@require_safe
def mailboxes(request: StaffRequest) -> HttpResponse:
    """All of them, and whether their mail comes in."""
    context = {**SETTING, "standings": standing.all_of_them(), "now": timezone.now(), **_keys()}
    return render(request, "desk/settings/mailboxes.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_mailbox(request: StaffRequest) -> HttpResponse:
    """A new one."""
    form = MailboxForm(posted(request))
    made = carry_out(form, lambda fields: actions.make(**fields, by=request.user, now=timezone.now()))
    if made:
        messages.success(request, _("Mailbox %(name)s is here.") % {"name": made.name})
        return redirect("desk:mailbox", made.pk)
    context = {**SETTING, "form": form}
    return render(request, "desk/settings/mailbox_edit.html", context, status=422 if form.errors else 200)


@administrators
@require_safe
def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    """One mailbox: how it stands and what was changed."""
    return _page(request, _found(pk))


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Its name, address and team."""
    one = get_object_or_404(Mailbox, pk=pk)
    form = MailboxForm(posted(request), initial=MailboxForm.of(one))
    if carry_out(form, lambda fields: actions.change(one, **fields, by=request.user, now=timezone.now())):
        messages.success(request, _("Mailbox %(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("desk:mailbox", one.pk)
    context = {**SETTING, "form": form, "mailbox": one}
    return render(request, "desk/settings/mailbox_edit.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password", "client_secret", "refresh_token", "own_password")
@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def fetching(request: StaffRequest, pk: int) -> HttpResponse:
    """Where its mail is fetched from. What is saved is tried at once, and each step is shown."""
    found = _found(pk)
    one, account, now = found.mailbox, found.account, timezone.now()
    initial = AccountForm.of(account) if account else {"user": one.address}
    form = AccountForm(posted(request), initial=initial, by=request.user)
    if carry_out(form, lambda fields: actions.connect(one, **fields, by=request.user, now=now)):
        return _tried(request, pk)
    context = {**SETTING, "form": form, "mailbox": one, "account": account, **_keys()}
    return render(request, "desk/settings/mailbox_fetching.html", context, status=422 if form.errors else 200)


@administrators
@require_POST
def try_out(request: StaffRequest, pk: int) -> HttpResponse:
    """Try what is stored, and show how each step went."""
    _account(pk)
    return _tried(request, pk)


@administrators
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch from now on."""
    account, form = _account(pk), StartForm(request.POST)
    started = carry_out(
        form, lambda fields: actions.start(account, back=fields["back"], by=request.user, now=timezone.now())
    )
    if started is None:
        return _page(request, _found(pk), start=form, status=422)
    messages.success(request, _("Mail is fetched each minute from now on."))
    return redirect("desk:mailbox", pk)


@administrators
@require_POST
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch nothing any more."""
    actions.stop(_account(pk), by=request.user, now=timezone.now())
    messages.success(request, _("Nothing is fetched any more. The mails stay on the server."))
    return redirect("desk:mailbox", pk)


@administrators
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has looked: try again within the minute."""
    actions.resume(_account(pk), by=request.user, now=timezone.now())
    messages.success(request, _("It is tried again within a minute. If the server refuses again, it says so here."))
    return redirect("desk:mailbox", pk)


def _tried(request: StaffRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    assert found.account is not None, "looked at before"
    return _page(request, found, steps=trying.try_out(found.account, now=timezone.now()))


def _page(request: StaffRequest, found: Standing, *, status: int = 200, **more: Any) -> HttpResponse:
    now, account = timezone.now(), found.account
    context = {
        **SETTING,
        "standing": found,
        "mailbox": found.mailbox,
        "account": account,
        "changes": [(change, in_words(change.fields)) for change in found.changes],
        "unreadable": standing.unreadable(account),
        "waiting_since": standing.waiting_since(account, now) if account else None,
        "start": StartForm(),
        "now": now,
        **_keys(),
        **more,
    }
    return render(request, "desk/settings/mailbox.html", context, status=status)


def _found(pk: int) -> Standing:
    found = standing.one(pk)
    if found is None:
        raise Http404
    return found


def _account(pk: int) -> Account:
    return get_object_or_404(Account.objects.select_related("mailbox"), mailbox=pk)


def _keys() -> dict[str, Any]:
    return {"has_key": secrets.has_key(), "how_to_make_a_key": secrets.HOW_TO_MAKE_A_KEY}
