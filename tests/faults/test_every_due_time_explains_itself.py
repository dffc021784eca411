"""Each due time of twenty thousand tickets follows from its trail alone: begun, paused, moved, reopened, ended."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
import time_machine
from django.core.management import call_command

from config.management.commands.load_demo import found
from tests.config.demo.scenes import MONDAY
from tests.trails import differing
from tickets.models import Commitment, Pause

TICKETS = 20_000


@pytest.mark.django_db
def test_every_due_time_of_twenty_thousand_tickets_follows_from_its_trail():
    with time_machine.travel(MONDAY, tick=False):
        found(MONDAY)
        call_command("load_scale", tickets=TICKETS)
    rows = Commitment.objects.all()
    kinds = Counter(rows.values_list("outcome", flat=True))
    others = {
        "moved to": rows.exclude(replaces=None).count(),
        "pauses": Pause.objects.count(),
        "reopened": rows.filter(follows_why="reopened").count(),
    }
    wrong = list(islice(differing(rows), 5))
    print(f"{rows.count():,} commitments of {TICKETS:,} tickets {dict(kinds)} {others}: {len(wrong)} differences")
    assert wrong == []
