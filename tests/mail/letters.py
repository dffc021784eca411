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
