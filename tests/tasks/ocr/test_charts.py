"""What the charts of OCR show, and that they can show anything."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from engine.tasks.ocr import charts
from engine.tasks.ocr.charts import (
    MOST_ROWS,
    confusion_table,
    position_chart,
    reject_chart,
    reliability_chart,
)
from engine.tasks.ocr.curves import Confusion, at_reject, by_position, confusions
from engine.tasks.ocr.verdicts import ReadField


def one(truth: str, said: str | None, confidence: float = 0.9, label: int = 0) -> ReadField:
    raw = said if said is not None else truth[:-1]
    return ReadField(0, 0, label, truth, said, raw, confidence, said is not None)


def is_svg(data: bytes) -> bool:
    return ElementTree.fromstring(data).tag.endswith("svg")


def test_confusions_are_counted_the_most_frequent_first() -> None:
    rows = confusions(
        [one("B8O0", "880X"), one("BOO", "8OO"), one("A1", "A1"), one("A1", "A11"), one("B9", None)]
    )
    assert rows == (
        Confusion("B", 3, 2, (("8", 2),)),
        Confusion("", 0, 1, (("1", 1),)),
        Confusion("0", 1, 1, (("X", 1),)),
        Confusion("9", 1, 1, (("", 1),)),
        Confusion("O", 3, 1, (("0", 1),)),
    )
    assert confusions([one("A", "A")]) == ()


def test_positions_are_counted_from_the_left() -> None:
    first, second = by_position(
        [one("ABC", "ABC"), one("AB", "XB"), one("ABC", None), one("Z", "Y", label=1)]
    )
    assert (first.class_index, second.class_index) == (0, 1)
    assert first.count.tolist() == [3, 3, 2]
    assert first.right.tolist() == [2, 3, 1]
    assert second.right.tolist() == [0]


def test_places_that_few_fields_have_are_not_drawn() -> None:
    read = [one("AB", "AB")] * 6 + [one("A" * 80, "A" * 80)]
    (own,) = by_position(read)
    assert (len(own.count), own.telling) == (80, 2)
    (few,) = by_position([one("ABC", "ABC"), one("AB", "AB")])
    assert few.telling == 2
    (alone,) = by_position([one("ABC", "ABC")])
    assert alone.telling == 3


def test_accuracy_at_reject_by_hand() -> None:
    read = [
        one("A", "A", 0.9), one("B", "X", 0.8), one("C", "C", 0.8), one("D", "D", 0.7),
        one("E", None, 0.95),
    ]  # fmt: skip
    curve = at_reject(read, 0.75)
    np.testing.assert_allclose(curve.rejected, [0.2, 0.4, 0.8])
    np.testing.assert_allclose(curve.accuracy, [0.75, 2 / 3, 1.0])
    assert curve.chosen == pytest.approx((0.4, 2 / 3))
    assert at_reject(read, 0.99).chosen is None
    assert at_reject([one("E", None)], 0.0).rejected.tolist() == []


def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Letters are drawn as paths, so texts are taken before they are."""
    texts: list[str] = []
    monkeypatch.setattr(
        charts,
        "svg",
        lambda figure: texts.extend(text.get_text() for text in figure.axes[0].texts) or b"",
    )
    return texts


def test_the_table_names_what_is_there_and_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = written(monkeypatch)
    confusion_table([Confusion("B", 50, 3, (("8", 2), ("", 1))), Confusion("", 0, 1, ((" ", 1),))])
    assert texts == [
        "is", "there", "misread", "read as",
        "B", "50", "3 (6 %)", "8", "2×", "nothing", "1×",
        "nothing", "", "1", "blank", "1×",
    ]  # fmt: skip


def test_what_finds_no_room_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = written(monkeypatch)
    many = tuple((chr(ord("a") + n), 1) for n in range(9))
    confusion_table([Confusion(chr(65 + n), 20, 9, many) for n in range(MOST_ROWS + 3)])
    assert texts[-1] == "and 3 more"
    assert texts.count("+5") == MOST_ROWS
    texts.clear()
    confusion_table([])
    assert texts[-1] == "no character was misread"


@pytest.mark.parametrize("character", ["$", "\\", "_", " ", "\t", "中", "é", "<", "\u0301"])
def test_any_character_can_stand_in_the_table(character: str) -> None:
    row = Confusion(character, 3, 2, ((character, 1), ("$", 1)))
    assert is_svg(confusion_table([row]))


@pytest.mark.parametrize("name", ["lot", "_hidden", "a$b$", r"\frac{", "划痕", "x" * 90])
def test_any_name_can_stand_in_the_legend(name: str) -> None:
    read = [one("ABC", "ABC"), one("ABC", "XBC"), one("B" * 60, "B" * 60, label=1)]
    assert is_svg(position_chart(by_position(read), [name, "other"]))


def test_an_empty_chart_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = written(monkeypatch)
    reject_chart(at_reject([one("A", None)], 0.5))
    assert texts == ["nothing to draw"]
    reject_chart(at_reject([one("A", "A")], 0.5))
    assert texts == ["nothing to draw"]


def test_charts_of_nothing_and_of_one() -> None:
    assert is_svg(position_chart([], []))
    for read in ([], [one("A", None)], [one("A", "A", 0.5)], [one("A", "B", 1.0)]):
        assert is_svg(reject_chart(at_reject(read, 0.5)))
    for confidences, right in (([], []), ([0.0], [False]), ([1.0, 1.0], [True, False])):
        assert is_svg(reliability_chart(np.array(confidences), np.array(right, bool)))


def test_many_classes_keep_the_chart_readable() -> None:
    read = [one("AB", "AB", label=label) for label in range(30)]
    assert is_svg(position_chart(by_position(read), [f"a long name {n}" for n in range(30)]))
