"""Small pictures of the pictures that people send.

The file itself is never shown: what is shown was decoded here, and written anew without anything
but its colours. One that cannot be decoded has no preview, and stays a download like all others.
"""

from __future__ import annotations

import io
import logging
import warnings

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from tickets.models import Attachment

log = logging.getLogger(__name__)

# So many pictures in one go; the rest is drawn a moment later.
BATCH = 20
LONGEST_SIDE = 480
# A picture with more dots than that is no photograph, or takes more memory than a preview is worth.
MOST_DOTS = 40_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def draw_all() -> int:
    """Draw what is to be drawn; returns how many have a preview now.

    Each is marked before it is decoded: one that ends the process is not tried again.
    """
    drawn = 0
    for pk in Attachment.objects.to_draw().values_list("pk", flat=True)[:BATCH]:
        if Attachment.objects.filter(pk=pk, undrawn=True).update(undrawn=False):
            drawn += _draw(Attachment.objects.get(pk=pk))
    return drawn


def small(picture: File) -> bytes:
    """`picture` as a WebP of at most 480 dots a side, upright, and nothing of it but what is seen.

    Raises whatever the decoder does where it is none of the four kinds, is broken or is too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(picture, formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > MOST_DOTS:
                raise ValueError(f"{width} × {height} dots")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            colours = "RGBA" if opened.has_transparency_data else "RGB"
            # Of a palette only whole colours could be picked: it is turned into colours first.
            seen = opened.convert(colours) if opened.mode == "P" else opened
            seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            seen = ImageOps.exif_transpose(seen).convert(colours)
    # A picture of its own: what was written beside the colours of the other does not come along.
    clean = Image.new(seen.mode, seen.size)
    clean.paste(seen)
    written = io.BytesIO()
    clean.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()


def _draw(attachment: Attachment) -> bool:
    try:
        with attachment.file.open() as file:
            content = small(file)
    except Exception as error:  # decoders raise all sorts of things at what people send
        log.info("no preview of attachment %s: %s", attachment.pk, error)
        return False
    attachment.preview.save("small", ContentFile(content), save=False)
    return bool(Attachment.objects.filter(pk=attachment.pk).update(preview=attachment.preview.name))
