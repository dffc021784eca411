"""G31: texts that were damaged or meant to do harm, and facts that are missing or hostile: no such mail leaves.

Either the text is refused when somebody wants to keep it, or the mail is, or it is whole and says what was typed.
"""

from __future__ import annotations

import re
from random import Random

import pytest

from followups.letters.checking import Facts, check_filled, stops
from followups.letters.filling import Text, fill
from followups.letters.parts import PLANS
from followups.letters.shipped import LANGUAGES, shipped
from followups.letters.validation import problems
from followups.terms import MessagePurpose
from tests.followups.test_shipped_texts import CUSTOMER, facts

MUTANTS = 400
INJECTIONS = [
    "{{7*7}}", "{% debug %}", "{customer.__class__}", "{0.__class__.__mro__}", "{customer!r}", "{customer:>99}",
    "%(customer)s", "%s", "${customer}", "#{7*7}", "<%= 7*7 %>", "{{ settings.SECRET_KEY }}", "{nobody}",
    "{% include '/etc/passwd' %}", "{customer", "customer}", "{}", "{ customer }", "{CUSTOMER}", "{cust\u200bomer}",
    "[[link:answer:satisfaction:1]]", "[without]\n{nobody}", "[one]\n{questions}", "\x00{customer}",
    "{customer}{customer", "‹fill me in›",
]  # fmt: skip


def _mutant(rng: Random, text: Text) -> Text:
    parts = dict(text.parts)
    slug = rng.choice(sorted(parts))
    words = parts[slug]
    at = rng.randrange(len(words) + 1)
    match rng.randrange(4):
        case 0:
            parts[slug] = words[:at] + words[at + 1 :]
        case 1:
            parts[slug] = words[:at] + rng.choice(INJECTIONS) + words[at:]
        case 2:
            del parts[slug]
        case _:
            parts[slug] = rng.choice(INJECTIONS)
    return Text(text.subject, parts)


@pytest.mark.parametrize("language", ["en", "hr", "ms"])
def test_no_mail_leaves_from_a_damaged_text_that_lacks_what_it_must_say(language: str) -> None:
    assert language in LANGUAGES
    rng, refused, held, left = Random(31), 0, 0, 0
    purposes = [purpose for purpose in MessagePurpose if PLANS[purpose].by_itself]
    for _number in range(MUTANTS):
        purpose = rng.choice(purposes)
        plan, text = PLANS[purpose], _mutant(rng, shipped(purpose, language))
        known = {name: value for name, value in facts(rng.choice((1, 2, 5, 21))).items() if rng.random() > 0.05}
        known["comment"] = rng.choice(INJECTIONS)
        if problems(text, plan, language):
            refused += 1
            continue
        filled = fill(text, plan, known, language=language, zone="UTC")
        if stops(check_filled(purpose, language, filled, Facts(CUSTOMER))):
            held += 1
            continue
        left += 1
        said = filled.body.replace(known["comment"], "")
        assert not re.search(r"\{\w+\}|\{\{|\bNone\b|\b49\b", f"{filled.subject}\n{said}"), said
        assert CUSTOMER in filled.parts["greeting"]
    assert min(refused, held, left) > 10
