"""What gives a part of a letter away, in each language that customers read. Whole words, any case."""

from __future__ import annotations

import re
from functools import cache

_SOUTH_SLAVIC = {
    "sorry": r"žao (mi|nam) je|(mi|nam) je žao|ispri[kč]\w*|izvin\w+|oprostite",
    "if": r"ako|ukoliko",
    "but": r"ali|međutim|iako|premda|mada|no",
    "thanks": r"hvala|zahvalj\w+",
    "reply": r"odgovor\w*|odgovar\w*|javite|pišite|pozovite|nazovite",
    "disagree": r"ne slažete|slažete|odluk\w+|prigovor\w*|žalb\w+",
}
TELLS: dict[str, dict[str, str]] = {
    "en": {
        "sorry": r"sorry|apologi[sz]e|apolog(?:y|ies)",
        "if": r"if",
        "but": r"but|however|although|though",
        "thanks": r"thanks?|thank you|grateful",
        "reply": r"repl(?:y|ies)|answer|write|call",
        "disagree": r"disagree|agree|decision|complain\w*|appeal",
    },
    "hr": _SOUTH_SLAVIC,
    "bs": _SOUTH_SLAVIC,
    "sr-latn": _SOUTH_SLAVIC,
    "ms": {
        "sorry": r"(?:me)?mohon maaf|minta maaf|kesal",
        "if": r"jika|kalau|jikalau|sekiranya|seandainya",
        "but": r"tetapi|tapi|namun|walau bagaimanapun|walaupun|sungguhpun",
        "thanks": r"terima kasih",
        "reply": r"balas\w*|jawab\w*|hubungi|telefon",
        "disagree": r"tidak bersetuju|bersetuju|keputusan|aduan|rayuan",
    },
}
# Which parts have something that gives them away.
OF_PARTS = {
    "sorry": "sorry",
    "thanks": "thanks",
    "thanks_handling": "thanks",
    "reopens": "reply",
    "not_right": "reply",
    "choose": "reply",
    "disagree": "disagree",
}


@cache
def telling(tell: str, language: str) -> re.Pattern[str]:
    """Finds `tell` in a text; an unknown language is read as English."""
    return re.compile(rf"\b(?:{TELLS.get(language, TELLS['en'])[tell]})\b", re.IGNORECASE)
