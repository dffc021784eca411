"""What each message consists of: its parts in order, which of them it must have, and how long it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from followups.letters.placeholders import EVERYWHERE
from followups.terms import MessagePurpose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True)
class Part:
    """One thing that a message says.

    `needs` are the placeholders without which it would not say it. A part that is not `required` may be
    missing from a text; one that is `where_known` is left out of a mail when there is no such fact to tell.
    `when` and `unless` name a fact that decides whether it is said at all. It `joins` the paragraph before it.
    """

    slug: str
    words: StrPromise
    needs: tuple[str, ...] = ()
    required: bool = True
    where_known: bool = False
    when: str = ""
    unless: str = ""
    joins: bool = False
    goes_first: bool = False


@dataclass(frozen=True)
class Plan:
    """The parts of a message, the most words it may have, and what else its text may name.

    `by_itself` messages leave without anybody reading them; the others are drafts that a person finishes.
    """

    parts: tuple[Part, ...]
    most_words: int
    also: tuple[str, ...] = ()
    by_itself: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every placeholder that a text for it may name."""
        needed = (name for part in self.parts for name in part.needs)
        return tuple(dict.fromkeys([*EVERYWHERE, *needed, *self.also]))

    def part(self, slug: str) -> Part:
        """The part of that name; `KeyError` where there is none."""
        return {part.slug: part for part in self.parts}[slug]


_HELLO = Part("greeting", _("A greeting with the customer's name"), ("customer",))
_NAME = Part("name", _("The name of a person"), ("agent",))
_ANSWERS = Part("answers", _("The answers, as links"), ("link_answer_yes", "link_answer_not_quite", "link_answer_no"))
_NEXT = Part("next_date", _("By when the customer hears from us next"), ("next_date",))
_PHONE = Part("phone", _("A number to call"), ("phone",), where_known=True)
_REOPENS = Part("reopens", _("That any reply opens it again"))
_CLOSES = Part("closes", _("What happens without an answer, and when"), ("closes_at",))


def _silence() -> Plan:
    return Plan(
        (
            _HELLO,
            Part("question", _("The one question, to be answered in one line"), ("question",)),
            _CLOSES,
            replace(_REOPENS, when="closes_at", joins=True),
            _NAME,
        ),
        60,
        by_itself=True,
    )


