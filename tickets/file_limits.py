"""How much may be sent at once, said before somebody tries and when it was too much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import decoding, enclosing

_MEGABYTE = 1024 * 1024


class Sized(Protocol):
    """A file that came in, or one that is kept already."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...


def limits() -> str:
    """What may be sent at once."""
    return _("At most %(number)s files, each up to %(size)s, together up to %(together)s.") % {
        "number": settings.FILES_MOST,
        "size": in_megabytes(settings.FILES_LARGEST),
        "together": in_megabytes(settings.FILES_LARGEST_TOGETHER),
    }


def limits_of_mail() -> str:
    """From when on a mail carries a link instead of its files."""
    if enclosing.room() >= settings.FILES_LARGEST_TOGETHER:
        return ""
    return _("Above %(size)s together the customer gets a link to them instead.") % {
        "size": in_megabytes(enclosing.room())
    }


def check(files: Sequence[Sized], *, kept: Iterable[Sized] = ()) -> None:
    """Refuse `files` where they are too many, too large or empty, beside those that are `kept` already."""
    before = list(kept)
    if len(before) + len(files) > settings.FILES_MOST:
        raise ValidationError(too_many())
    for file in files:
        name = decoding.file_name(file.name or "")
        if not file.size:
            raise ValidationError(_("“%(name)s” is empty. Choose it again, or leave it out."), params={"name": name})
        if file.size > settings.FILES_LARGEST:
            raise ValidationError(larger_than_one_may_be(name))
    if sum(file.size or 0 for file in [*before, *files]) > settings.FILES_LARGEST_TOGETHER:
        raise ValidationError(too_large_together())


def too_much(taken: Sequence[Sized], left_out: Sequence[str]) -> str:
    """Why the files called `left_out` were not even taken in beside those that were, and what to do."""
    if len(taken) >= settings.FILES_MOST:
        return too_many()
    if taken or len(left_out) > 1:
        return too_large_together()
    return larger_than_one_may_be(decoding.file_name(left_out[0]))


def too_many() -> str:
    """That there are more files than may be sent at once, and what to do."""
    return ngettext(
        "At most %(number)d file can be sent at once. Choose fewer and send the others afterwards.",
        "At most %(number)d files can be sent at once. Choose fewer and send the others afterwards.",
        settings.FILES_MOST,
    ) % {"number": settings.FILES_MOST}


def too_large_together() -> str:
    """That the files are larger than may be sent at once, and what to do."""
    return _("Together the files are larger than %(size)s. Choose fewer and send the others afterwards.") % {
        "size": in_megabytes(settings.FILES_LARGEST_TOGETHER)
    }


def larger_than_one_may_be(name: str) -> str:
    """That one file is larger than may be, and what to do."""
    return _("“%(name)s” is larger than %(size)s. Choose a smaller one, or send it in parts.") % {
        "name": name,
        "size": in_megabytes(settings.FILES_LARGEST),
    }


def in_megabytes(number: int) -> str:
    """A limit as people read it: whole megabytes, never more than is meant."""
    return f"{number // _MEGABYTE} MB"
