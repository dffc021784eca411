"""I16: a pattern that looks again and again at the same letters stood still over one long line of a stranger's.

Here quotations and signatures are told line by line, and every pattern sees a bounded piece: twice the text takes at
most about twice the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mail import decoding, formatting, quoting
from ui.templatetags.ui import linked

HALF = 50_000
# The steps of the clock, and what else the machine does meanwhile.
NOISE = 0.03

LINES = {
    "looks like a header again and again": "On 12 On wrote: On ",
    "a header that never ends": "U 12. 11. u 10:14 je napisao ",
    "quoted and quoted": "> > > ",
    "a block that never ends": "From: a\nSent: b\n",
    "nothing": "\n",
    "our mark, nearly": "- - - a ",
    "a colon on every line": "a: b\n",
}


@pytest.mark.parametrize("name", LINES)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    pattern = LINES[name]
    half = pattern * (HALF // len(pattern))
    if "\n" not in pattern:
        half = "\n".join(half[at : at + 199] for at in range(0, len(half), 200))
    _grows_with_its_length(quoting.quoted_from, half, f"{half}\n{half}")


@pytest.mark.parametrize("read", [decoding.without_markup, formatting.clean, linked])
@pytest.mark.parametrize("pattern", ["<b>a", "((a.b)))", "&amp;", "<blockquote class=quote>", "<!--", "a@b.test,"])
def test_so_it_is_wherever_a_strangers_text_is_read(read: Callable[[str], object], pattern: str) -> None:
    half = pattern * (HALF // len(pattern))
    _grows_with_its_length(read, half, half * 2)


def _grows_with_its_length(read: Callable[[str], object], half: str, whole: str) -> None:
    one, two = min(_took(read, half) for _ in range(2)), min(_took(read, whole) for _ in range(2))
    assert two <= 2.5 * one + NOISE, f"{one:.3f} s for half of it, {two:.3f} s for the whole"
    assert two < 1


def _took(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began
