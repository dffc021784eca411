"""Translations: compiled without gettext, and checked for gaps."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all() -> int:
    """Compile each catalogue that is newer than what was compiled from it; how many that were."""
    done = 0
    for source in _sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        # Under another name first: who reads at this moment gets the old one or the new one, never half of it.
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        with fresh.open("wb") as compiled:
            write_mo(compiled, catalogue)
        fresh.replace(target)
        done += 1
    return done


def gaps() -> list[str]:
    """What is not translated, or only guessed: one line each, empty when all is well."""
    found = []
    for source in _sources():
        with source.open("rb") as text:
            for message in read_po(text):
                if not message.id:
                    continue
                texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
                if message.fuzzy or not all(texts):
                    words = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
                    found.append(
                        f"{source.relative_to(LOCALE)}: {'only guessed' if message.fuzzy else 'missing'}: {words}"
                    )
    return found


def _sources() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
