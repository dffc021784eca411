"""Files as a page lists them: pictures that can be looked at, and rows for the rest; the first of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

# So many of each stand open; the others are one press away.
SHOWN = 6


@dataclass(frozen=True)
class ShownFile:
    """A file as it is shown: `address` saves it, `preview` is a small picture of it, where there is one."""

    name: str
    kind: str | Promise
    icon: str
    size: int
    address: str
    preview: str = ""


class Files:
    """The files of one message, in their order."""

    def __init__(self, files: Sequence[ShownFile]) -> None:
        pictures = [file for file in files if file.preview]
        others = [file for file in files if not file.preview]
        self.number = len(files)
        self.pictures, self.others = pictures[:SHOWN], others[:SHOWN]
        self.more_pictures, self.more_others = pictures[SHOWN:], others[SHOWN:]
        self.more = len(self.more_pictures) + len(self.more_others)

    def __bool__(self) -> bool:
        return self.number > 0
