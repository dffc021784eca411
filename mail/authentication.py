"""What our own receiving server found out about a sender (RFC 8601). Pure, linear, and never raises.

Anybody can write such a header. Only the one with the name of the configured server counts, of several
the topmost; that server must take foreign ones with its name away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.encoding import punycode

# Nobody needs more; the rest is not read.
LONGEST = 4_000
# A method that a test mail of ours claims to have passed: a server that lets it through lets anybody's word through.
FORGED = "x-followthrough-forged"
_METHOD = re.compile(r"([a-z0-9-]{1,40})\s?(?:/\s?\d{1,3}\s?)?=\s?([a-z]{1,20})", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]{1,20})\s?\.\s?([a-z0-9-]{1,40})\s?=\s?(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One method and its result: "dmarc", "pass", and what was looked at, like {"header.from": "example.org"}."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """What one server found, all in lower case."""

    server: str
    findings: tuple[Finding, ...] = ()

    def of(self, method: str) -> Finding | None:
        """What `method` found; None where it did not look, or is said to have looked twice.

        Servers repeat what a sender chose: a second result may be the sender's own.
        """
        found = [finding for finding in self.findings if finding.method == method]
        return found[0] if len(found) == 1 else None


def trusted(headers: Sequence[str], server: str) -> Results | None:
    """The topmost of `headers` that `server` wrote; None without one, and where no server is named."""
    wanted = server.strip().lower()
    if not wanted:
        return None
    return next((results for results in map(read, headers) if results.server == wanted), None)


def read(header: str) -> Results:
    """One header's value; an empty server where it cannot be read."""
    first, *rest = _parts(header[:LONGEST])
    words = first.split()
    findings = [finding for part in rest if (finding := _finding(part))]
    return Results(words[0].lower() if words else "", tuple(findings))


def vouches_for(results: Results | None, sender: str) -> bool:
    """Whether the server found that the domain in From, which is that of `sender`, sent the mail itself (DMARC)."""
    finding = results.of("dmarc") if results else None
    if finding is None or finding.result != "pass":
        return False
    domain = sender.rpartition("@")[2]
    return bool(domain) and _plain(finding.properties.get("header.from", "")) == _plain(domain)


def _plain(domain: str) -> str:
    """A domain as servers spell it."""
    try:
        return punycode(domain.rpartition("@")[2].strip(".").lower())
    except UnicodeError:
        return ""


def _finding(part: str) -> Finding | None:
    said = _METHOD.match(part)
    if said is None:
        return None
    properties = {
        f"{found[1]}.{found[2]}".lower(): found[3].strip('"').lower()
        for found in _PROPERTY.finditer(part, said.end())
    }  # fmt: skip
    return Finding(said[1].lower(), said[2].lower(), properties)


def _parts(value: str) -> Iterator[str]:
    """What stands between semicolons, without comments; those inside quotes divide nothing."""
    part: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in value:
        if escaped:
            escaped = False
            if not depth:
                part.append(sign)
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = sign != '"'
            # What is quoted is one word: it can neither divide nor look like a result.
            part.append("_" if sign.isspace() or sign in "=;" else sign)
        elif sign == "(":
            depth += 1
        elif depth:
            depth -= sign == ")"
        elif sign == ";":
            yield "".join(part).strip()
            part = []
        else:
            quoted = sign == '"'
            part.append(sign)
    yield "".join(part).strip()
