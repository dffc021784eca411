"""Small pictures of the pictures that people send.

The file itself is never shown: what is shown was decoded and written anew (`tickets.drawing`). One of
which that is not possible has no preview, and stays a download like all others.
"""

from __future__ import annotations

import logging

from django.core.files.base import ContentFile

from mail import guard
from tickets import drawing
from tickets.models import Attachment

log = logging.getLogger(__name__)

# So many pictures in one go; the rest is drawn a moment later.
BATCH = 20


def draw_all() -> int:
    """Draw what is to be drawn; returns how many have a preview now.

    Each is marked before anything else: one that ends the worker is not tried again.
    """
    drawn = 0
    for pk in Attachment.objects.to_draw().values_list("pk", flat=True)[:BATCH]:
        if Attachment.objects.filter(pk=pk, undrawn=True).update(undrawn=False):
            drawn += _draw(Attachment.objects.get(pk=pk))
    return drawn


def keep(attachment: Attachment, picture: bytes) -> bool:
    """Let `picture`, drawn by us, be what is shown of `attachment`."""
    attachment.preview.save("small", ContentFile(picture), save=False)
    return bool(Attachment.objects.filter(pk=attachment.pk).update(preview=attachment.preview.name))


def _draw(attachment: Attachment) -> bool:
    try:
        with attachment.file.open() as file:
            picture = guard.understood(drawing.small, file.read())
    except guard.TooComplex:
        log.info("no preview of attachment %s can be drawn", attachment.pk)
        return False
    except Exception:  # each storage fails in its own way; a preview is worth no second try
        log.exception("attachment %s could not be drawn", attachment.pk)
        return False
    return keep(attachment, picture)
