"""Our own DKIM signature on what leaves, for those whose outgoing server does not sign."""

from __future__ import annotations

from email.charset import QP, Charset

from django.conf import settings
from django.core.mail import EmailMessage

from mail import own

# Whatever says who wrote what to whom, what it follows, what it is and how to stop it. Only those that a mail has: to
# sign the absence of one would break the mail wherever a list adds its own.
_COUNT = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "content-language", "auto-submitted", "x-auto-response-suppress",
    "list-unsubscribe", "list-unsubscribe-post", own.ID.lower(), own.SIGNATURE.lower(),
}  # fmt: skip
# Servers on the way may turn eight bits into seven: what was signed must be what arrives.
_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = QP


def is_on() -> bool:
    """Whether we sign; the settings have seen to it that the key is there."""
    return bool(settings.DKIM_KEY)


def prepare(mail: EmailMessage) -> None:
    """Have `mail` written so that its signature survives the way."""
    mail.encoding = _SEVEN_BITS


def signed(content: bytes) -> bytes:
    """`content` with our signature in front of it."""
    # Only where mail is signed: it takes longer to load than all the other mail modules together.
    import dkim

    mail = dkim.DKIM(content, linesep=b"\r\n")
    names = [name for name, _value in mail.headers if name.decode("ascii").lower() in _COUNT]
    signature = mail.sign(
        settings.DKIM_SELECTOR.encode(),
        settings.DKIM_DOMAIN.encode(),
        settings.DKIM_KEY,
        canonicalize=(b"relaxed", b"relaxed"),
        # Once more than it is there: a second From would break it.
        include_headers=[*names, b"from"],
    )
    return signature + content
