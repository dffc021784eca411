"""Ten thousand mails that nobody wrote come in: each is kept as it came and accounted for, and stops no other."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bench.report import percentile, table
from mail.models import InboundMail
from tests.mail.mutants import mails
from tests.tickets.taking_in import Taken, accounted, take_in

NUMBER, SEED = 10_000, 5
LONGEST = 10.0


@pytest.mark.django_db
def test_all_are_kept_and_accounted_for_and_none_takes_long() -> None:
    taken = take_in(mails(NUMBER, seed=SEED))
    wrong, states = accounted(taken)
    _show(taken, states)
    assert not wrong, "\n".join(wrong)
    assert InboundMail.objects.count() == NUMBER
    assert max(one.seconds for one in taken) < LONGEST


def test_explaining_any_of_them_ends_with_a_line_of_json(tmp_path: Path) -> None:
    files = []
    for place, raw in enumerate(mails(NUMBER, seed=SEED)):
        files.append(tmp_path / f"{place:05}.eml")
        files[-1].write_bytes(raw)
    said = StringIO()
    call_command("receive_mail", "--explain", *map(str, files), stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == NUMBER
    assert all({"from", "subject", "text", "automatic", "bounce"} <= json.loads(line).keys() for line in lines)


def _show(taken: list[Taken], states: Counter[str]) -> None:
    times = [one.seconds * 1000 for one in taken]
    print(f"\n{len(taken)} mails, seed {SEED}, {sum(len(one.raw) for one in taken) / 1e6:.0f} MB")
    table([{"state": state, "mails": number} for state, number in states.most_common()])
    table([{"ms": "p50", "of a mail": percentile(times, 0.5)}, {"ms": "p99", "of a mail": percentile(times, 0.99)}])
    slowest = sorted(taken, key=lambda one: -one.seconds)[:8]
    table([_told(one) for one in slowest])


def _told(one: Taken) -> dict[str, object]:
    mail = one.mail
    return {"slowest ms": one.seconds * 1000, "bytes": len(one.raw), "state": mail.state, "why": mail.why_parked[:60]}
