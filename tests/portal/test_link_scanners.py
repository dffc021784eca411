"""Machines open every link of every mail before its reader does, and nothing has changed by that.

Two hundred times each, and by a browser that presses every link: tests/faults/test_link_scanners.py.
"""

from __future__ import annotations

import pytest

from tests import stage
from tests.scanners import AGENTS, fetch, links_in, links_of, one_of_each, rows

pytestmark = pytest.mark.django_db


def test_every_mail_has_links_and_the_same_in_both_parts(scene: stage.Stage) -> None:
    for name, mail in one_of_each(scene).items():
        # The one that we write to ourselves leads nowhere, and a question asked again is answered by a reply.
        assert bool(links_in(mail, "text/plain")) is (name not in {"test mail", "silence_reminder"}), name
        assert links_in(mail, "text/plain") == links_in(mail, "text/html"), name


def test_fetching_every_link_of_every_mail_changes_nothing(scene: stage.Stage) -> None:
    links = [link for mail in one_of_each(scene).values() for link in links_of(mail)]
    before = rows()
    assert fetch(links, 2 * len(AGENTS)) == {200: 2 * len(AGENTS) * len(links)}
    assert rows() == before
