"""Forty times two random weeks of two teams: each stage is told once, to everybody whose business it is."""

import pytest

from tests.tickets.two_weeks import TwoWeeks


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1, 41))
def test_each_stage_is_told_once_to_whose_business_it_is_while_they_work(seed):
    TwoWeeks(seed).live(30)
