"""Writing many rows at once: COPY, with keys reserved from the sequences beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, GeneratedField, JSONField, Model
from django.db.models.fields import NOT_PROVIDED

from config.demo.rows import Row, Rows


class Keys:
    """Hands out keys that the sequence of a model's table has reserved, a block at a time."""

    def __init__(self, block: int):
        self._block = block
        self._reserved: dict[type[Model], Iterator[int]] = {}

    def __call__(self, model: type[Model]) -> int:
        key = next(self._reserved.get(model, iter(())), None)
        if key is None:
            sequence = f"pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}')"
            self._reserved[model] = iter(reserve(sequence, self._block))
            key = next(self._reserved[model])
        return key


def reserve(sequence: str, count: int) -> list[int]:
    """The next `count` values of a sequence (an SQL expression that names it); nobody else gets them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [count])  # noqa: S608 our own tables
        return [value for (value,) in cursor.fetchall()]


def trust_references() -> None:
    """In this transaction the database need not look up every row that another points at.

    For rows that point at rows of the same run: it costs a third of the time. Only a superuser may
    say so, as with the embedded database; for others everything is looked up.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("SET LOCAL session_replication_role = replica")


def write(rows: Rows) -> None:
    """Copy everything that was made into its table, inside the transaction that is open."""
    for model, made in rows.made.items():
        _copy(model, made)
    rows.made.clear()


def _copy(model: type[Model], made: list[Row]) -> None:
    given: set[str] = set().union(*map(vars, made))
    fields = [field for field in _columns(model) if field.attname in given or _needs_a_value(field)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    base = {field.attname: _default(field) for field in fields}
    as_json = [at for at, field in enumerate(fields) if isinstance(field, JSONField)]
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        for row in made:
            # In the order of `base`; what is no column comes after it.
            values = [*{**base, **vars(row)}.values()][: len(base)]
            for at in as_json:
                values[at] = json.dumps(values[at])
            copy.write_row(values)


@cache
def _columns(model: type[Model]) -> list[Field]:
    """What is written: not what the database works out, nor what it fills in by itself."""
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, GeneratedField) and (field.db_default is NOT_PROVIDED or field.attname == "number")
    ]


def _needs_a_value(field: Field) -> bool:
    return not field.null and not field.primary_key


def _default(field: Field) -> Any:
    default = field.get_default()
    # An enumeration's member is written as its value.
    return str(default) if isinstance(default, str) else default
