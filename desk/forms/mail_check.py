"""Whose word about senders counts."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


class ReceivingServerForm(forms.Form):
    authserv_id = forms.CharField(
        label=_("Name of the receiving server"),
        max_length=200,
        required=False,
        validators=[RegexValidator(r"\A[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z", _("Only the name of one server."))],
        help_text=_(
            "As it stands first in its Authentication-Results, like mx.example.org. Only what it says about senders is"
            " believed. Empty: nobody's word counts, and no sender is verified."
        ),
    )
