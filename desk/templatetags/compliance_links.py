"""Links from a figure to its list. They take `links` from the context (`desk.compliance_links`)."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from compliance.listed import Asked
from compliance.results import Bucket
from compliance.words import BUCKETS
from followups.models import SatisfactionAnswer
from standards.models.standard import words_in

register = template.Library()
_PLAIN = {"kept", "rest"}


@register.simple_tag(takes_context=True)
def cases_of(context: Context, asked: Asked) -> str:
    """The list of exactly these cases."""
    return context["links"].cases(asked)


@register.simple_tag(takes_context=True)
def page_of(context: Context, asked: Asked) -> str:
    """The compliance page about these."""
    return context["links"].page(asked)


@register.simple_tag(takes_context=True)
def compared_by(context: Context, asked: Asked, way: str) -> str:
    """The compliance page about these, compared in another way."""
    return context["links"].by(asked, way)


@register.simple_tag(takes_context=True)
def answers_of(context: Context, asked: Asked, said: str) -> str:
    """The customers who said that."""
    return context["links"].said(asked, said)


@register.filter
def bucket(name: str) -> str:
    """What became of a promise, in words."""
    return str(BUCKETS[Bucket(name)])


@register.filter
def outcome(code: str | None) -> str:
    """What a customer answered, in words; empty for no answer."""
    return str(SatisfactionAnswer.Outcome(code).label) if code else ""


@register.filter
def paint(look: str) -> SafeString:
    """How a part of a chart is filled: plain, or by a pattern of `desk/_compliance_patterns.html`."""
    # Attributes, because a pattern is not a colour that a class could give.
    return format_html('class="f-{0}"' if look in _PLAIN else 'fill="url(#fill-{0})"', look)


@register.filter
def in_language(words: dict[str, str]) -> str:
    """What is there in several languages, in the one that is active."""
    return words_in(words, get_language() or "en")
