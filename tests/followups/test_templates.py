"""A text is kept where it can say what its message must; what it is filled with is never read as a text."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from followups import texts, wording
from followups.actions import followups, templates
from followups.letters.filling import Text, fill
from followups.letters.parts import PLANS
from followups.letters.placeholders import PLACEHOLDERS, put_in
from followups.letters.shipped import shipped
from followups.letters.validation import problems
from followups.models import CallTask, FollowUp, MessageTemplate
from followups.playbook_terms import Mode
from followups.shipped import SHIPPED
from followups.tasks import carry_out
from followups.terms import MessagePurpose
from tests import make
from tests.followups.playing import ASKED, RESOLVED, resolved_ticket
from tests.make import MONDAY_9AM
from tests.source import CHECKOUT
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
QUESTION = MessagePurpose.SATISFACTION_QUESTION


def changed(purpose=QUESTION, language="en", *, based_on=0, subject="Settled? {number}", **parts):
    whole = dict(shipped(purpose, language).parts) | parts
    return templates.change(
        purpose, language, subject=subject, parts=whole, based_on=based_on, by=make.user(), now=MONDAY_9AM
    )


def refused(**parts: str) -> dict[str, list[str]]:
    return problems(Text("Settled?", dict(shipped(QUESTION, "en").parts) | parts), PLANS[QUESTION], "en")


def asked(ticket: Ticket) -> str:
    return wording.question(
        ticket.customer, number=ticket.number, subject=ticket.subject, about="satisfaction:7", who="Ivana Perić"
    )[1]


def test_what_was_changed_is_said_from_then_on_and_the_shipped_text_can_come_back():
    make.organisation()
    ticket, by = make.ticket(), make.user()
    version = changed(page="[one]\n{questions} question\n[other]\n{questions} questions. {agent} reads your words.")
    assert "2 questions. Ivana Perić reads your words." in asked(ticket)
    assert texts.state_of(QUESTION, "en").is_changed
    templates.bring_back(QUESTION, "en", based_on=version.version, by=by, now=MONDAY_9AM)
    assert "A person reads every answer." in asked(ticket)
    assert [row.version for row in MessageTemplate.objects.all()] == [2, 1]
    assert not texts.state_of(QUESTION, "en").is_changed


def test_nothing_new_makes_no_version_and_nobody_overwrites_what_they_have_not_seen():
    make.organisation()
    assert changed(subject=shipped(QUESTION, "en").subject) is None
    changed()
    with pytest.raises(ValidationError, match="meanwhile"):
        changed(subject="Something else {number}")


@pytest.mark.parametrize(
    ("part", "words", "said"),
    [
        ("greeting", "Hello {custmer},", "{custmer} is not known here. Is {customer} meant?"),
        ("greeting", "Hello {{ customer }},", "Braces stand around"),
        ("greeting", "Hello {customer.password},", "Braces stand around"),
        ("greeting", "Hello,", "This part has to name {customer}."),
        ("question", "", "The message cannot do without this part."),
        ("page", "{questions} questions", "these forms, too: [one]"),
        ("page", "[one]\n{questions}\n[other]\n{questions}\n[several]\nx", "[several] is no form"),
        ("name", "{agent} ‹your number›", "leaves by itself"),
        ("name", "{agent} [[link:answer:satisfaction:1]]", "Links are placeholders"),
    ],
)
def test_a_text_that_cannot_say_what_it_must_is_refused_beside_its_part(part, words, said):
    assert said in " ".join(refused(**{part: words})[part])


def test_a_text_that_is_too_long_is_refused():
    assert "50" in str(refused(again="Again and {subject}. " + "Word " * 50))


def test_a_mail_that_lacks_something_is_not_sent_and_becomes_a_call():
    make.organisation()
    ticket = resolved_ticket(customer=make.customer(phone="01 555 0100"))
    planned = followups.plan(ticket, now=RESOLVED)
    # As one that was kept before its part was required.
    parts = {slug: words for slug, words in shipped(QUESTION, "en").parts.items() if slug != "page"}
    MessageTemplate.objects.create(
        purpose=QUESTION, language="en", version=1, subject="?", parts=parts, made_at=MONDAY_9AM, made_by=make.user()
    )
    with time_machine.travel(ASKED, tick=False):
        carry_out()
    planned.refresh_from_db()
    assert (planned.state, planned.delivery) == (FollowUp.State.FAILED, None)
    assert "That a person reads the answers" in planned.reason
    assert CallTask.objects.to_make().get().followup == planned


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(), max_size=6), st.text())
def test_what_is_filled_in_is_never_read_again(worded, text):
    braces = {name: f"{{customer}}{words}{{{{x}}}}{{number}}" for name, words in worded.items()}
    filled = put_in("<{customer}|{number}|{reason}>", braces)
    for name in ("customer", "number", "reason"):
        assert braces.get(name, f"{{{name}}}") in filled
    assert put_in(text, {}) == text


def test_a_subject_with_braces_stands_in_the_mail_as_it_is():
    values = {
        "customer": "{agent} %s {0.__class__}",
        "subject": "{customer} {{ x }}",
        "agent": "Ivana",
        "number": "T-7",
    }
    filled = fill(shipped("check_in", "en"), PLANS[MessagePurpose.CHECK_IN], values, language="en", zone="UTC")
    assert filled.parts["greeting"] == "Hello {agent} %s {0.__class__},"
    assert "“{customer} {{ x }}”" in filled.parts["question"]


def test_of_a_text_that_no_message_is_made_from_it_is_said_so():
    lists = {"parts.py", "shipped.py", "terms.py", "texts.py"}
    makers = [path for path in (CHECKOUT / "followups").rglob("*.py") if path.name not in lists]
    named = set(re.findall(r"MessagePurpose\.([A-Z_]+)", "\n".join(path.read_text("utf-8") for path in makers)))
    by_itself = {step.purpose for playbook in SHIPPED for step in playbook.steps if step.mode == Mode.SEND}
    made = {purpose for purpose in MessagePurpose if purpose.name in named or purpose in by_itself}
    # Of the notice of a delay one sentence is used.
    assert set(texts.UNUSED) == {*MessagePurpose} - made | {MessagePurpose.DELAY_NOTICE}
