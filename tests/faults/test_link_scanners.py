"""Machines that open every link of every mail, two hundred times or with a whole browser: nothing has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django import Settings

from tests import stage
from tests.scanners import fetch, links_of, one_of_each, rows

TIMES = 200


@pytest.fixture
def links(settings: Settings, transactional_db: None) -> Iterator[list[str]]:
    settings.DEMO = True
    with time_machine.travel(stage.NOW, tick=False):
        yield [link for mail in one_of_each(stage.build()).values() for link in links_of(mail)]


def test_two_hundred_times_each_by_get_and_head_as_six_agents(links: list[str]) -> None:
    before = rows()
    answers = fetch(links, TIMES)
    assert rows() == before
    assert answers.total() == TIMES * len(links)
    # The sign-in library tells whoever comes from one place more than twice a second to come back later.
    assert set(answers) <= {200, 429}


def test_a_browser_that_runs_scripts_and_presses_every_link_changes_nothing(
    links: list[str], visit: Callable[..., Page]
) -> None:
    before = rows()
    page = visit(accept_downloads=True)
    pressed = 0
    for link in links:
        page.goto(link)
        # Other programs open addresses of mail and telephones; the page itself is left by the others.
        inside = "a[href]:not([href^='mailto:']):not([href^='tel:'])"
        for number in range(page.locator(inside).count()):
            # In a window of its own: where a press leads to may still be loading when the next one comes.
            tab = page.context.new_page()
            tab.goto(link)
            tab.evaluate("([inside, n]) => document.querySelectorAll(inside)[n].click()", [inside, number])
            tab.wait_for_load_state()
            tab.close()
            pressed += 1
    assert pressed > len(links)
    assert rows() == before
