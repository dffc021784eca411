"""Text as people type it when they search: without accents, in one case.

PostgreSQL's unaccent is an extension that the embedded server lacks, so folding happens here,
on the way in and on the way of the question, and the database compares plain text.
"""

import re
import unicodedata

# A keyboard without đ writes dj, so both fold to the same letters.
_LETTERS = str.maketrans({"đ": "dj", "Đ": "dj", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae"})
_NOT_A_WORD = re.compile(r"[^\w@.+-]+")


def fold(text: str) -> str:
    """`text` in lower case without accents: "Đurđica Šarić" becomes "djurdjica saric"."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def search_words(text: str) -> list[str]:
    """The folded words of a search, safe to use as prefixes; at most ten."""
    return [word for word in _NOT_A_WORD.split(fold(text)) if word.strip("@.+-_")][:10]
