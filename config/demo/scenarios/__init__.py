"""Everything that the demo's customers come with."""

from config.demo.scenarios import bills, claims, streets, water
from config.demo.scenarios.scenario import Scenario, Words

CLAIMS = claims.SCENARIOS
ORDINARY = [*water.SCENARIOS, *streets.SCENARIOS, *bills.SCENARIOS]
ALL = [*ORDINARY, *CLAIMS]
CATEGORIES = list(dict.fromkeys(scenario.category for scenario in ALL))

__all__ = ["ALL", "CATEGORIES", "CLAIMS", "ORDINARY", "Scenario", "Words"]
