"""Programs that answer mail by themselves: some say so in headers, others can only be known by their words."""

from __future__ import annotations

from tests.mail.letters import letter, part, parts, report

WITH_HEADERS = {
    "out of office, RFC 3834": {"subject": "Out of office", "auto_submitted": "auto-replied"},
    "auto-replied with parameters": {"auto_submitted": "Auto-Replied (vacation); owner-email=ana@example.test"},
    "Exchange": {
        "subject": "Automatic reply: Printer",
        "x_auto_response_suppress": "All",
        "auto_submitted": "auto-generated",
    },
    "vacation(1)": {"precedence": "bulk", "subject": "away from my mail", "in_reply_to": "<7@us.test>"},
    "Postfixadmin": {"precedence": "auto_reply"},
    "cPanel": {"x_autorespond": "Printer"},
    "Lotus": {"x_mail_autoreply": "yes"},
    "empty return path": {"return_path": "<>", "subject": "I am away"},
    "challenge": {"auto_submitted": "auto-replied", "subject": "Confirm that you are a person"},
}
BY_THEIR_WORDS = {
    "German": {"subject": "Automatische Antwort: Drucker"},
    "German, absent": {"subject": "Abwesenheitsnotiz"},
    "French": {"subject": "Réponse automatique : Imprimante"},
    "Spanish": {"subject": "Respuesta automática: Impresora"},
    "Italian": {"subject": "Risposta automatica: Stampante"},
    "Croatian": {"subject": "Automatski odgovor: Pisač"},
    "Malay": {"subject": "Balasan Automatik: Pencetak"},
    "Polish": {"subject": "Odpowiedź automatyczna: Drukarka"},
    "English, without a colon": {"subject": "Out of Office"},
}
DIGEST = {
    "list_id": "<neighbours.example.test>",
    "precedence": "list",
    "subject": "neighbours Digest, Vol 7, Issue 3",
    "sender": "neighbours-request@example.test",
}


def answers(to: str = "support@example.test", **more: str) -> dict[str, bytes]:
    """What each of them sends to `to`, by the name of the program."""
    written = {
        name: letter(
            f"{name}: I am away until Monday.", to=to, message_id=f"<{number}@away.test>", **{**more, **headers}
        )
        for number, (name, headers) in enumerate((WITH_HEADERS | BY_THEIR_WORDS).items())
    }
    digest = parts(part("Today's topics: printers"), to=to, kind="digest", **{**more, **DIGEST})
    return written | {"delivery report": report(to=to), "digest of a list": digest}
