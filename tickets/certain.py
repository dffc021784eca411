"""Values that the database's constraints say are there, for the type checker and for the reader."""

from typing import TypeVar

T = TypeVar("T")


def certain(value: T | None) -> T:
    """`value`, which a constraint on its row says is set at this point; an `AssertionError` where it is not."""
    assert value is not None, "a constraint of the database says that this is set"
    return value
