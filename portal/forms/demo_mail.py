"""Writing as a customer of the demo."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.files import FilesField

_TEXT = forms.Textarea(attrs={"rows": 6})
_MISSING = {"required": _("Write something first.")}


class DemoAnswerForm(forms.Form):
    """What the receiver of a mail answers."""

    text = forms.CharField(max_length=50_000, widget=_TEXT, label=_("Your answer"), error_messages=_MISSING)
    attached = FilesField(required=False, label=_("Files"))


class DemoMailForm(forms.Form):
    """A new mail, from anybody one likes to be."""

    name = forms.CharField(max_length=80, required=False, label=_("Your name"))
    email = forms.EmailField(label=_("Your e-mail"))
    subject = forms.CharField(max_length=150, label=_("Subject"))
    text = forms.CharField(max_length=50_000, widget=_TEXT, label=_("Your message"), error_messages=_MISSING)
    attached = FilesField(required=False, label=_("Files"))
