"""What a report says about one mail of ours: that it came back (RFC 3464), waits, or was unwanted (RFC 5965).

Pure and never raises. None of it is proof: where the report came to decides whether it is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from mail import decoding, senders

FAILED, DELAYED, COMPLAINT = "failed", "delayed", "complaint"

# What nobody honest exceeds: parts of a report, and recipients that it is about.
_MOST_PARTS, _MOST_RECIPIENTS = 20, 50
_SAID = 400
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_DELIVERY, _FEEDBACK = {"message/delivery-status", "message/global-delivery-status"}, "message/feedback-report"
# It says of one mail that it was too large or not to their liking, or that a way was closed; not of the address.
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[23]|3\.\d+|4\.\d+|6\.\d+)")


@dataclass(frozen=True)
class Reported:
    """`kind` is failed, delayed or complaint; what else could be read, else empty.

    `status` is a code like "5.1.1", `said` what the other server said, `recipient` whom it is about.
    """

    kind: str
    status: str = ""
    said: str = ""
    recipient: str = ""


def is_for_good(status: str) -> bool:
    """Whether `status` says that the address itself takes no mail from us, so that the next would come back as well.

    Not what may pass (4.x.x, a full mailbox, no way there) or is about one mail (too large), nor what is no status.
    """
    return status.startswith("5.") and _NOT_THE_ADDRESS.fullmatch(status) is None


def is_about_the_address(status: str) -> bool:
    """Whether `status` says without doubt that there is no such address, or that it takes no mail from anybody."""
    return re.fullmatch(r"5\.(1\.(1|2|3|6|10)|2\.1)", status) is not None


def read(mail: Message) -> list[Reported]:
    """What `mail` reports, recipient by recipient in its order; empty where it is no report or cannot be read."""
    for part in _inside(mail)[:_MOST_PARTS]:
        kind = part.get_content_type()
        if kind in _DELIVERY:
            groups = _inside(part)[: _MOST_RECIPIENTS + 1]
            return [told for block in groups if (told := _of_a_recipient(block))]
        if kind == _FEEDBACK:
            return _complaint(part)
    return []


def about(reported: list[Reported], recipient: str) -> Reported | None:
    """What is reported of our mail to `recipient`; else the worst, as the address may have been forwarded."""
    own = [one for one in reported if senders.same(one.recipient, recipient)]
    worst = sorted(own or reported, key=lambda one: (one.kind == DELAYED, not is_for_good(one.status)))
    return worst[0] if worst else None


def _inside(part: Message) -> list[Message]:
    """The parts of a mail, or the groups of fields in a part that consists of nothing else."""
    # Asked for its payload, a part without parts is decoded in whatever charset it names.
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)]


def _of_a_recipient(block: Message) -> Reported | None:
    """One group of a delivery report; None where it is about the report itself, or says that all is well."""
    action = _field(block, "Action").lower().partition(" ")[0]
    status, said = _status(block), _after_type(_field(block, "Diagnostic-Code"))
    if not action:
        action = {"5": FAILED, "4": DELAYED}.get(status[:1], "")
    if action not in {FAILED, DELAYED}:
        return None
    recipient = _address(_field(block, "Original-Recipient")) or _address(_field(block, "Final-Recipient"))
    return Reported(action, status, said[:_SAID], recipient)


def _status(block: Message) -> str:
    """The code; the other server's own where the report only repeats its first digit."""
    told = _STATUS.search(_field(block, "Status"))
    own = _STATUS.search(_field(block, "Diagnostic-Code"))
    if told is None or (own is not None and told[1].endswith(".0.0") and own[1][0] == told[1][0]):
        told = own or told
    return told[1] if told else ""


def _complaint(part: Message) -> list[Reported]:
    """Somebody pressed "this is spam". What providers report besides (fraud, viruses) says as much."""
    kind = next((found for block in _inside(part) if (found := _field(block, "Feedback-Type"))), "")
    return [] if kind.lower() in {"", "not-spam"} else [Reported(COMPLAINT, said=kind.lower())]


def _field(block: Message, name: str) -> str:
    return decoding.header(str(block.get(name) or ""), 1000)


def _after_type(value: str) -> str:
    """What stands behind "smtp;" or "rfc822;"."""
    kind, sign, rest = value.partition(";")
    return rest.strip() if sign and re.fullmatch(r"[\w.-]{1,40}", kind.strip()) else value


def _address(value: str) -> str:
    return senders.normal(_after_type(value).strip("<> "))
