"""Whether a machine wrote a mail: such mail is never answered by another machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mail import decoding

type_headers = Mapping[str, Sequence[str]]

# Words before the subject that was answered, followed by a colon or by nothing: a person may well write about one.
_AWAY = re.compile(
    r"\s*(automatic reply|auto[- ]?reply|auto(matic)?[- ]?response|autoreply|out of( the)? office"
    r"|automatische (antwort|antwoord|beantwoording)|automatisch antwoord|abwesenheit(snotiz|sassistent)?"
    r"|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica|fuera de la oficina|risposta automatica"
    r"|fuori sede|resposta autom[áa]tica|fora do escrit[óo]rio|autosvar|automatisk svar|automatiskt svar"
    r"|automaattinen vastaus|odpowied[źz] automatyczna|autoodpowied[źz]|automatick[áa] odpov[ěe][ďd]"
    r"|automatikus v[áa]lasz|automatski odgovor|automatsko obavje[sš]tenje|samodejni odgovor|odsut(an|na|nost)"
    r"|izvan ureda|balasan automatik|jawapan automatik|di luar pejabat|balas automatik)\s*(:|$)",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(mailer-daemon|postmaster)@", re.IGNORECASE)
_WANTS_NO_ANSWER = re.compile(r"(no-?reply|do-?not-?reply|owner-[^@]*|[^@]*-request)@", re.IGNORECASE)
_REPLIES = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply")


@dataclass(frozen=True)
class Machine:
    """Why a mail counts as automatic; empty if it does not. `to_many`: it went to a list or to a crowd."""

    why: str = ""
    answers: bool = False
    to_many: bool = False


def judge(headers: type_headers, sender: str, subject: str, *, bounce: bool) -> Machine:
    """What the headers of a mail say about who wrote it. `headers` by their names in lower case."""
    threaded = bool(headers.get("in-reply-to") or headers.get("references") or _AWAY.match(subject))
    submitted = _first_word(headers, "auto-submitted")
    precedence = {_word(value) for value in headers.get("precedence", ())} & {"bulk", "junk", "list", "auto_reply"}
    on_a_list = next((name for name in headers if name.startswith("list-")), "")
    if bounce:
        return Machine("it reports that a mail was not delivered", answers=True)
    if empty_return_path(headers):
        return Machine("Return-Path: <>", answers=True)
    if submitted not in {"", "no"}:
        return Machine(f"Auto-Submitted: {submitted}", answers=threaded or submitted == "auto-replied")
    for name in _REPLIES:
        if headers.get(name) and _first_word(headers, name) not in {"no", "false", "0"}:
            return Machine(f"{name}: {_first_word(headers, name)}", answers=True)
    if "auto_reply" in precedence:
        return Machine("Precedence: auto_reply", answers=True)
    if _MACHINE.match(sender):
        return Machine(f"sent by {sender}", answers=True)
    if _AWAY.match(subject):
        return Machine(f"Subject: {subject[:80]}", answers=True)
    if on_a_list:
        return Machine(f"{on_a_list} is set", to_many=True)
    if precedence:
        return Machine(f"Precedence: {min(precedence)}", answers=threaded, to_many=True)
    if _WANTS_NO_ANSWER.match(sender):
        return Machine(f"sent by {sender}")
    return Machine()


def empty_return_path(headers: type_headers) -> bool:
    """Whether the server that took it was told that nobody wants to hear back."""
    path = next(iter(headers.get("return-path", ())), None)
    return path is not None and not path.strip(" <>\r\n\t")


def _first_word(headers: type_headers, name: str) -> str:
    return _word(next(iter(headers.get(name, ())), ""))


def _word(value: str) -> str:
    """The first word in lower case, without comments and parameters."""
    line = re.sub(r"\([^()]*\)", " ", decoding.header(value, 200))
    return re.split(r"[\s;]", line.strip().lower(), maxsplit=1)[0][:40]
