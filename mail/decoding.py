"""Bytes that came in as text that can be stored and shown: charsets repaired, encoded words decoded, traps taken out.

Pure, linear in what it is given, and never raises: whoever sends a mail chooses what stands in it.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

# What no header of an honest mail needs; the rest is not read.
HEADER = 16_000
_FILE_NAME = 150

_TEXT_CODEC = re.compile(
    r"(ascii|utf[-_]?(8|16|32)|iso[-_]?(8859|2022)|cp\d|koi8|mac|gb|big5|euc|shift|latin|tis|johab|hz|ptcp|kz)"
)
_ONE_BYTE_CODEC = re.compile(r"(ascii|iso8859|cp\d|koi8|mac|latin|hp)")
# Windows says one and means the other: its letters stand where these have control characters.
_MEANT = {"iso8859-1": "cp1252", "iso8859-2": "cp1250", "iso8859-9": "cp1254"}
_CONTROL_BYTES = bytes(range(0x80, 0xA0))

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Invisible signs that turn the order of letters around or hide between them.
_HIDDEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_BREAKS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_SILENT = {"script", "style", "head", "title", "template", "noscript"}
_BLOCKS = {
    "address", "article", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
# Between which a quotation stands until it is given its signs; no mail can bring them along.
_QUOTES_BEGIN, _QUOTES_END = "\x02", "\x03"
_QUOTATION = re.compile(r"""type=["']?cite|class=["']?[^"'>]{0,200}quote""")
_DEEPEST_QUOTES = 10
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")


def text_of(raw: bytes, charset: str) -> str:
    """`raw` as text. A charset that nobody knows, or that is plainly wrong, is guessed."""
    name = _codec(charset)
    if raw.isascii() and not name.startswith(("utf-16", "utf-32", "iso2022", "hz")):
        return raw.decode("ascii")
    if name in {"", "ascii", "utf-8", "utf-8-sig"}:
        return _guessed(raw)
    if _ONE_BYTE_CODEC.match(name):
        try:
            return raw.decode("utf-8")  # Nobody writes that by accident in a charset of one byte a letter.
        except UnicodeDecodeError:
            if name in _MEANT and raw.translate(None, _CONTROL_BYTES) != raw:
                name = _MEANT[name]
    return raw.decode(name, "replace")


def header(value: str, limit: int = 500) -> str:
    """A header's value as one clean line, its encoded words decoded; cut at `limit`."""
    return one_line(_decoded(plain(value[:HEADER])), limit)


