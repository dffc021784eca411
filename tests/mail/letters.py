"""Mails as they come in, ordinary and hostile, for tests."""

from __future__ import annotations

from base64 import b64encode

ANA = "Ana Kovač <ana@example.test>"


def letter(
    body: str | bytes = "The printer does not print.",
    *,
    sender: str = ANA,
    to: str = "support@example.test",
    subject: str = "Printer",
    message_id: str = "<1@example.test>",
    kind: str = "text/plain; charset=utf-8",
    **headers: str,
) -> bytes:
    """A mail. More headers as keywords: `auto_submitted="auto-replied"`."""
    given = {
        "From": sender, "To": to, "Subject": subject, "Message-ID": message_id, "MIME-Version": "1.0",
        "Content-Type": kind, "Content-Transfer-Encoding": "8bit",
        **{name.replace("_", "-").title(): value for name, value in headers.items()},
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + (body.encode() if isinstance(body, str) else body)


def parts(*inner: bytes, kind: str = "mixed", boundary: str = "b", **fields: str) -> bytes:
    """A mail of several parts, each with its own headers."""
    content = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in inner)
    end = b"--" + boundary.encode() + b"--\r\n"
    return letter(content + end, kind=f'multipart/{kind}; boundary="{boundary}"', **fields)


def part(content: str | bytes, kind: str = "text/plain; charset=utf-8", *, name: str = "") -> bytes:
    """One of them."""
    raw = content.encode() if isinstance(content, str) else content
    disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n"
    return head.encode() + b64encode(raw)


def nested(depth: int) -> bytes:
    """Parts within parts."""
    inner = "".join(
        f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n" for number in range(depth)
    )
    return b"From: ana@example.test\r\nSubject: Deep\r\n" + inner.encode() + b"\r\nx"


def report(
    action: str = "failed",
    status: str = "5.1.1",
    *,
    said: str = "",
    groups: list[tuple[str, str, str]] | None = None,
    to: str = "support@example.test",
    **fields: str,
) -> bytes:
    """What a mail server says of a mail to Ana; `groups` for several: recipient, action and status of each."""
    blocks = ["Reporting-MTA: dns; mx.example.test"]
    for recipient, what, code in groups or [("rfc822; ana@example.test", action, status)]:
        lines = [f"Final-Recipient: {recipient}", f"Action: {what}", f"Status: {code}"]
        blocks.append("\r\n".join([*lines, *([f"Diagnostic-Code: smtp; {said}"] if said else [])]))
    told = "Content-Type: message/delivery-status\r\n\r\n" + "\r\n\r\n".join(blocks) + "\r\n"
    given = {"sender": "MAILER-DAEMON@mx.example.test", "subject": "Undelivered Mail", "return_path": "<>", **fields}
    inner = [part("I'm sorry to have to inform you that your message could not be delivered."), told.encode()]
    return parts(*inner, kind="report; report-type=delivery-status", to=to, **given)


def complaint(what: str = "abuse", *, to: str = "support@example.test") -> bytes:
    """What a provider says when somebody has pressed "this is spam"."""
    told = f"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: {what}\r\nUser-Agent: Loop/1.0\r\n"
    inner = [part("This is an abuse report."), told.encode()]
    return parts(*inner, kind="report; report-type=feedback-report", to=to, sender="feedback@provider.test")
