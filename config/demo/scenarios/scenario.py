"""What a ticket can be about, in the words of both sides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One matter in one language. `{street}`, `{invoice}`, `{amount}`, `{less}` and `{meter}` are filled in."""

    subject: str
    asks: str  # the customer's first message
    begins: str  # our answer while it can't be solved yet; the date follows by itself
    promise: str  # what the customer was told, as one sentence
    obstacle: str  # what may get in the way
    delay: str  # ... and did
    news: str  # a progress update
    question: str  # what we need to know
    answer: str  # what the customer answers to it
    chases: str  # the customer writes again
    solves: str  # the solution, in its first sentence
    again: str  # it was not settled after all
    thanks: str  # a comment with the answer "yes"


@dataclass(frozen=True)
class Scenario:
    """One matter: which category and team it belongs to, and its words by language."""

    category: str
    team: str
    ticket_type: str
    words: dict[str, Words]
