"""Every text of the product that can be translated, collected without gettext; and the words on a page."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CROATIAN = ROOT / "locale" / "hr" / "LC_MESSAGES" / "django.po"
NO_PART_OF_IT = {".venv", "tests", "bench", "locale", "static", "docs"}
KEYWORDS = {
    name + ending: places
    for name, places in {
        "_": None,
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for ending in ("", "_lazy", "_noop")
}
# A context if there is one, then the text, or one thing and many.
Text = tuple[str | None, str | tuple[str, ...]]
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = {"alt", "aria-label", "data-after", "data-before", "placeholder", "title", "value"}


def text_of(response: HttpResponse) -> str:
    """What a person reads of it, in one line."""
    text = " ".join(strip_tags(response.content.decode().replace("<", " <")).split())
    return text.replace(" .", ".").replace(" ,", ",")


@cache
def of_the_product() -> frozenset[Text]:
    """The texts in modules and templates."""
    found = set()
    for path in sorted(ROOT.rglob("*.*")):
        if path.relative_to(ROOT).parts[0] in NO_PART_OF_IT or path.suffix not in {".py", ".html", ".txt"}:
            continue
        source = path.read_text()
        if path.suffix != ".py":
            if "templates" not in path.parts:
                continue
            # What is no text comes out as rows of X, whose indentation would mean something to Python.
            source = "\n".join(line.strip() for line in templatize(source).splitlines())
        for _line, text, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
            found.add((context, tuple(text) if isinstance(text, (list, tuple)) else text))
    return frozenset(found)


@cache
def croatian() -> Catalog:
    """The catalogue as it is written."""
    with CROATIAN.open("rb") as file:
        return read_po(file)


def forms(text: object) -> tuple[str, ...]:
    """The one, or the one and the many, of a message."""
    return tuple(text) if isinstance(text, (list, tuple)) else (str(text),)


def words(text: str) -> set[str]:
    """The words of a text in small letters, without what its placeholders are called."""
    plain = re.sub(r"\[\[\S+\]\]|%\(\w+\)[a-z]|\{\w*\}|https?:\S+|\S+@\S+", " ", text)
    return {word.lower() for word in WORD.findall(plain)}


class Page(HTMLParser):
    """What a page says, aloud or written, line by line; without what is marked as another language."""

    def __init__(self, html: str, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = language
        self.lines: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        foreign = tag in {"script", "style", "code", "pre", "template"} or (
            given.get("lang") not in {None, self.language}
        )
        # Time zones are called the same everywhere.
        zone = tag == "option" and "/" in (given.get("value") or "")
        silent = foreign or zone or self._is_silent
        if not silent:
            spoken = [value for name, value in attributes if name in SPOKEN and value]
            self.lines += [] if tag in {"input", "option", "button"} and "value" in given else spoken
        if tag not in {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "rect", "path"}:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_silent and data.strip():
            self.lines.append(" ".join(data.split()))

    @property
    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]
