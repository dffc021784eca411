"""Files that a customer sends along: several at once, and every refusal in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import decoding

_MEGABYTE = 1024 * 1024


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list in their order."""

    widget = _SeveralFiles

    def clean(self, data: Sequence[UploadedFile] | None, initial: Any = None) -> list[UploadedFile]:
        """The files; refused where they are too many, too large or empty."""
        files = list(data or [])
        if len(files) > settings.FILES_MOST:
            raise ValidationError(_too_many())
        for file in files:
            self._check(file)
        if sum(file.size or 0 for file in files) > settings.FILES_LARGEST_TOGETHER:
            raise ValidationError(_too_large_together())
        return files

    def _check(self, file: UploadedFile) -> None:
        name = decoding.file_name(file.name or "")
        if not file.size:
            raise ValidationError(_("“%(name)s” is empty. Choose it again, or leave it out."), params={"name": name})
        if file.size > settings.FILES_LARGEST:
            raise ValidationError(_larger_than_one_may_be(name))


def limits() -> str:
    """What may be sent at once, said before somebody tries."""
    return _("At most %(number)s files, each up to %(size)s, together up to %(together)s.") % {
        "number": settings.FILES_MOST,
        "size": _size(settings.FILES_LARGEST),
        "together": _size(settings.FILES_LARGEST_TOGETHER),
    }


def too_much(taken: Sequence[UploadedFile], left_out: Sequence[str]) -> str:
    """Why the files called `left_out` were not even taken in beside those that were, and what to do."""
    if len(taken) >= settings.FILES_MOST:
        return _too_many()
    if taken or len(left_out) > 1:
        return _too_large_together()
    return _larger_than_one_may_be(decoding.file_name(left_out[0]))


def _too_many() -> str:
    return ngettext(
        "At most %(number)d file can be sent at once. Choose fewer and send the others afterwards.",
        "At most %(number)d files can be sent at once. Choose fewer and send the others afterwards.",
        settings.FILES_MOST,
    ) % {"number": settings.FILES_MOST}


def _too_large_together() -> str:
    return _("Together the files are larger than %(size)s. Choose fewer and send the others afterwards.") % {
        "size": _size(settings.FILES_LARGEST_TOGETHER)
    }


def _larger_than_one_may_be(name: str) -> str:
    return _("“%(name)s” is larger than %(size)s. Choose a smaller one, or send it in parts.") % {
        "name": name,
        "size": _size(settings.FILES_LARGEST),
    }


def _size(number: int) -> str:
    return f"{number // _MEGABYTE} MB"
