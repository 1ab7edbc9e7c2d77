"""The chart of what things were called: every number is there, whatever the names."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from engine.tasks.detection import charts
from engine.tasks.detection.charts import confusion_chart

MATRIX = np.array([[29, 0, 11], [4, 40, 1], [21, 26, 0]])


def is_svg(data: bytes) -> bool:
    return ElementTree.fromstring(data).tag.endswith("svg")


@pytest.mark.parametrize("name", ["nut", "_hidden", "a$b$", r"\frac{", "<b>&", "划痕", "x" * 90])
def test_any_name_can_stand_at_the_axes(name: str) -> None:
    assert is_svg(confusion_chart(MATRIX, [name, "washer"]))


@pytest.mark.parametrize("count", [1, 5, 40])
def test_any_number_of_classes_and_no_things_at_all(count: int) -> None:
    names = [f"a rather long name {n}" for n in range(count)]
    assert is_svg(confusion_chart(np.zeros((count + 1, count + 1), np.int64), names))


def test_every_number_is_written_but_that_of_nothing_called_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Letters are drawn as paths, so the numbers are taken before they are."""
    written: list[str] = []
    monkeypatch.setattr(
        charts,
        "svg",
        lambda figure: written.extend(text.get_text() for text in figure.axes[0].texts) or b"",
    )
    confusion_chart(MATRIX, ["nut", "washer"])
    assert written == ["29", "0", "11", "4", "40", "1", "21", "26"]


def test_the_same_chart_is_the_same_file() -> None:
    assert confusion_chart(MATRIX, ["a", "b"]) == confusion_chart(MATRIX, ["a", "b"])
