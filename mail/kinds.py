"""Parts of mails that are no text: what they are called where their sender has not said, and which hold a text."""

from __future__ import annotations

from mimetypes import MimeTypes

from mail import decoding

# What a text begins with that only its receiver's key opens.
ARMOURED = "-----BEGIN PGP MESSAGE-----"

_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/ms-tnef", "application/vnd.ms-tnef"}

_NAMES = {
    "application/ics": "invite.ics",
    "application/ms-tnef": "winmail.dat",
    "application/octet-stream": "attachment.bin",
    # Only says by which version; what is encrypted follows.
    "application/pgp-encrypted": "version.txt",
    "application/pgp-keys": "key.asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "text/calendar": "invite.ics",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
}
# What Python brings along; the machine's own list would name files differently on each.
_ENDINGS = MimeTypes()


def is_sealed(kind: str, name: str) -> bool:
    """Whether such a file holds the text of a mail that comes without any."""
    return kind in _SEALED or name.lower().endswith((".asc", ".pgp", ".gpg"))


def file_name(kind: str, inside: str) -> str:
    """The name of a part of that kind, `inside` a part of another, that came without one."""
    if inside == "multipart/encrypted" and kind == "application/octet-stream":
        return "encrypted.asc"
    if kind.startswith("message/"):
        return "message.eml"
    ending = _ENDINGS.guess_extension(kind) or f".{kind.partition('/')[2][:20]}"
    return _NAMES.get(kind) or decoding.file_name(f"attachment{ending}")
