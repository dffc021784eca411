"""What a customer adds to their request."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AdditionForm(forms.Form):
    """Words, and the key of the form: sent twice, they arrive once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=_("What would you like to add?"),
        error_messages={"required": _("Write something first.")},
    )
