"""Words of which a part may only repeat earlier mail."""

from __future__ import annotations


class Quotes:
    """For models with a `text` that repeats from its character `quoted_from` on; with None it repeats nothing."""

    text: str
    quoted_from: int | None

    @property
    def new_text(self) -> str:
        """`text` without what only repeats earlier mail."""
        return self.text if self.quoted_from is None else self.text[: self.quoted_from].rstrip()

    @property
    def quoted_text(self) -> str:
        """What of `text` only repeats earlier mail; mostly nothing."""
        return "" if self.quoted_from is None else self.text[self.quoted_from :].strip()
