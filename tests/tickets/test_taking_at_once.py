"""Two colleagues say "I take it" at the same moment: one answers for it, the other is told who does."""

import pytest
from django.core.exceptions import ValidationError

from tests import make
from tests.make import MONDAY_9AM, hours
from tests.tickets.test_merging_at_once import at_once
from tickets.actions import handover
from tickets.models import Commitment, Event, HandOver

pytestmark = pytest.mark.django_db(transaction=True)
NOW = MONDAY_9AM + hours(5.9)


def test_of_two_who_take_it_at_once_one_answers_for_it_and_the_other_reads_who():
    team = make.team()
    marko, nina = make.user(name="Marko", teams=[team]), make.user(name="Nina", teams=[team])
    promise = make.promise(make.ticket(team=team))
    asked = handover.ask(promise, marko, by=team.lead, now=NOW)
    done = at_once(
        lambda: handover.accept(asked, by=marko, now=NOW),
        lambda: handover.take(promise, by=nina, now=NOW, seen=team.lead.pk),
    )
    (refusal,) = [one for one in done if isinstance(one, ValidationError)]
    now_its = Commitment.objects.get(pk=promise.pk).accountable
    assert now_its in {marko, nina}
    assert f"{now_its.name} " in refusal.messages[0]
    assert Event.objects.filter(kind="commitment.taken").count() == 1
    assert not HandOver.objects.waiting().exists()
