"""What every template draws with: icons, badges, times, people, fields. Typed arguments, no queries.

`now` always comes in from the view; times are shown in the time zone that is active.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms, template
from django.template.context import Context
from django.utils.html import Urlizer, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui import formats, icons, states

register = template.Library()


@register.simple_tag(name="icon")
def icon_tag(name: str, size: int = 16) -> SafeString:
    """An icon of 16, 20, 24 or 32 px, hidden from screen readers."""
    return icons.svg(str(name), size)


class _Links(Urlizer):
    """Addresses in words of people become links that owe nothing to where they lead, nor tell it where they stood."""

    url_template = '<a href="{href}" rel="noopener noreferrer nofollow ugc"{attrs}>{url}</a>'


_links = _Links()


@register.filter
def linked(text: str) -> SafeString:
    """`text`, escaped, with its addresses as links: http, https and mailto, nothing else."""
    return mark_safe(_links(text, autoescape=True))  # noqa: S308  # Django's own, which escapes


@register.simple_tag
def status_badge(state: str, paused: bool = False, public: bool = False, text: str = "") -> SafeString:
    """The badge of a promise: icon, word, tint. `paused` adds that badge; `text` replaces the last badge's words."""
    if state == "paused":
        return _badge("paused", public, text)
    if not paused:
        return _badge(state, public, text)
    return format_html("{} {}", _badge(state, public, ""), _badge("paused", public, text))


def _badge(state: str, public: bool, text: str) -> SafeString:
    shown = states.STATES[state]
    word = text or str(shown.customer if public else shown.staff)
    look = states.CALM_FOR_CUSTOMERS.get(state, state) if public else state
    return _badge_html(look.replace("_", "-"), states.STATES[look].icon, word)


@register.simple_tag
def verdict(result: str) -> SafeString:
    """What a number amounts to: `met`, `not_met` or `too_few`."""
    shown = states.VERDICTS[result]
    return _badge_html(states.VERDICT_CLASSES[result], shown.icon, str(shown.staff))


def _badge_html(look: str, icon: str, word: str) -> SafeString:
    return format_html('<span class="badge badge--{}">{}{}</span>', look, icons.svg(icon), word)


@register.simple_tag
def due(moment: datetime, now: datetime, short: bool = False) -> SafeString:
    """When, absolutely: "today 11:00", "Thu 26 Nov, 16:00". `short` is for boards: "11:00", "Fri 15:00"."""
    words = formats.short_moment(moment, now) if short else formats.moment_in_words(moment, now)
    return _time(moment, words)


@register.simple_tag
def slot(starts_at: datetime, ends_at: datetime, now: datetime) -> SafeString:
    """Between when and when, like "today 10:00 to 10:30"."""
    return _time(starts_at, formats.short_slot(starts_at, ends_at, now))


@register.simple_tag(name="long_slot")
def long_slot_tag(starts_at: datetime, ends_at: datetime, zone: str | None = None) -> SafeString:
    """The same as a customer reads it, with the whole date and the zone."""
    return _time(starts_at, formats.long_slot(starts_at, ends_at, zone))


@register.simple_tag(name="long_date")
def long_date_tag(moment: datetime, zone: str | None = None, by: bool = False) -> SafeString:
    """ "Tuesday 24 November 2026, 12:00 (Zagreb time)"; `by` where it stands after that word."""
    return _time(moment, formats.long_date(moment, zone, by=by), "when")


@register.simple_tag
def left(moment: datetime, now: datetime) -> SafeString:
    """ "in 18 m" or "37 m over"; a script keeps it true while the page is open."""
    return _running("left", moment, formats.time_left(moment, now), _("in %(time)s"), _("%(time)s over"))


@register.simple_tag
def ago(moment: datetime, now: datetime) -> SafeString:
    """ "5 m ago"; a script keeps it true while the page is open."""
    return _running("ago", moment, formats.time_ago(moment, now), _("just now"), _("%(time)s ago"))


def _time(moment: datetime, words: str, look: str = "") -> SafeString:
    classes = format_html(' class="{}"', look) if look else ""
    return format_html('<time{} datetime="{}">{}</time>', classes, moment.isoformat(timespec="minutes"), words)


