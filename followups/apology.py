"""The letter that owns a miss: made of its parts, in the customer's language, and looked at before it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from followups import texts, wording
from followups.letters.checking import MOST_SENTENCES_OF_CAUSE, Facts, Remark, Severity, check, stops
from followups.letters.counting import sentences_in, words_in
from followups.letters.filling import fill
from followups.letters.parts import PLANS
from followups.letters.placeholders import type_value
from followups.letters.shipped import spoken
from followups.models import Recovery
from followups.terms import MessagePurpose
from people.models import Organisation, User
from tickets.wording import in_their_words

_PURPOSE = MessagePurpose.APOLOGY
_PLAN = PLANS[_PURPOSE]
# So long an explanation is read as one; more reads as an excuse.
MOST_WORDS_OF_CAUSE = 40


@dataclass(frozen=True)
class Counts:
    """How long the letter and its explanation are, and how long they should be at most."""

    words: int
    why_sentences: int
    why_words: int
    most_words: int = _PLAN.most_words
    most_sentences: int = MOST_SENTENCES_OF_CAUSE
    most_why_words: int = MOST_WORDS_OF_CAUSE

    @property
    def is_why_too_long(self) -> bool:
        """Whether the explanation is longer than anybody wants to read."""
        return self.why_sentences > self.most_sentences or self.why_words > self.most_why_words


class Apology:
    """What `by` would send for `recovery` as it is kept now. The organisation and the text in use are read once."""

    def __init__(self, recovery: Recovery, by: User):
        self.recovery, self._by = recovery, by
        self._customer = recovery.ticket.customer
        self._language = spoken(self._customer.language)
        self.organisation = Organisation.objects.the()
        self._zone = self._customer.zone or self.organisation.zone

    @property
    def letter(self) -> str:
        """What somebody has written, or else what the parts make."""
        return self.recovery.body or self.made

    @cached_property
    def made(self) -> str:
        """The text in use, filled with the parts; what is still missing stands between ‹ and ›."""
        text = texts.in_use(_PURPOSE, self._language)
        return fill(text, _PLAN, self._values, language=self._language, zone=self._zone).body

    @cached_property
    def remarks(self) -> list[Remark]:
        """What the letter lacks, in words for its author; what it must not leave without comes first."""
        recovery = self.recovery
        parts = {name: getattr(recovery, name) for name in ("why", "fix", "prevention", "remedy")}
        known = {name: said for name, said in parts.items() if said}
        facts = Facts(self._customer.name, zone=self._zone, values=self._values, parts=known)
        found = check(_PURPOSE, self._language, self.letter, facts)
        if recovery.remedy and _plain(recovery.remedy) not in _plain(self.letter):
            # An apology may be without a remedy; not without one that was decided.
            said = _("It lacks: %(part)s.") % {"part": _PLAN.part("remedy").words}
            found.insert(0, Remark(Severity.STOPS, "remedy", "missing", said))
        return found

    @property
    def lacks(self) -> list[str]:
        """Only what keeps it from leaving."""
        return [remark.words for remark in stops(self.remarks)]

    @property
    def counts(self) -> Counts:
        """How long it is."""
        return Counts(words_in(self.letter), sentences_in(self.recovery.why), words_in(self.recovery.why))

    @cached_property
    def _values(self) -> dict[str, type_value]:
        recovery, commitment, ticket = self.recovery, self.recovery.commitment, self.recovery.ticket
        with translation.override(self._customer.language):
            promised = commitment.promised_text or in_their_words(commitment.kind)
        return {
            **wording.of_ticket(ticket.number, ticket.subject, self._by.name),
            "customer": wording.greeted(self._customer),
            "organisation": self.organisation.name,
            "phone": self.organisation.phone,
            "promise_text": promised,
            "promised_date": commitment.due_at,
            "reason": recovery.why,
            "fix": recovery.fix,
            "new_date": recovery.new_due_at,
            "prevention": recovery.prevention,
            "remedy": recovery.remedy,
        }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(" .")
