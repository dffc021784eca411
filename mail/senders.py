"""Who a mail says it is from and to. All of it is claimed, none of it is proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mail import decoding

# More recipients than that are not looked at.
MOST = 100

_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{1,63}")


@dataclass(frozen=True)
class Party:
    """Somebody named in a header. `name` is whatever they like to be called; only `address` can be answered."""

    address: str
    name: str


def parties(value: str) -> list[Party]:
    """Everybody with a complete address in a header's raw `value`, as it came."""
    found = []
    for phrase, inside, comment in _split(value[: decoding.HEADER]):
        address = normal(decoding.plain(inside if inside is not None else phrase))
        if not address:
            continue
        name = decoding.header(phrase if inside is not None else comment, 120)
        # A name that looks like an address would be read as one.
        found.append(Party(address, "" if "@" in name else name))
        if len(found) == MOST:
            break
    return found


def normal(address: str) -> str:
    """`address` in one spelling: its domain in lower case; empty if it is none."""
    address = decoding.storable(address.strip())
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        return ""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def same(one: str, other: str) -> bool:
    """Whether two addresses are one person's: customers have one account however they spell it."""
    return bool(one) and one.casefold() == other.casefold()


def _split(value: str) -> Iterator[tuple[str, str | None, str]]:
    """Phrase, what stands in angle brackets, and comments of each party. Reads every sign once.

    Taken apart before anything is decoded, so that an encoded comma or bracket separates nothing.
    """
    phrase: list[str] = []
    angle: list[str] | None = None
    comment: list[str] = []
    quoted = inside = escaped = False
    depth = 0
    for sign in value:
        into = comment if depth else angle if inside and angle is not None else phrase
        if escaped:
            into.append(sign)
            escaped = False
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = sign != '"'
            if quoted:
                into.append(sign)
        elif sign == "(":
            depth += 1
        elif depth:
            depth -= sign == ")"
            if sign != ")":
                into.append(sign)
        elif sign == '"':
            quoted = True
        elif sign == "<":
            inside, angle = True, []
        elif sign == ">":
            inside = False
        elif sign in ",;" and not inside:
            yield "".join(phrase), "".join(angle) if angle is not None else None, "".join(comment)
            phrase, angle, comment = [], None, []
        elif sign == ":" and not inside:
            phrase = []  # the name of a group
        else:
            into.append(sign)
    yield "".join(phrase), "".join(angle) if angle is not None else None, "".join(comment)
