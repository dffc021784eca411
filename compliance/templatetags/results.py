"""Results in words, for templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from compliance import words
from compliance.models import ExceptionDay
from compliance.results import Figure
from standards.models.standard import words_in
from ui.formats import month_in_words

register = template.Library()


@register.filter
def month_words(month: date) -> str:
    """ "October 2026"."""
    return month_in_words(month)


@register.filter
def result_words(figure: Figure) -> str:
    """ "96 of 100"; of few cases their number."""
    return words.result_in_words(figure)


@register.filter
def k_of_n(figure: Figure) -> str:
    """ "585 of 612"."""
    return words.k_of_n(figure)


@register.filter
def in_language(by_language: Mapping[str, str], language: str) -> str:
    """The text in `language`, or else in English or any that is there."""
    return words_in(dict(by_language), language)


@register.filter
def days_words(days: ExceptionDay, zone: ZoneInfo) -> str:
    """Which days, as they are in `zone`, whatever the zone of the reader."""
    with timezone.override(zone):
        return words.days_in_words(days)
