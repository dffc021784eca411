"""What a mail server said, or failed to say, in words that staff may read."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NobodyKnows(smtplib.SMTPException):
    """The mail was out to the last dot, but whether the server took it on it did not say."""


def in_words(error: Exception) -> str:
    """`error` as one line: the server's own answer where there is one, else what happened."""
    match error:
        case NobodyKnows():
            return _("The connection ended when the whole mail had been handed over.")
        case smtplib.SMTPRecipientsRefused():
            return " ".join(_answer(*answer) for answer in error.recipients.values())
        case smtplib.SMTPResponseException():
            return _answer(error.smtp_code, error.smtp_error)
        case smtplib.SMTPNotSupportedError():
            return _("The mail server does not offer what the settings ask for: %(what)s") % {"what": error}
        case smtplib.SMTPServerDisconnected():
            return _too_slow() if "timed out" in str(error) else _("The mail server ended the connection.")
        case smtplib.SMTPException():
            return _("The mail server's answers could not be understood.")
        case ssl.SSLCertVerificationError():
            return _("The mail server's certificate is not valid: %(why)s") % {"why": error.verify_message}
        case ssl.SSLError():
            return _("An encrypted connection to the mail server could not be made.")
        case TimeoutError():
            return _too_slow()
        case ConnectionRefusedError():
            return _("The mail server refused the connection.")
        case socket.gaierror():
            return _("The name of the mail server is not known.")
        case OSError():
            return _("The mail server can't be reached.")
        case ValidationError():
            return " ".join(error.messages)
    return _("The mail could not be built. The log of the worker says why.")


def _answer(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {re.sub(r'[^ -~¡-￿]+', ' ', said)}".strip()


def _too_slow() -> str:
    return _("The mail server did not answer in time.")
