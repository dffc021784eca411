"""Facts about where the parts of a chart lie."""

from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from ui import charts, formats
from ui.charts import Point


def test_bars_begin_at_zero_and_the_target_lies_where_a_bar_of_that_height_ends():
    chart = charts.bars([Point("Oct", "90", Fraction(9, 10)), Point("Nov", "0", Fraction(0))], Fraction(9, 10))
    high, none = chart.bars
    assert high.y == chart.target_y
    assert float(high.y) + float(high.height) == chart.floor
    assert (none.y, none.height) == (f"{chart.floor:.1f}", "0.0")


def test_places_have_a_point_whatever_the_language():
    with translation.override("hr"):
        assert charts.bars([Point("lis", "1", Fraction(1, 3))], slots=12).bars[0].width == "6.33%"


def test_few_bars_leave_the_room_of_the_others():
    assert charts.bars([Point("Oct", "", None)], slots=4).bars[0].middle == "12.50%"


@pytest.mark.parametrize("kept", [0, 1, 9, 10, 37, 93, 99, 100])
def test_a_hundred_dots_are_kept_or_not(kept):
    shapes = charts.dots(kept)
    assert _area(shapes.kept) == kept * charts.ROW**2
    assert _area(shapes.rest) == (100 - kept) * charts.ROW**2


def _area(path):
    """Of outlines drawn with M, H, V, h, v and z."""
    whole = 0
    for outline in path.replace("z", "").split("M")[1:]:
        points, x, y = [], 0, 0
        steps = outline.replace("H", " H").replace("V", " V").replace("h", " h").replace("v", " v").split()
        x, y = int(steps[0]), 0
        rest = steps[1:]
        if rest and rest[0].lstrip("-").isdecimal():
            y, rest = int(rest[0]), rest[1:]
        points.append((x, y))
        for step in rest:
            value = int(step[1:])
            x, y = {"H": (value, y), "V": (x, value), "h": (x + value, y), "v": (x, y + value)}[step[0]]
            points.append((x, y))
        pairs = zip(points, [*points[1:], points[0]], strict=True)
        whole += abs(sum(a * d - c * b for (a, b), (c, d) in pairs)) // 2
    return whole


def test_all_and_none_of_the_dots_only_where_it_is_so():
    assert [charts.of_a_hundred(Fraction(n, 1000)) for n in (0, 1, 500, 999, 1000)] == [0, 1, 50, 99, 100]


@pytest.mark.parametrize(
    ("share", "target", "said"),
    [
        (Fraction(585, 612), Fraction(9, 10), "96"),
        (Fraction(896, 1000), Fraction(9, 10), "89.6"),
        (Fraction(8999, 10000), Fraction(9, 10), "89.9"),
        (Fraction(9, 10), Fraction(9, 10), "90"),
        (Fraction(999, 1000), None, "99.9"),
        (Fraction(99999, 100000), None, "99.9"),
        (Fraction(1, 1000), None, "0.1"),
        (Fraction(1), None, "100"),
        (Fraction(0), None, "0"),
    ],
)
def test_rounding_tells_no_other_story(share, target, said):
    assert formats.of_hundred(share, target) == said


def test_numbers_and_months_are_written_as_the_language_does():
    assert (formats.count_in_words(1281), formats.month_in_words(date(2026, 10, 1))) == ("1,281", "October 2026")
    with translation.override("hr"):
        assert formats.of_hundred(Fraction(896, 1000), Fraction(9, 10)) == "89,6"
        assert formats.count_in_words(1281) == "1.281"
        assert formats.month_in_words(date(2026, 2, 1)) == "veljača 2026."
        assert formats.month_in_words(date(2026, 2, 1), within=True) == "veljači 2026."
