"""Icons as inline SVG: drawn by Lucide, but for our own mark."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

# Our names say what an icon means here; Lucide's say what it shows.
MEANINGS = {
    "alarm": "alarm-clock",
    "calendar-arrow": "calendar-sync",
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

# A tick that goes on: a circle left open, with an arrow leading out of it.
OWN = {"follow": '<path d="M8.2 12.8 11 15.5 21 5.5"/><path d="M16 5.5h5v5"/><path d="M18.5 14.5a8 8 0 1 1-6-9.5"/>'}

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
    return mark_safe(f'<svg class="{SIZES[size]}" viewBox="0 0 24 24" aria-hidden="true">{shape}</svg>')
