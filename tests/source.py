"""The source as data, for tests about how it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# From the ground up; packages on one floor stand side by side.
FLOORS = [
    ["ui"],
    ["people"],
    ["standards"],
    ["mail", "guidance"],
    ["tickets"],
    ["followups"],
    ["compliance"],
    ["desk", "portal", "api"],
    ["config"],
]
FLOOR = {package: height for height, packages in enumerate(FLOORS) for package in packages}


@dataclass(frozen=True)
class Module:
    """One file of ours."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path from the checkout, like `tickets/actions/pauses.py`."""
        return self.path.relative_to(CHECKOUT).as_posix()

    @property
    def package(self) -> str:
        return self.name.split("/", 1)[0]

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every text in it that is not a docstring, with its line."""
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                yield node.value, node.lineno

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every dotted name that it imports, with its line; inside functions and for types only, too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.name}:{node.lineno} imports relatively"
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """All files of our packages but migrations."""
    found = []
    for package in FLOOR:
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found.append(Module(path, ast.parse(path.read_text(), str(path))))
    return tuple(found)


def dotted(node: ast.expr) -> str:
    """A chain of names and calls as text: `Ticket.objects.filter().update`; what is neither is `?`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    if isinstance(node, ast.Name):
        return node.id
    return "?"
