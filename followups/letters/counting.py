"""Words and sentences of a letter, counted as a reader would, in five languages."""

from __future__ import annotations

import re

# A full stop after one of these ends no sentence.
_SHORT = {
    "br", "čl", "dr", "g", "gđa", "god", "itd", "mr", "npr", "odn", "prof", "sl", "st", "str", "sv", "tel", "tj", "ul",
    "e.g", "i.e", "etc", "mrs", "ms", "no", "vs", "bil", "cth", "dll", "en", "hj", "jln", "pn", "spt",
}  # fmt: skip
_LINK = re.compile(r"\[\[link:[^\]]*\]\]|https?://\S+")
_WORD = re.compile(r"\w[\w’'.,:/-]*\w|\w")
_END = re.compile(r"[.!?…]+[\"”’»)]*(?=\s+|$)")


def own_words(text: str) -> str:
    """`text` without what was quoted from another mail and without links."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    return _LINK.sub("", "\n".join(lines))


def words_in(text: str) -> int:
    """How many words `text` has; a time, a number or a name with a hyphen is one, a link none."""
    return len(_WORD.findall(own_words(text)))


def sentences(text: str) -> list[str]:
    """The sentences of `text` in their order. Neither a date like "26. studenoga" nor "br. 5" is cut in two."""
    return [sentence for part in re.split(r"\n\s*\n|\n(?=\s*[-•*])", own_words(text)) for sentence in _of_one(part)]


def sentences_in(text: str) -> int:
    """How many sentences `text` has."""
    return len(sentences(text))


def _of_one(paragraph: str) -> list[str]:
    text, found, begins = " ".join(paragraph.split()), [], 0
    for end in _END.finditer(text):
        if _goes_on(text[begins : end.start()], end[0], text[end.end() :].lstrip()):
            continue
        found.append(text[begins : end.end()].strip())
        begins = end.end()
    return [sentence for sentence in [*found, text[begins:].strip()] if re.search(r"\w", sentence)]


def _goes_on(before: str, stop: str, after: str) -> bool:
    """Whether the sentence goes on after `stop`: after a number or a short form, or with a small letter."""
    if not after or not stop.startswith("."):
        return False
    word = before.rpartition(" ")[2].strip("(„“\"'").casefold()
    return word in _SHORT or after[0].islower() or (word.isdigit() and after[0].isdigit())
