"""The texts that come with the product, one file for each message and language: `templates/mail/<language>/`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from followups.letters.filling import Text
from followups.terms import MessagePurpose

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "mail"
# The languages that customers are written to in, by their own names.
LANGUAGES = {
    "en": "English",
    "hr": "Hrvatski",
    "bs": "Bosanski",
    "sr-latn": "Srpski (latinica)",
    "ms": "Bahasa Melayu",
}
FALLBACK = "en"

_PART = re.compile(r"^== ([a-z_]+)$", re.MULTILINE)
_HEAD = re.compile(r"^(Subject|Native review): (.*)$", re.MULTILINE)


@cache
def shipped(purpose: MessagePurpose | str, language: str) -> Text:
    """The text that comes with the product; in English where there is none in `language`."""
    text = _file(purpose, language)
    _head, *parts = _PART.split(text)
    said = {slug: words.strip() for slug, words in zip(parts[::2], parts[1::2], strict=True)}
    return Text(_heads(text)["Subject"], said)


def is_draft(purpose: MessagePurpose | str, language: str) -> bool:
    """Whether the shipped text waits for somebody who grew up with the language to read it."""
    return _heads(_file(purpose, language))["Native review"] == "open"


def spoken(language: str) -> str:
    """The language in which a customer of `language` is written to: the same, where there are texts in it."""
    return language if language in LANGUAGES else FALLBACK


@cache
def _file(purpose: str, language: str) -> str:
    return (FOLDER / spoken(language) / f"{MessagePurpose(purpose).value}.txt").read_text(encoding="utf-8")


def _heads(text: str) -> dict[str, str]:
    return dict(_HEAD.findall(text))
