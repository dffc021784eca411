"""The part of a form that takes files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from desk.chosen_files import ChosenFiles
from tickets import file_limits
from ui.forms import SeveralFiles


class WithFiles(forms.Form):
    """Files beside what is written. They are taken in before the form is read: here stands what was refused."""

    leave_by_mail = False

    attached = forms.FileField(required=False, widget=SeveralFiles, label=_("Files"))

    def __init__(self, *args: Any, chosen: ChosenFiles, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        # Said before somebody tries.
        said = [file_limits.limits(), file_limits.limits_of_mail() if self.leave_by_mail else ""]
        self.fields["attached"].help_text = " ".join(said).strip()

    def clean(self) -> dict[str, Any]:
        """What could not be taken is said once, at the control for files."""
        for refusal in dict.fromkeys(self.chosen.refusals):
            self.add_error("attached", refusal)
        return super().clean() or {}

    @property
    def largest(self) -> int:
        """How many bytes one file may have: a script says it before it sends more."""
        return settings.FILES_LARGEST

    @property
    def too_large(self) -> str:
        """What is said of a larger one; a script puts its name in."""
        return file_limits.larger_than_one_may_be("{name}")
