"""Files in outgoing mails: what goes along, and what is too large and goes as a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email import encoders, policy
from email.mime.base import MIMEBase
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from mail.models import Enclosure

# What the words and headers of a mail have, at most, beside its files.
_WORDS = 200_000
# Three bytes are four signs, and each 76 of those are a line with its end.
_IN_A_MAIL = 4 / 3 * 78 / 76

# Parts of these kinds would be taken apart or put together differently on their way.
_KIND = re.compile(r"(?!message/|multipart/)([a-z]+)/([a-z0-9][a-z0-9.+-]*)")


class CannotRead(Exception):
    """The storage does not give a file out at the moment."""


def room() -> int:
    """How many bytes the files of one mail may have together; what is larger goes as a link."""
    return max(int((settings.MAIL_LARGEST - _WORDS) / _IN_A_MAIL), 0)


def too_large(sizes: Iterable[int]) -> bool:
    """Whether files of these sizes would make a mail larger than many servers take."""
    return sum(sizes) > room()


def part(enclosure: Enclosure) -> MIMEBase:
    """`enclosure` as a part of a mail, byte for byte. Raises where it cannot be read: now, or ever."""
    try:
        with default_storage.open(enclosure.stored) as file:
            content = file.read()
    except FileNotFoundError as lost:
        raise ValidationError(_("“%(name)s” is no longer in the storage."), params={"name": enclosure.name}) from lost
    except Exception as error:  # each storage fails in its own way
        raise CannotRead(_("“%(name)s” could not be read from the storage.") % {"name": enclosure.name}) from error
    known = _KIND.fullmatch(enclosure.kind.lower())
    made = MIMEBase(*(known.groups() if known else ("application", "octet-stream")))
    made.set_payload(content)
    encoders.encode_base64(made)
    made["Content-Disposition"] = _disposition(enclosure.name)
    return made


def instead(enclosures: Sequence[Enclosure], link: str, language: str) -> str:
    """What stands in a mail in place of files that are too large for it: their names, and where they are."""
    with translation.override(language):
        names = "\n".join(f"- {_harmless(one.name)} ({filesizeformat(one.size)})" for one in enclosures)
        return (
            f"{_('These files are too large for a mail. You find them on the page of your request:')}\n{names}\n{link}"
        )


def _harmless(name: str) -> str:
    """A file's name as words of a mail, in which nothing works as a placeholder."""
    return name.replace("[[", "[ [")


def _disposition(name: str) -> str:
    """The header that names a file (RFC 2231), in lines that every server takes."""
    written = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    folded = policy.default.header_factory("Content-Disposition", written).fold(policy=policy.default)
    return folded.partition(":")[2].strip()
