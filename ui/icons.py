"""Icons as inline SVG: drawn by Lucide, but for a few of our own."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

# Our names say what an icon means here; Lucide's say what it shows.
MEANINGS = {
    "alarm": "alarm-clock",
    "chart": "chart-column",
    "half": "circle-minus",
    "help": "circle-question-mark",
    "horizon": "sunrise",
    "more": "ellipsis",
    "pen": "pencil",
    "print": "printer",
    "settings": "settings-2",
    "standard": "file-check",
    "undo": "undo-2",
}

# Ours: a tick that goes on (a circle left open, with an arrow leading out of it), and two that must be plain at 16 px.
OWN = {
    "follow": '<path d="M8.2 12.8 11 15.5 21 5.5"/><path d="M16 5.5h5v5"/><path d="M18.5 14.5a8 8 0 1 1-6-9.5"/>',
    "calendar-arrow": (
        '<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17"/><path d="M8 3v4"/>'
        '<path d="M16 3v4"/><path d="M8.5 15.2h7"/><path d="m13 12.8 2.5 2.4-2.5 2.4"/>'
    ),
    "pause": '<path d="M9 6v12"/><path d="M15 6v12"/>',
}

SIZES = {16: "icon", 20: "icon icon--20", 24: "icon icon--24", 32: "icon icon--32"}


@lru_cache(maxsize=256)
def svg(name: str, size: int = 16) -> SafeString:
    """The icon, hidden from screen readers: the word beside it says what it says.

    `name` is one of ours or any of Lucide's; an unknown name raises `lucide.IconDoesNotExist`.
    """
    if name in OWN:
        shape = OWN[name]
    else:
        drawn = lucide(MEANINGS.get(name, name), size=None)
        shape = " ".join(drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")].split())
    # Nothing in it comes from a person: the drawings are ours or Lucide's, the class is one of four.
    return mark_safe(f'<svg class="{SIZES[size]}" viewBox="0 0 24 24" aria-hidden="true">{shape}</svg>')  # noqa: S308  # the library's own shapes
