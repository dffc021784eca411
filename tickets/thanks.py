"""Whether a customer's words read like a thank-you and nothing more. A suggestion to a person, never a decision."""

from __future__ import annotations

import re

from people.folding import fold

# Longer than this there is something in it to answer.
LONGEST = 160
# Folded as in searches, in the languages of the product.
_THANKS = re.compile(r"\b(thanks|thank you|thx|hvala|zahvaljujem|zahvaljujemo|terima kasih)\b")
# What gives away that something is still wanted, or wrong.
_BUT = re.compile(r"\b(but|however|still|not|ali|no|jos|ne|nije|tapi|tetapi|belum|tidak)\b|[?]")


def reads_like_thanks(text: str) -> bool:
    """Short, with a word of thanks, no question and no "but"."""
    folded = fold(text)
    return (
        0 < len(text.strip()) <= LONGEST
        and bool(_THANKS.search(folded))
        and "?" not in text
        and not _BUT.search(folded)
    )
