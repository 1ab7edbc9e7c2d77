from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest

from engine.evaluate.histogram import PrCurve
from engine.tasks.charts import first_at_least, pr_curves, score_histogram

CURVE = PrCurve(np.array([0.1, 0.5]), np.array([0.6, 0.9]), np.array([0.8, 0.4]), 0.7)
EMPTY = PrCurve(np.empty(0), np.empty(0), np.empty(0), None)


def is_svg(data: bytes) -> bool:
    return ElementTree.fromstring(data).tag.endswith("svg")


@pytest.mark.parametrize("good", [0, 1, 30])
@pytest.mark.parametrize("bad", [0, 1, 30])
def test_scores_are_drawn_however_few(good: int, bad: int) -> None:
    scores = np.linspace(0, 1, good + bad)
    assert is_svg(score_histogram(scores, np.arange(good + bad) >= good, 0.3))


@pytest.mark.parametrize(
    "name", ["scratch", "_hidden", "a$b$", r"\frac{", "<b>&", "划痕", "x" * 90]
)
def test_any_name_can_stand_in_the_legend(name: str) -> None:
    assert is_svg(pr_curves([CURVE, EMPTY], [name, "empty"], [0.5, 0.5]))


@pytest.mark.parametrize(
    "threshold, chosen", [(0.1, 0), (0.14, 1), (0.3, 1), (0.5, 1), (0.5 + 1e-9, 1), (0.6, None)]
)
def test_the_circle_marks_what_the_threshold_lets_through(
    threshold: float, chosen: int | None
) -> None:
    assert first_at_least(CURVE, threshold) == chosen
    assert is_svg(pr_curves([CURVE], ["chip"], [threshold]))


def test_no_class_gives_an_empty_chart() -> None:
    assert is_svg(pr_curves([], []))


def test_the_same_chart_is_the_same_file_and_leaves_settings_alone() -> None:
    before = dict(matplotlib.rcParams)
    first = pr_curves([CURVE], ["chip"], [0.5])
    assert first == pr_curves([CURVE], ["chip"], [0.5])
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("middle", [0.0, 0.3, 0.5, 1.0])
def test_the_legend_of_scores_covers_none(middle: float) -> None:
    scores = np.clip(middle + np.linspace(-0.05, 0.05, 200), 0, 1)
    chart = score_histogram(scores, np.arange(200) % 2 == 0, 0.5).decode()
    assert min(_heights(chart, "legend_1")) > max(_heights(chart, "patch_2"))


def _heights(chart: str, group: str) -> list[float]:
    """Where the first path of a group has its corners, in points from the top."""
    _, _, after = chart.partition(f'<g id="{group}">')
    (path,) = re.findall(r'<path d="([^"]+)"', after, re.DOTALL)[:1]
    return [float(y) for y in re.findall(r"[ML] \S+ (\S+)", path)]
