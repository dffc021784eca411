"""Files that a customer sends along: several at once, and every refusal in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from tickets import file_limits
from ui.forms import SeveralFiles


class FilesField(forms.FileField):
    """Any number of files, as a list in their order."""

    widget = SeveralFiles

    def clean(self, data: Sequence[UploadedFile] | None, initial: Any = None) -> list[UploadedFile]:
        """The files; refused where they are too many, too large or empty."""
        files = list(data or [])
        file_limits.check(files)
        return files