PLANS: dict[MessagePurpose, Plan] = {
    MessagePurpose.ACKNOWLEDGEMENT: Plan(
        (
            _HELLO,
            Part("received", _("That it is here, its number, and who looks after it"), ("subject", "number", "team")),
            Part("arrived", _("When it arrived, if that is a while ago"), ("arrived",), required=False, joins=True),
            Part("next_date", _("By when a person answers"), ("next_date",), where_known=True),
            Part("opens", _("When we are open again"), ("opens_at",), required=False, joins=True),
            Part("obstacle", _("What may get in the way"), ("obstacle",), required=False, goes_first=True),
            Part("add", _("How to add something or see how it stands"), ("link_status",)),
        ),
        90,
        by_itself=True,
    ),
    MessagePurpose.PROGRESS_UPDATE: Plan(
        (
            _HELLO,
            Part("happened", _("What has happened since we last wrote"), ("happened",)),
            Part("next_step", _("What happens next, and who does it"), ("next_step",)),
            Part("obstacle", _("What may get in the way, if it is new"), ("obstacle",), required=False),
            Part("question", _("What we need from the customer"), ("question",), required=False),
            _NEXT,
            _NAME,
        ),
        80,
    ),
    MessagePurpose.DELAY_NOTICE: Plan(
        (
            _HELLO,
            Part("promise", _("The promise as it was made"), ("promise_text", "promised_date")),
            Part("later", _("That it will be later, plainly, with the new time"), ("new_date",), joins=True),
            Part("reason", _("The reason, in at most two sentences"), ("reason",)),
            Part("forewarned", _("That it had been named beforehand"), ("obstacle",), required=False, joins=True),
            Part("meanwhile", _("What we do meanwhile, or another way"), ("meanwhile",)),
            _NEXT,
            _NAME,
        ),
        100,
        also=("late_days",),
    ),
    MessagePurpose.APOLOGY: Plan(
        (
            _HELLO,
            Part("what", _("The promise, and what became of it"), ("promise_text", "promised_date")),
            Part("sorry", _("That we are sorry, without “if” and without “but”"), joins=True),
            Part("why", _("Why, in one or two sentences"), ("reason",)),
            Part("fix", _("How it is put right, with a date"), ("fix", "new_date")),
            Part("prevention", _("What was changed so that it does not come again"), ("prevention",)),
            Part("remedy", _("What the customer gets for it"), ("remedy",), required=False),
            Part("contact", _("Whom to reach directly, with room for questions"), ("phone",)),
            _NAME,
        ),
        120,
        also=("late_days", "next_date"),
    ),
    MessagePurpose.RESOLUTION: Plan(
        (
            _HELLO,
            Part("solution", _("The solution, in the first sentence"), ("solution",)),
            Part("done", _("What was done that matters to the customer"), ("done",), required=False),
            Part("not_right", _("What to do if it is not right")),
            _NAME,
        ),
        90,
    ),
    MessagePurpose.SATISFACTION_QUESTION: Plan(
        (
            _HELLO,
            Part("question", _("What it was about, and the one question"), ("subject",), unless="asked_again"),
            Part("again", _("The same after “not settled”"), ("subject",), when="asked_again"),
            _ANSWERS,
            Part("page", _("That a person reads the answers"), ("questions",)),
            _NAME,
        ),
        50,
        by_itself=True,
    ),
    MessagePurpose.SATISFACTION_REMINDER: Plan(
        (
            _HELLO,
            Part("question", _("What it was about, and the one question"), ("subject",)),
            _ANSWERS,
            _CLOSES,
            _NAME,
        ),
        60,
        by_itself=True,
    ),
    MessagePurpose.SATISFACTION_SEVERAL: Plan(
        (
            _HELLO,
            Part("question", _("The one question about all of them"), ("requests",)),
            Part("list", _("The requests, each with its link"), ("list",)),
            Part("page", _("That a person reads the answers")),
            _NAME,
        ),
        # Each request adds its subject and when it is closed.
        60,
        also=("numbers",),
        by_itself=True,
    ),
    MessagePurpose.NOT_SETTLED: Plan(
        (
            _HELLO,
            Part("thanks", _("Thanks for saying that it is not settled"), ("subject",), unless="settled"),
            Part("thanks_handling", _("Thanks for saying how we handled it"), ("subject",), when="settled"),
            Part("said", _("What the customer wrote"), ("comment",), required=False, joins=True),
            Part("now", _("What we do now, and by when"), ("fix",)),
            _PHONE,
            _NAME,
        ),
        80,
        also=("next_date",),
    ),
    MessagePurpose.THANK_YOU: Plan(
        (
            _HELLO,
            Part("thanks", _("Thanks for something in particular"), ("thing",)),
            Part("who", _("Whom to turn to"), ("agent",)),
            Part("next_step", _("What happens next"), ("next_step",), required=False),
            _NAME,
        ),
        50,
        by_itself=True,
    ),
    MessagePurpose.CHECK_IN: Plan(
        (
            _HELLO,
            Part("question", _("What it was about, and the one question"), ("subject",)),
            Part("answers", _("“Fine” and “not fine”, as links"), ("link_answer_yes", "link_answer_no")),
            _NAME,
        ),
        40,
        also=("link_answer_not_quite",),
        by_itself=True,
    ),
    MessagePurpose.SILENCE_REMINDER: _silence(),
    MessagePurpose.SILENCE_SECOND: _silence(),
    MessagePurpose.SILENCE_LAST: _silence(),
    MessagePurpose.CLOSING: Plan(
        (
            _HELLO,
            Part("closed", _("That it is closed now, and why"), ("subject", "number")),
            _REOPENS,
            _NAME,
        ),
        50,
        by_itself=True,
        also=("question",),
    ),
    MessagePurpose.DECLINE: Plan(
        (
            _HELLO,
            Part("no", _("A plain no, with the reason"), ("reason",)),
            Part("alternatives", _("At least one other way, with a time"), ("alternatives",)),
            Part("disagree", _("Where to turn in case of disagreement")),
            _NAME,
        ),
        100,
        also=("next_date",),
    ),
    MessagePurpose.SHARED_DELAY: Plan(
        (
            _HELLO,
            Part("what", _("What has happened, and what it means for this request"), ("reason", "subject")),
            Part("later", _("The new time"), ("new_date",), required=False),
            Part("meanwhile", _("What we do meanwhile, or another way"), ("meanwhile",), required=False),
            _NEXT,
            _NAME,
        ),
        100,
    ),
    MessagePurpose.CALLBACK_NOT_REACHED: Plan(
        (
            _HELLO,
            Part("tried", _("When and how often we called"), ("attempts", "tried_at")),
            Part("next_date", _("When we call again"), ("next_date",)),
            Part("choose", _("How to choose another time")),
            _NAME,
        ),
        60,
    ),
    MessagePurpose.CALL_NOTE: Plan(
        (
            _HELLO,
            Part("called", _("When we spoke"), ("called_at",)),
            Part("summary", _("What was said"), ("summary",)),
            Part("promise", _("What was promised"), ("promise_text", "promised_date"), where_known=True),
            Part("not_right", _("What to do if something is not noted right")),
            _NAME,
        ),
        80,
    ),
}