def plain(value: str) -> str:
    """A header's value without encoded words decoded: bytes that are no ASCII read by guess."""
    try:
        return _guessed(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return value


def one_line(text: str, limit: int) -> str:
    """`text` without anything that breaks a line, hides or turns letters around."""
    return storable(_BREAKS.sub(" ", _HIDDEN.sub("", text))).strip()[:limit].rstrip()


def lines(text: str) -> str:
    """A text of several lines without what can't be stored or shown."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _CONTROL.sub("", _HIDDEN.sub("", storable(text)).replace("\xa0", " "))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def storable(text: str) -> str:
    """`text` without halves of characters, in the normal form."""
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def file_name(name: str) -> str:
    """The last part of a file's name, as data only: nothing is ever stored under it."""
    visible = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cf", "Co", "Cn"})
    last = one_line(re.split(r"[/\\]", visible)[-1], HEADER).strip(". ")
    if len(last) > _FILE_NAME:
        stem, dot, kind = last.rpartition(".")
        ending = dot + kind if stem and len(kind) <= 10 else ""
        last = last[: _FILE_NAME - len(ending)].rstrip(". ") + ending
    return last or "attachment"


def without_markup(html: str) -> str:
    """What a person would read of `html`, with a ">" before what it quotes.

    It is shown as plain text only, so this protects from nothing.
    Not the standard library's parser: 100 kB of unfinished tags keep that one busy for minutes.
    """
    pieces: list[str] = []
    html = html.translate(dict.fromkeys(map(ord, _QUOTES_BEGIN + _QUOTES_END)))
    at, folded = 0, html.lower()
    # Whether each of the blocks that are open is a quotation; people indent with them, too.
    blocks: list[bool] = []
    while at < len(html):
        begins = html.find("<", at)
        if begins < 0:
            begins = len(html)
        pieces.append(re.sub(r"\s+", " ", unescape(html[at:begins])))
        tag = _TAG_NAME.match(html, begins + 1)
        closing = "-->" if html.startswith("<!--", begins) else ">"
        if begins < len(html) and not tag and not html.startswith(("<!", "<?", "</"), begins):
            pieces.append("<")
            at = begins + 1
            continue
        ends = html.find(closing, begins)
        if ends < 0:
            break
        at = ends + len(closing)
        name = tag[1].lower() if tag else ""
        if name == "blockquote":
            if html[begins + 1] != "/":
                blocks.append(bool(_QUOTATION.search(folded, begins, min(ends, begins + 300))))
                pieces.append(f"\n{_QUOTES_BEGIN}" if blocks[-1] else "\n")
            else:
                pieces.append(f"\n{_QUOTES_END}" if blocks and blocks.pop() else "\n")
        elif name in _BLOCKS:
            pieces.append("\n\n" if name == "p" else "\n")
        elif name in {"td", "th"}:
            pieces.append("\t")
        elif name in _SILENT and html[begins + 1] != "/":
            ends = folded.find(f"</{name}", at)
            at = len(html) if ends < 0 else ends
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_with_quotes("".join(pieces).split("\n")))).strip()


def _with_quotes(lines: Iterable[str]) -> Iterator[str]:
    """`lines` with a ">" for each quotation that they stand in."""
    depth = before = 0
    gap = False
    for line in lines:
        depth = max(0, depth + line.count(_QUOTES_BEGIN) - line.count(_QUOTES_END))
        said = line.strip(_QUOTES_BEGIN + _QUOTES_END + " \t")
        if depth and not said:
            gap = True
            continue
        mark = ">" * min(depth, _DEEPEST_QUOTES)
        if gap and depth == before:
            yield mark
        yield f"{mark} {said}" if depth else said
        before, gap = depth, False


def _codec(charset: str) -> str:
    """Python's name of a charset of texts; empty where there is none."""
    if not re.fullmatch(r"[A-Za-z0-9_.:+-]{1,40}", charset):
        return ""
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return ""
    return name if _TEXT_CODEC.match(name) else ""


def _guessed(raw: bytes) -> str:
    """UTF-8, unless most of what is no ASCII speaks against it; then what Windows writes in Central Europe."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("utf-8-sig", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for sign in text if sign > "\x7f") - wrong
    return text if right >= wrong else raw.decode("cp1250", "replace")


def _decoded(value: str) -> str:
    """`value` with its encoded words decoded; neighbours in one charset together, as they may share a letter."""
    pieces: list[tuple[bytes, str]] = []
    at = 0
    for word in _ENCODED_WORD.finditer(value):
        between, charset = value[at : word.start()], word[1].partition("*")[0]
        try:
            content = _content(word[2], word[3])
        except (binascii.Error, ValueError):
            continue
        if between.strip() or not pieces:
            pieces.append((between.encode("utf-8", "replace"), "utf-8"))
        at = word.end()
        if pieces[-1][1].lower() == charset.lower() and not between.strip() and len(pieces) > 1:
            pieces[-1] = (pieces[-1][0] + content, charset)
        else:
            pieces.append((content, charset))
    pieces.append((value[at:].encode("utf-8", "replace"), "utf-8"))
    return "".join(text_of(raw, charset) for raw, charset in pieces)


def _content(encoding: str, text: str) -> bytes:
    written = text.encode("ascii", "ignore")
    if encoding in "bB":
        return base64.b64decode(written + b"=" * (-len(written) % 4))
    return binascii.a2b_qp(written.replace(b" ", b"_"), header=True)
