"""Rows that are going to be: made by the thousand in memory, written in bulk by `copying`."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.db.models import Model


class Row(SimpleNamespace):
    """A row to be: attributes by the names of its columns. What isn't set gets the field's default."""

    def __getattr__(self, name: str) -> Any:  # reached only where the attribute is not set
        raise AttributeError(name)


class Rows:
    """What has been made and not written yet, by model. `next_id` hands out the keys."""

    def __init__(self, next_id: Callable[[type[Model]], int]):
        self._next_id = next_id
        self.made: dict[type[Model], list[Row]] = {}

    def add(self, model: type[Model], **values: Any) -> Row:
        """A row that others may point at: it has its `id` from now on."""
        row = Row(id=self._next_id(model), **values)
        self.made.setdefault(model, []).append(row)
        return row

    def append(self, model: type[Model], **values: Any) -> Row:
        """A row that nothing points at; the database gives it its key."""
        row = Row(**values)
        self.made.setdefault(model, []).append(row)
        return row

    def of(self, model: type[Model]) -> list[Row]:
        """What was made of `model`."""
        return self.made.get(model, [])
