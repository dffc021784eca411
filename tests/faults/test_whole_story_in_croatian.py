"""The whole story once more, where everybody reads Croatian."""

from __future__ import annotations

from tests.journeys.conftest import Company, World
from tests.journeys.test_whole_story import tell


def test_from_a_mail_to_a_settled_matter_in_croatian(company: Company, world: World) -> None:
    tell(company, world, "hr")
