"""A package knows only what stands below it: by import, by relation and by the name of a task."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from tests.source import CHECKOUT, FLOOR, FLOORS, Module, modules

_DOTTED = re.compile(r"^([a-z]+)\.([A-Za-z_]+)(\.[A-Za-z_]+)*$")


def _may_know(package: str, other: str) -> bool:
    return package == other or FLOOR[other] < FLOOR[package]


def _named(module: Module) -> list[tuple[str, int]]:
    """Texts in it that name a module or a model of ours: tasks, relations, settings."""
    found = []
    for text, line in module.strings():
        match = _DOTTED.match(text)
        if match and match.group(1) in FLOOR and _exists(match.group(1), match.group(2)):
            found.append((text, line))
    return found


def _exists(package: str, member: str) -> bool:
    place = CHECKOUT / package / member
    return place.is_dir() or place.with_suffix(".py").exists() or member[0].isupper()


def test_imports_and_dotted_names_go_down_only() -> None:
    wrong = [
        f"{module.name}:{line} knows {name}"
        for module in modules()
        for name, line in [*module.imports(), *_named(module)]
        if name.split(".", 1)[0] in FLOOR and not _may_know(module.package, name.split(".", 1)[0])
    ]
    assert not wrong, "\n".join(wrong)


def test_relations_go_down_only() -> None:
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in FLOOR:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                other = field.related_model._meta.app_label
                if other in FLOOR and not _may_know(model._meta.app_label, other):
                    wrong.append(f"{model._meta.label}.{field.name} knows {other}")
    assert not wrong, "\n".join(wrong)


def test_only_the_three_on_top_have_views_addresses_and_forms() -> None:
    wrong = [
        module.name
        for module in modules()
        if module.package not in {"desk", "portal", "api", "config"}
        and {"views", "urls", "forms"} & set(Path(module.name).with_suffix("").parts[1:])
        and module.name != "ui/forms.py"  # the renderer
    ]
    assert not wrong


def test_everything_that_is_a_package_has_a_floor() -> None:
    others = {"tests", "bench"}
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    assert packages - others <= set(FLOOR)


def test_a_package_says_what_it_is() -> None:
    there = [package for packages in FLOORS for package in packages if (CHECKOUT / package).exists()]
    assert [package for package in there if not (CHECKOUT / package / "__init__.py").exists()] == []
