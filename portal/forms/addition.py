"""What a customer adds to their request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.forms.files import FilesField
from tickets import file_limits
from tickets.actions.attachments import Brought


class AdditionForm(forms.Form):
    """Words, files or both, and the key of the form: sent twice, they arrive once.

    `left_out` are the names of files that were too much to be taken in at all.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=gettext_lazy("Your message"),
    )
    attached = FilesField(required=False, label=gettext_lazy("Files"))

    def __init__(self, *args: Any, left_out: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = left_out
        self.fields["attached"].help_text = file_limits.limits()

    def clean(self) -> dict[str, Any]:
        """Words or a file suffice."""
        given = super().clean() or {}
        files = given.get("attached", [])
        if self.left_out and "attached" not in self.errors:
            self.add_error("attached", file_limits.too_much(files, self.left_out))
        elif not self.errors and not given.get("body") and not files:
            self.add_error("body", _("Write something, or choose a file."))
        if "attached" in self.errors:
            why = self.errors.pop("attached")
            self.add_error(
                "attached", " ".join([*why, _("What you wrote is kept; the files have to be chosen again.")])
            )
        return given

    @property
    def brought(self) -> list[Brought]:
        """The files of a valid form."""
        return [Brought(file.name or "", file.content_type or "", file) for file in self.cleaned_data["attached"]]
