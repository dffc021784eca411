"""A small picture of a picture that somebody sent: decoded, and written anew without anything but its colours.

Pure, and run in a guarded process: decoders are large programs in C that read what anybody may send.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

LONGEST_SIDE = 480
# A picture with more dots than that is no photograph, or takes more memory than a preview is worth.
MOST_DOTS = 40_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def small(picture: bytes) -> bytes:
    """`picture` as a WebP of at most 480 dots a side, upright, and nothing of it but what is seen.

    Raises whatever the decoder does where it is none of the four kinds, is broken or is too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(picture), formats=_FORMATS) as opened:
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
