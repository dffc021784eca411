"""The letter that owns a miss: made of its parts, in the customer's language, and looked at before it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from followups import wording
from followups.letters.checking import MOST_SENTENCES_OF_CAUSE, Facts, Remark, Severity, check, stops
from followups.letters.counting import sentences_in, words_in
from followups.letters.parts import PLANS
from followups.letters.placeholders import type_value
from followups.letters.shipped import spoken
from followups.models import Recovery
from followups.terms import MessagePurpose
from people.models import Organisation, User
from tickets.wording import in_their_words, zone_of

PURPOSE = MessagePurpose.APOLOGY
# So long an explanation is read as one; more reads as an excuse (domain.md S5.18).
MOST_WORDS_OF_CAUSE = 40


@dataclass(frozen=True)
class Counts:
    """How long the letter and its explanation are, and how long they should be at most."""

    words: int
    why_sentences: int
    why_words: int
    most_words: int = PLANS[PURPOSE].most_words
    most_sentences: int = MOST_SENTENCES_OF_CAUSE
    most_why_words: int = MOST_WORDS_OF_CAUSE

    @property
    def is_why_too_long(self) -> bool:
        """Whether the explanation is longer than anybody wants to read."""
        return self.why_sentences > self.most_sentences or self.why_words > self.most_why_words


def letter(recovery: Recovery, by: User) -> str:
    """What `by` sends: what somebody has written, or else the text in use with the parts that there are."""
    return recovery.body or made_of_parts(recovery, by)


def made_of_parts(recovery: Recovery, by: User) -> str:
    """The text in use, filled with the parts; what is still missing stands between ‹ and ›."""
    return wording.made(PURPOSE, recovery.ticket.customer, _values(recovery, by)).body


def remarks(recovery: Recovery, text: str, by: User) -> list[Remark]:
    """What `text` lacks, in words for its author; what it must not leave without comes first."""
    customer = recovery.ticket.customer
    values = _values(recovery, by)
    parts = {"why": recovery.why, "fix": recovery.fix, "prevention": recovery.prevention, "remedy": recovery.remedy}
    facts = Facts(
        customer.name,
        zone=zone_of(customer),
        values=values,
        parts={name: said for name, said in parts.items() if said},
    )
    found = check(PURPOSE, spoken(customer.language), text, facts)
    if (
        recovery.remedy
        and " ".join(recovery.remedy.split()).casefold().rstrip(" .") not in " ".join(text.split()).casefold()
    ):
        # A remedy may be missing from an apology; not one that was decided.
        said = _("It lacks: %(part)s.") % {"part": PLANS[PURPOSE].part("remedy").words}
        found.insert(0, Remark(Severity.STOPS, "remedy", "missing", said))
    return found


def lacks(recovery: Recovery, text: str, by: User) -> list[str]:
    """Only what keeps it from leaving."""
    return [remark.words for remark in stops(remarks(recovery, text, by))]


def counts(recovery: Recovery, text: str) -> Counts:
    """How long `text` and the explanation in it are."""
    return Counts(words_in(text), sentences_in(recovery.why), words_in(recovery.why))


def _values(recovery: Recovery, by: User) -> dict[str, type_value]:
    ticket, commitment = recovery.ticket, recovery.commitment
    with translation.override(ticket.customer.language):
        promised = commitment.promised_text or in_their_words(commitment.kind)
    return {
        **wording.of_ticket(ticket.number, ticket.subject, by.name),
        "phone": Organisation.objects.the().phone,
        "promise_text": promised,
        "promised_date": commitment.due_at,
        "reason": recovery.why,
        "fix": recovery.fix,
        "new_date": recovery.new_due_at,
        "prevention": recovery.prevention,
        "remedy": recovery.remedy,
    }
