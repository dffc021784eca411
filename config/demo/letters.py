"""The words around the words: greetings, and the letters as the customers read them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from config.demo.company import Company
from config.demo.rows import Row
from followups import wording
from followups.letters.filling import fill
from followups.letters.parts import PLANS
from followups.letters.shipped import shipped
from followups.terms import MessagePurpose
from people.folding import fold
from people.models import User
from tickets.models import Commitment, MessagePromise
from tickets.wording import told_in_words
from ui.formats import long_date

if TYPE_CHECKING:
    from config.demo.matter import Said

_fold = lru_cache(maxsize=100_000)(fold)
_GREETING = {"en": "Hello {name},", "hr": "Dobar dan, {name},"}
_ONE_QUESTION = {"en": "one question, so that we can go on:", "hr": "imamo jedno pitanje da bismo mogli dalje:"}
_HERE = {
    "en": "your message “{subject}” is here and has the number T-{number}. A person answers you within {hours} working "
    "hours; we are open Monday to Friday, 8:00 to 16:00.\n\nTo add something, just reply to this message.",
    "hr": "Vaša je poruka „{subject}“ stigla i ima broj T-{number}. Odgovaramo Vam u roku od {hours} radnih sati; "
    "radimo od ponedjeljka do petka, od 8 do 16 sati.\n\nAko želite nešto dodati, odgovorite na ovu poruku.",
}
_NOTHING_NEW = {
    "en": (
        "there is nothing new to tell yet: we wait for the same step, and I asked for it again this morning.",
        "the step I wrote about last time is not done yet. I have asked for a day, and you get it from me.",
        "no result so far. Nothing is needed from you; the next message has the date or the reason.",
    ),
    "hr": (
        "novosti još nema: čekamo isti korak i jutros smo ga ponovno zatražili.",
        "korak iz prošle poruke još nije gotov. Zatražili smo dan i javit ćemo Vam ga.",
        "zasad nema rezultata. Od Vas ništa ne treba; u idućoj su poruci dan ili razlog.",
    ),
}
_SORRY = {
    "en": "I wrote that you would hear from us by {when}, and you did not. That is our mistake and I am sorry. ",
    "hr": "rok za našu poruku bio je {when} i nismo ga održali. To je naša pogreška i žao mi je. ",
}


def greet(customer: Any, text: str, by: User, company: str = "Adriatica City Services") -> str:
    """A whole letter: the name in its plain form, what there is to say, who says it."""
    return f"{_hello(customer)}\n\n{text}\n\n{by.name}\n{company}"


def nothing_new(customer: Any, turn: int) -> str:
    """An honest progress update without progress."""
    said = _NOTHING_NEW[customer.language]
    return said[turn % len(said)]


def lower(text: str) -> str:
    """`text` as it goes on after a greeting."""
    return text[:1].lower() + text[1:]


def asking(customer: Any, question: str, by: User) -> str:
    """A letter that asks one thing."""
    return greet(customer, f"{_ONE_QUESTION[customer.language]}\n\n{question}", by)


def sorry(customer: Any, promised: datetime, text: str, by: User, company: Company) -> str:
    """A letter that owns a miss: the fact, no "but", and what there is to say now."""
    with translation.override(customer.language):
        when = long_date(promised, company.zone.key)
    return greet(customer, _SORRY[customer.language].format(when=when) + text[:1].upper() + text[1:], by)


def folded(number: int, subject: str, customer: Any) -> str:
    """What a search for a ticket looks at, as `tickets.actions.tickets.folded_text`."""
    return " ".join([str(number), _fold(subject), _fold(customer.name), _fold(customer.email)])


def acknowledgement(customer: Any, ticket: Row, company: Company) -> str:
    """That the message is here, its number, and when a person answers."""
    hours = next(
        v for v in reversed(company.versions) if v.standard.code == "S-2" and v.effective_from <= ticket.opened_at
    )
    text = _HERE[customer.language].format(
        subject=ticket.subject, number=ticket.number, hours=(hours.window_minutes or 0) // 60
    )
    return f"{_hello(customer)}\n\n{text}"


def letter(
    body: str, told: tuple[Said, ...], wait_until: datetime | None, resolves: bool, customer: Any, company: Company
) -> str:
    """The mail that a reply becomes, as `tickets.wording.letter` writes it: the words, then every date."""
    zone = company.zone.key
    with translation.override(customer.language):
        lines = [told_in_words(_promise(said), zone) for said in told]
        if wait_until:
            lines.append(_("We wait for your answer until %(date)s.") % {"date": long_date(wait_until, zone, by=True)})
        if resolves:
            lines.append(_("If something is still not right, just reply to this message. It comes back to us."))
    return "\n\n".join([body, *lines])


def question(customer: Any, ticket: Row, company: Company, request: int) -> tuple[str, str]:
    """Subject and text of the question whether it is settled, as the worker asks it."""
    who = next(
        (person for crew in company.crews.values() for person in crew.people if person.pk == ticket.owner_id), None
    )
    lead = next(crew.lead for crew in company.crews.values() if crew.team.pk == ticket.team_id)
    values = wording.question_values(
        number=ticket.number, subject=ticket.subject, about=f"satisfaction:{request}", who=(who or lead).name
    )
    filled = fill(
        shipped(MessagePurpose.SATISFACTION_QUESTION, customer.language),
        PLANS[MessagePurpose.SATISFACTION_QUESTION],
        {**values, "customer": wording.greeted(customer)},
        language=customer.language,
        zone=company.zone.key,
    )
    return filled.subject, filled.body


def _hello(customer: Any) -> str:
    return _GREETING[customer.language].format(name=customer.name)


def _promise(said: Said) -> MessagePromise:
    old = said.moves
    moved = Commitment(kind=old.kind, first_due_at=old.first_due_at) if old else None
    return MessagePromise(
        kind=said.moves.kind if said.moves else said.kind,
        words=said.words, due_at=said.due_at, slot_starts_at=said.slot_starts_at, condition=said.condition,
        window_days=said.days,
        moves=moved, reason=said.reason,
    )  # fmt: skip
