"""What a version of a standard says, for templates."""

from django import template
from django.utils.translation import get_language_info

from standards import words as in_words
from standards.models import StandardVersion
from standards.models.standard import words_in
from standards.validation import Draft

register = template.Library()


@register.filter
def window(version: StandardVersion) -> str:
    """The time that is allowed: "8 working hours"."""
    return in_words.window(version.clock, version.window_minutes, version.window_days)


@register.filter
def applies_to(version: StandardVersion) -> list[str]:
    """What a ticket must be for this version to apply."""
    return in_words.applies_to(version)


@register.filter
def applies_to_whom(version: StandardVersion) -> list[str]:
    """Those of the facts that a customer knows."""
    return in_words.applies_to_whom(version)


@register.filter
def sentence(version: StandardVersion | Draft, language: str) -> str:
    """What the customer reads, in `language` or else in English."""
    return words_in(version.sentence, language)


@register.filter
def words(version: StandardVersion, language: str) -> dict[str, str]:
    """The three texts in exactly that language; empty where they are not written."""
    return {name: getattr(version, name).get(language, "") for name in ("sentence", "if_missed", "exclusions")}


@register.filter
def words_for(version: StandardVersion, language: str) -> dict[str, str]:
    """The same texts for a customer who reads `language`: in English where they are not written."""
    return {name: words_in(getattr(version, name), language) for name in ("sentence", "if_missed", "exclusions")}


@register.filter
def written_in(version: StandardVersion | Draft, language: str) -> str:
    """The language in which that customer reads it."""
    return language if version.sentence.get(language) else "en"


@register.filter
def own_name(language: str) -> str:
    """A language in its own name: "Hrvatski"."""
    return get_language_info(language)["name_local"].capitalize()
