"""Mailboxes, and where their mail is fetched from. What is secret goes in and never comes out again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.mail_check import ReceivingServerForm
from mail.models import Account, Mailbox
from people.models import Team, User

_ONE_LINE = RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", _("Write it on one line."))
_HOST = RegexValidator(r"\A[A-Za-z0-9._:-]+\Z", _("Write the name of the server only, like imap.example.org."))
_KEEPS = _("Stored encrypted and never shown again. Left empty, what is stored stays.")


class MailboxForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As staff know it."))
    address = forms.EmailField(
        label=_("Address"),
        help_text=_("What customers write to. It must take addresses with a plus, like support+x@example.org."),
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=_("Team"),
        required=False,
        empty_label=_("The team that catches what no rule assigns"),
        help_text=_("Its tickets are opened for this team."),
    )

    @staticmethod
    def of(mailbox: Mailbox) -> dict[str, Any]:
        """The values to begin with."""
        return {"name": mailbox.name, "address": mailbox.address, "team": mailbox.team_id}


class SecretField(forms.CharField):
    """Is shown empty always, and keeps what was typed as it was typed."""

    def __init__(self, **given: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False)
        super().__init__(
            **{"required": False, "strip": False, "max_length": 4000, "widget": widget, "help_text": _KEEPS, **given}
        )
        self.validators.append(_ONE_LINE)


class AccountForm(forms.Form):
    host = forms.CharField(
        label=_("Server"), max_length=253, validators=[_HOST], help_text=_("Its name, like imap.example.org.")
    )
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=Account.Security,
        widget=forms.RadioSelect,
        initial=Account.Security.TLS,
        help_text=_("The certificate must be valid for that name. Nothing falls back to plain text."),
    )
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, initial=993, help_text=_("993 for TLS, 143 for STARTTLS.")
    )
    user = forms.CharField(
        label=_("User"), max_length=254, validators=[_ONE_LINE], help_text=_("Often the whole address.")
    )
    sign_in = forms.ChoiceField(
        label=_("Signs in with"),
        choices=Account.SignIn,
        widget=forms.RadioSelect,
        initial=Account.SignIn.PASSWORD,
    )
    password = SecretField(label=_("Password"))
    client_id = forms.CharField(label=_("Client ID"), max_length=254, required=False, validators=[_ONE_LINE])
    client_secret = SecretField(label=_("Client secret"))
    refresh_token = SecretField(label=_("Refresh token"))
    token_url = forms.URLField(
        label=_("Address for tokens"),
        max_length=400,
        required=False,
        assume_scheme="https",
        help_text=_("Where the provider gives tokens; it begins with https://."),
    )
    folder = forms.CharField(
        label=_("Folder"), max_length=200, initial="INBOX", validators=[_ONE_LINE], help_text=_("Fetched from here.")
    )
    afterwards = forms.ChoiceField(
        label=_("When a mail is here"),
        choices=Account.Afterwards,
        widget=forms.RadioSelect,
        initial=Account.Afterwards.MARK,
        help_text=_("Nothing is ever deleted on the server."),
    )
    move_to = forms.CharField(
        label=_("Folder to move it to"), max_length=200, required=False, validators=[_ONE_LINE],
        help_text=_("It must be there already."),
    )  # fmt: skip
    largest_mb = forms.IntegerField(
        label=_("Largest mail (MB)"), min_value=1, max_value=100, initial=25,
        help_text=_("Of a larger one only the headers are fetched; it stands under parked mail."),
    )  # fmt: skip
    own_password = forms.CharField(
        label=_("Your own password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}, render_value=False),
        help_text=_("The one you sign in to this desk with: whoever changes this could read all mail."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by

    def clean_own_password(self) -> str:
        given = self.cleaned_data["own_password"]
        if not self._by.check_password(given):
            raise ValidationError(_("This is not your password."))
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.pop("own_password", None)
        return cleaned

    @staticmethod
    def of(account: Account) -> dict[str, Any]:
        """The values to begin with; no secret is among them."""
        fields = (
            "host", "security", "port", "user", "sign_in", "client_id", "token_url", "folder", "afterwards", "move_to",
            "largest_mb",
        )  # fmt: skip
        return {field: getattr(account, field) for field in fields}


class StartForm(forms.Form):
    back = forms.TypedChoiceField(
        label=_("What lies there already"),
        coerce=lambda hours: timedelta(hours=int(hours)),
        choices=[
            ("0", pgettext_lazy("older mail", "Leave it: fetch what comes from now on")),
            ("24", _("Fetch the mail of the last 24 hours, too")),
            ("168", _("Fetch the mail of the last seven days, too")),
        ],
        widget=forms.RadioSelect,
        initial="0",
        help_text=_("The clocks of a ticket run since its mail reached the server."),
    )


def in_words(fields: Iterable[str]) -> str:
    """What the forms call these fields."""
    known = {**MailboxForm.base_fields, **AccountForm.base_fields, **ReceivingServerForm.base_fields}
    return ", ".join(str(known[name].label) for name in fields if name in known)
