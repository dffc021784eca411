"""Which text of a message is in use: the one that came with the product, or the newest that somebody has written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from followups.letters.filling import Text
from followups.letters.shipped import LANGUAGES, is_draft, shipped, spoken
from followups.models import MessageTemplate
from followups.terms import MessagePurpose

# Those that nothing makes a message from, or not from the whole of it: what is written instead.
UNUSED = {
    MessagePurpose.RESOLUTION: _("Not used: whoever resolves a request writes the message themselves."),
    MessagePurpose.CLOSING: _("Not used: no message leaves when a request is closed."),
    MessagePurpose.SHARED_DELAY: _("Not used: each notice of a shared delay is written by hand."),
    MessagePurpose.DELAY_NOTICE: _(
        "Only the sentence about what had been named beforehand is used: whoever moves a promise writes the rest."
    ),
}


@dataclass(frozen=True)
class State:
    """How a message stands in one language: changed here or as it came, and whether the shipped text is a draft."""

    purpose: MessagePurpose
    language: str
    version: MessageTemplate | None
    waits_for_review: bool

    @property
    def is_changed(self) -> bool:
        """Whether a text of the organisation's own is in use."""
        return self.version is not None and not self.version.brings_back_the_shipped

    @property
    def unused(self) -> str:
        """That no message says it, or only a sentence of it, in words; empty where messages are made from it."""
        return str(UNUSED.get(self.purpose, ""))


def in_use(purpose: MessagePurpose | str, language: str) -> Text:
    """The text that a message for `purpose` is made from now; in English where there is none in `language`."""
    return text_of(MessageTemplate.objects.newest(purpose, spoken(language)), purpose, language)


def text_of(version: MessageTemplate | None, purpose: MessagePurpose | str, language: str) -> Text:
    """The text of one version; without one, or where it brings that back, the shipped text."""
    if version is None or version.brings_back_the_shipped:
        return shipped(purpose, language)
    return Text(version.subject, version.parts)


def states() -> list[list[State]]:
    """Each message in each language, in the order of the messages; in two queries at most, whatever was changed."""
    newest = {(row.purpose, row.language): row for row in MessageTemplate.objects.in_use().select_related("made_by")}
    return [
        [_state(purpose, language, newest.get((purpose.value, language))) for language in LANGUAGES]
        for purpose in MessagePurpose
    ]


def state_of(purpose: MessagePurpose, language: str) -> State:
    """How one message stands in one language."""
    return _state(purpose, language, MessageTemplate.objects.newest(purpose, language))


def _state(purpose: MessagePurpose, language: str, version: MessageTemplate | None) -> State:
    state = State(purpose, language, version, waits_for_review=False)
    return state if state.is_changed else State(purpose, language, version, is_draft(purpose, language))
