"""Charts: as long as what they stand for, and never without words."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom_cli.perf_charts import Bar, bar, columns, interval

VALUES = st.lists(st.none() | st.integers(-(10**15), 10**15), max_size=40)


def rects(svg: str, kind: str) -> list[dict[str, str]]:
    return [it.attrib for it in ElementTree.fromstring(svg).iter("rect") if it.attrib["class"] == kind]


def test_gains_stand_on_the_line_and_losses_hang_below_it() -> None:
    svg = columns("net", [Bar("mon", 60.0), Bar("tue", None), Bar("wed", -20.0), Bar("thu", 0.0)])
    (gain,), (loss,) = rects(svg, "saved"), rects(svg, "lost")
    assert (float(gain["y"]), float(gain["height"])) == (0, 75)
    assert (float(loss["y"]), float(loss["height"])) == (75, 25)
    assert re.findall("<title>(.*?)</title>", svg) == ["mon", "tue", "wed", "thu"]
    assert 'role="img" aria-label="net"' in svg


@settings(deadline=None)
@given(VALUES)
def test_every_chart_is_well_formed_and_stays_within_its_frame(values: list[int | None]) -> None:
    svg = columns("<&>", [Bar("<&>", value) for value in values])
    for kind in ("saved", "lost"):
        for rect in rects(svg, kind):
            assert 0 <= float(rect["x"]) <= len(values)
            assert float(rect["y"]) >= -1.01 and float(rect["y"]) + float(rect["height"]) <= 101.01
    assert len(rects(svg, "saved")) == sum(1 for value in values if value and value > 0)
    assert len(rects(svg, "lost")) == sum(1 for value in values if value and value < 0)


@pytest.mark.parametrize(
    ("value", "kind", "length"), [(5.0, "saved", 50.0), (-10.0, "lost", 100.0), (0.0001, "saved", 1.0)]
)
def test_a_lying_bar(value: float, kind: str, length: float) -> None:
    svg = bar(value, 10.0)
    assert [float(rect["width"]) for rect in rects(svg, kind)] == [length]
    assert 'aria-hidden="true"' in svg, "the row says it in figures"


def test_nothing_has_no_bar() -> None:
    assert [bar(None, 5.0), bar(0.0, 5.0), bar(3.0, 0.0)] == ["", "", ""]


def test_an_interval_lies_on_the_side_where_it_is() -> None:
    svg = interval("label", -0.4, -0.3, -0.1)
    (span,), (mark,) = rects(svg, "span"), rects(svg, "saved")
    assert float(span["x"]) < float(mark["x"]) < float(span["x"]) + float(span["width"]) < 50
    assert rects(interval("label", 0.1, 0.2, 0.3), "lost")
