"""What every page must keep to: no inline code, fragments that say what they take, forms that work without script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.source import CHECKOUT

TEMPLATES = CHECKOUT / "templates"
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
_INLINE = re.compile(r"""\s(style|on[a-z]+|hx-on[:\w-]*|hx-vars|hx-ext|hx-params)\s*=|=\s*["']?\s*(javascript|js):""")


def _pages() -> list[Path]:
    # Mails are no pages: no browser applies our policy to them.
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if "mail" not in path.relative_to(TEMPLATES).parts[:1]]


def _tags(path: Path) -> list[tuple[str, str]]:
    """Tags with their attributes; the template language is taken out, its quotes would confuse."""
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    return _TAG.findall(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "x", text, flags=re.DOTALL))


@pytest.mark.parametrize("path", _pages(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_keeps_the_rules(path: Path) -> None:
    wrong = []
    for name, attributes in _tags(path):
        name = name.lower()
        if name == "style" or (name == "script" and "src=" not in attributes and "json" not in attributes):
            wrong.append(f"<{name}> holds code")
        if _INLINE.search(attributes):
            wrong.append(f"<{name}> has an inline style or handler: {attributes.strip()[:80]}")
        if "hx-post" in attributes and not (name == "form" and re.search(r"\saction\s*=", attributes)):
            wrong.append(f"<{name} hx-post> is not a form with an action")
        if name == "form" and "hx-post" in attributes and not re.search(r"""method\s*=\s*["']?post""", attributes):
            wrong.append("a form with hx-post has method=post too")
        if name == "a" and "hx-get" in attributes and not re.search(r"\shref\s*=", attributes):
            wrong.append("a link with hx-get has an href too")
        if name == "button" and "hx-get" in attributes:
            wrong.append("what a person presses to get something is a link")
        if re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", attributes) and name in {"script", "link", "img"}:
            wrong.append(f"<{name}> comes from elsewhere")
    if re.search(r"\{%\s*now\b", path.read_text()):
        wrong.append("it reads the clock")
    assert not wrong, "\n".join(wrong)


def _fragments() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("_*.html")) if path.parent.name != "widgets"]


@pytest.mark.parametrize("path", _fragments(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_the_first_line_of_a_fragment_says_what_it_takes(path: Path) -> None:
    first = path.read_text().lstrip().split("\n", 1)[0]
    assert first.startswith(("{#", "{% comment"))
