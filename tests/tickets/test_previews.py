"""Small pictures: drawn anew by us, without anything but what is seen, and never of what is no picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import Image, PngImagePlugin

from mail import guard
from tests import make
from tickets import drawing, tasks
from tickets.actions import attachments
from tickets.actions.attachments import Brought
from tickets.models import Attachment

pytestmark = pytest.mark.django_db
SECRET = b"44.8120 N 20.4612 E <script>"


def picture(form="PNG", size=(900, 600), mode="RGB", **more) -> bytes:
    """Red on the left, blue on the right."""
    drawn = Image.new(mode, size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    drawn.save(written, form, **more)
    return written.getvalue()


def bomb(width=30_000, height=30_000) -> bytes:
    """A PNG of a few bytes that says it has 900 million dots."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def came(content: bytes, name="screen.png", kind="image/png") -> Attachment:
    message = make.ticket().messages.get()
    (kept,) = attachments.attach(message, [Brought(name, kind, ContentFile(content, name="x"))])
    return kept


def drawn(content: bytes) -> Image.Image:
    """The preview, as a browser gets it."""
    written = drawing.small(content)
    assert written[:4] == b"RIFF"
    assert SECRET not in written
    return Image.open(io.BytesIO(written))


def with_secrets(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    if form == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", SECRET.decode())
        return picture(pnginfo=words, exif=exif, icc_profile=SECRET)
    if form == "GIF":
        return picture("GIF", comment=SECRET)
    return picture(form, exif=exif, icc_profile=SECRET, **({"comment": SECRET} if form == "JPEG" else {}))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_kind_is_drawn_small_and_nothing_written_beside_its_colours_comes_along(form):
    original = with_secrets(form)
    assert SECRET in original or form == "PNG"
    small = drawn(original)
    assert (small.format, small.size) == ("WEBP", (480, 320))
    assert not small.getexif()
    assert set(small.info) <= {"loop", "background", "timestamp", "duration"}
    red, _green, blue = small.convert("RGB").getpixel((10, 10))
    assert red > 200 > 60 > blue


def test_a_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    small = drawn(picture("JPEG", exif=exif))
    assert small.size == (320, 480)
    assert small.convert("RGB").getpixel((160, 20))[0] > 200


def test_of_moving_pictures_only_the_first_is_drawn():
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    small = drawn(written.getvalue())
    assert getattr(small, "n_frames", 1) == 1
    assert small.size == (50, 50)


def test_what_can_be_seen_through_stays_so():
    clear = io.BytesIO()
    Image.new("RGBA", (600, 600), (255, 0, 0, 100)).save(clear, "PNG")
    assert drawn(clear.getvalue()).getpixel((10, 10))[3] == 100


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"not really a picture",
        b"",
        picture("PNG")[:200],
        picture("TIFF"),
        picture("ICO", size=(64, 64)),
        bomb(),
        bomb(6_400, 6_300),
    ],
    ids=["svg", "pdf", "text", "empty", "cut", "tiff", "ico", "bomb", "just too large"],
)
def test_what_is_no_picture_of_the_four_kinds_or_a_bomb_cannot_be_drawn(content):
    with pytest.raises((OSError, ValueError, Image.DecompressionBombError)):
        drawing.small(content)


def test_the_worker_draws_what_calls_itself_a_picture_and_leaves_the_rest(caplog):
    photo, broken, none = (
        came(picture(), name="photo.JPG", kind=""),
        came(bomb()),
        came(b"<p>", "page.html", "text/html"),
    )
    assert tasks.draw_previews() == 1
    assert Image.open(Attachment.objects.get(pk=photo.pk).preview.open()).size == (480, 320)
    assert {Attachment.objects.get(pk=one.pk).preview.name for one in (broken, none)} == {""}
    assert not Attachment.objects.to_draw().exists()
    assert "Traceback" not in caplog.text


def test_what_does_not_call_itself_a_picture_is_not_even_opened():
    assert not came(picture(), name="page.html", kind="text/html").undrawn


def test_a_picture_that_ends_the_worker_is_not_tried_again(monkeypatch):
    came(picture())
    monkeypatch.setattr(guard, "understood", _killed)
    with pytest.raises(KeyboardInterrupt):
        tasks.draw_previews()
    assert tasks.draw_previews() == 0


def _killed(*_args, **_more):
    raise KeyboardInterrupt
