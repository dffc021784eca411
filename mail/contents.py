"""What a mail's parts hold: the text that a person reads, the same as HTML, and what came along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from mail import decoding, kinds

DEEPEST = 50
MOST_PARTS = 500
# So many characters are read; the rest stands in the mail as it was stored.
LONGEST_TEXT = 200_000
LONGEST_HTML = 400_000


class TooDeep(Exception):
    """Parts within parts within parts."""


@dataclass(frozen=True)
class Attached:
    """A file that came along. Its name is data, nothing is stored under it."""

    name: str
    kind: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes, as it was before the mail wrapped it up."""
        return len(self.content)


@dataclass(frozen=True)
class Sealed:
    """Encrypted, or in a form that can't be read here; in the attached `file`, or in the text itself."""

    file: str = ""


@dataclass(frozen=True)
class Contents:
    """`text` in whole, however long; `html` as its sender formatted it, cut; `sealed`, what holds a text unread."""

    text: str = ""
    html: str = field(default="", repr=False)
    attached: list[Attached] = field(default_factory=list)
    sealed: Sealed | None = None


@dataclass
class _Found:
    html: list[str] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)


def of(mail: Message) -> Contents:
    """The contents of `mail`, texts and files in their order. Raises `TooDeep`, or what the parser likes."""
    found = _Found()
    text = "\n\n".join(filter(None, _texts(mail, found, 0)))
    html = "\n<hr>\n".join(found.html)[:LONGEST_HTML]
    return Contents(text, html, found.attached, _sealed(text, found.attached))


def _sealed(text: str, attached: list[Attached]) -> Sealed | None:
    """What holds the text where nobody can read it here."""
    if text.startswith(kinds.ARMOURED):
        return Sealed()
    holds = [] if text else [file.name for file in attached if kinds.is_sealed(file.kind, file.name)]
    return Sealed(holds[0]) if holds else None


def _texts(part: Message, found: _Found, depth: int, inside: str = "") -> Iterator[str]:
    if depth > DEEPEST or len(found.attached) > MOST_PARTS:
        raise TooDeep
    kind = part.get_content_type()
    if part.is_multipart() and kind.startswith("multipart/"):
        parts = [one for one in part.get_payload() if isinstance(one, Message)]
        if kind == "multipart/alternative":
            yield from _best(parts, found, depth)
        else:
            for one in parts:
                yield from _texts(one, found, depth + 1, kind)
    elif _is_file(part, kind):
        found.attached.append(Attached(_file_name(part, kind, inside), kind, _content_of(part)))
    elif kind == "text/html":
        html = _text(part)
        found.html.append(html)
        yield decoding.lines(decoding.without_markup(html))
    else:
        yield decoding.lines(_text(part))


def _best(parts: list[Message], found: _Found, depth: int) -> Iterator[str]:
    """Of several ways to say the same: the plain text, else whatever says something."""
    said: list[tuple[bool, list[str]]] = []
    for one in parts:
        texts = [text for text in _texts(one, found, depth + 1) if text.strip()]
        if texts:
            said.append((one.get_content_type() == "text/plain", texts))
    if said:
        yield from next((texts for plain, texts in said if plain), said[-1][1])


def _is_file(part: Message, kind: str) -> bool:
    """A text without a name is read; everything else came along. Broken containers are read as text."""
    disposition = str(part.get("Content-Disposition") or "").strip().lower()
    if disposition.startswith("attachment") or kind.startswith("message/"):
        return True
    if kind.startswith("multipart/"):
        return False
    return kind not in {"text/plain", "text/html"} or part.get_filename() is not None


def _file_name(part: Message, kind: str, inside: str) -> str:
    name = part.get_filename()
    if name is None:
        return kinds.file_name(kind, inside)
    return decoding.file_name(decoding.header(name, 500))


def _content_of(part: Message) -> bytes:
    """The file itself; of a mail within the mail what is written of it, empty where it cannot be."""
    if not part.is_multipart():
        return _bytes(part)
    inner = [one for one in part.get_payload() if isinstance(one, Message)]
    try:
        return b"\n".join(one.as_bytes() for one in inner)
    except Exception:  # Written anew, hostile headers raise what they like; the mail as a whole stays readable.
        return b""


def _text(part: Message) -> str:
    """A text part, decoded; more than can be read of it is not looked at."""
    charset = part.get_param("charset") or ""
    if isinstance(charset, tuple):
        charset = charset[2]
    return decoding.text_of(_bytes(part)[: 4 * LONGEST_TEXT], str(charset).strip("'\" "))


def _bytes(part: Message) -> bytes:
    # Never without `decode`: the library would then trust whatever charset the part names.
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
