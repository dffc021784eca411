"""What the public reads about a standard, for templates."""

from django import template

from portal import result_words
from standards.models import StandardVersion
from ui.states import VERDICTS

register = template.Library()


@register.filter
def what_counts(version: StandardVersion) -> str:
    """What a case needs to be kept."""
    return result_words.what_counts(version)


@register.filter
def what_runs(version: StandardVersion) -> str:
    """Which time counts."""
    return result_words.what_runs(version)


@register.filter
def what_stops(version: StandardVersion) -> str:
    """What stops the clock."""
    return result_words.what_stops(version)


@register.filter
def verdict_words(verdict: str) -> str:
    """ "Met", "Not met" or "Too few to tell"."""
    return str(VERDICTS[verdict].customer)