def _running(kind: str, moment: datetime, words: str, before: str, after: str) -> SafeString:
    return format_html(
        '<span data-time="{}" data-moment="{}" data-before="{}" data-after="{}">{}</span>',
        kind,
        moment.isoformat(timespec="seconds"),
        before,
        after,
        words,
    )


@register.filter
def compact(duration: timedelta | None) -> str:
    """ "2 h 10 m"; from a day on in days of 24 hours."""
    return "" if duration is None else formats.compact_duration(duration)


@register.filter
def working(duration: timedelta | None) -> str:
    """Working time, "29 h 10 m": never in days, because a working day has no fixed length."""
    return "" if duration is None else formats.compact_duration(duration, days=False)


@register.filter
def in_words(duration: timedelta | None) -> str:
    """ "2 hours 10 minutes"."""
    return "" if duration is None else formats.duration_in_words(duration)


@register.filter
def short_day(value: Any) -> str:
    """ "28 Sep" for a date."""
    return "" if value is None else formats.short_day(value)


@register.filter
def quoted(words: Any) -> str:
    """Somebody's words, in the quotation marks of the reader's language."""
    return _("“%(words)s”") % {"words": words}


@register.filter
def day(value: Any) -> str:
    """ "Tue 24 Nov 2026" for a date."""
    return "" if value is None else formats.day_in_words(value)


@register.filter
def number(value: Any) -> str:
    """ "1,281", as the language writes it."""
    return "" if value is None else formats.count_in_words(value)


@register.filter
def percent(share: Any) -> str:
    """ "92.6 %" for a share; a dash where there is none."""
    return "–" if share is None else formats.percent(share)


@register.filter
def ticket_no(ticket: Any) -> str:
    """T-1042, for a ticket or its number."""
    return formats.ticket_no(getattr(ticket, "number", ticket))


@register.filter
def initials(name: Any) -> str:
    """At most two letters that stand for a name."""
    return formats.initials(str(name))


@register.simple_tag(name="avatar")
def avatar_tag(person: Any, answers: bool = False, **attributes: str) -> SafeString:
    """A circle with a person's initials; dashed for nobody. `answers` says aloud who answers for the promise.

    `class` adds to the circle's classes.
    """
    classes = attributes.get("class", "")
    if person is None:
        return _avatar(
            "avatar avatar--none", classes, _("Nobody yet"), "?", _("nobody answers for it yet") if answers else ""
        )
    name = str(person)
    spoken = _("%(name)s answers for it") % {"name": name} if answers else name
    return _avatar("avatar", classes, name, formats.initials(name), spoken)


def _avatar(base: str, classes: str, title: str, letters: str, spoken: str) -> SafeString:
    return format_html(
        '<span class="{}" title="{}"><span aria-hidden="true">{}</span><span class="vh"> {}</span></span>',
        f"{base} {classes}".strip(),
        title,
        letters,
        spoken or title,
    )


@register.simple_tag(name="field")
def field_tag(field: forms.BoundField, **attributes: str) -> SafeString:
    """Label, hint, control and error of one field. `class` adds to the classes of the whole."""
    context = {"field": field, "extra_class": attributes.get("class", "")}
    return field.render(context=context)


@register.inclusion_tag("ui/forms/_errors.html")
def errors(form: forms.BaseForm) -> dict[str, Any]:
    """Everything to correct in a form, with links to the fields; nothing when there is nothing."""
    return {"form": form}


@register.simple_tag(takes_context=True)
def oob(context: Context) -> SafeString:
    """Marks the root of a fragment that `ui.responses.fragment` sends beside the main one."""
    return mark_safe(' hx-swap-oob="true"') if context.get("out_of_band") else mark_safe("")


@register.filter
def undo_address(message: Any) -> str:
    """Where the undo button of a toast posts to; empty for a toast without one (`ui.responses.say`)."""
    return next((tag.removeprefix("undo:") for tag in message.extra_tags.split() if tag.startswith("undo:")), "")
