"""What the values of a mask mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.data.probe import count_values
from engine.data.readers import LabelTable
from engine.data.readers.masks.values import (
    decode_values,
    meanings,
    to_label_map,
)
from engine.records import IGNORE

TWO = LabelTable(("scratch", "chip"), (("scratch",), ("chip",)))
ONE = LabelTable(("scratch",), (("scratch",),))
NUMBERS = LabelTable(("scratch", "chip"), ((7, 9), ("#FF0000", "#0A0A0A")), (255,))
INDEX_AND_VOID = LabelTable(("scratch", "chip"), (("scratch",), ("chip",)), (255,))
ONE_AND_VOID = LabelTable(("scratch",), (("scratch",),), (128,))


def decode(
    pixels: list[int],
    table: LabelTable,
    label: str | None = None,
    *,
    lone: bool = True,
    kind=np.uint8,
):
    mask = np.array([pixels], kind)
    known = meanings(table)
    target = known.names[label] if label else None
    found = decode_values(
        count_values(mask), int(np.iinfo(kind).max), target, known, lone_class=lone
    )
    if found.unknown:
        return set(found.unknown)
    label_map, unknown = to_label_map(mask, found.values, found.threshold)
    assert not unknown.any()
    present = {int(v) - 1 for v in np.unique(label_map) if v not in (0, IGNORE)}
    assert found.classes == present
    return label_map[0].tolist()


@pytest.mark.parametrize(
    ("pixels", "table", "label", "expected"),
    [
        ([0, 1, 2], TWO, None, [0, 1, 2]),
        ([0, 1, 3], TWO, None, {3}),
        ([0, 255], TWO, None, {255}),
        ([0, 0], TWO, None, [0, 0]),
        ([0, 255], TWO, "chip", [0, 2]),
        ([0, 1], TWO, "chip", [0, 2]),
        ([255, 255], TWO, "chip", [2, 2]),
        ([0, 3, 127, 128, 250], TWO, "chip", [0, 0, 0, 2, 2]),
        ([0, 3, 40], TWO, "chip", {3, 40}),
        ([0, 255], ONE, None, [0, 1]),
        ([0, 1], ONE, None, [0, 1]),
        ([0, 4, 120, 200, 255], ONE, None, [0, 0, 0, 1, 1]),
        ([0, 1, 255], ONE, None, {255}),
        ([0, 1, 2], ONE, None, {2}),
        ([0, 7, 9, 255], NUMBERS, None, [0, 1, 1, IGNORE]),
        ([0, 10], NUMBERS, None, [0, 2]),
        ([0, 1], NUMBERS, None, {1}),
        ([0, 1, 2, 255], INDEX_AND_VOID, None, [0, 1, 2, IGNORE]),
        ([0, 1, 255], INDEX_AND_VOID, "chip", [0, 2, IGNORE]),
        ([0, 128, 255], ONE_AND_VOID, "scratch", [0, IGNORE, 1]),
    ],
)
def test_meaning(
    pixels: list[int], table: LabelTable, label: str | None, expected: list[int] | set[int]
) -> None:
    assert decode(pixels, table, label) == expected


def test_binary_16_bit() -> None:
    assert decode([0, 65535], TWO, "chip", kind=np.uint16) == [0, 2]
    assert decode([0, 300, 40000], TWO, "chip", kind=np.uint16) == [0, 0, 2]


def test_colours() -> None:
    assert decode([0, 0xFF0000], NUMBERS, kind=np.uint32) == [0, 2]
    assert decode([0, 0xFF0000, 0x0A0A0A], NUMBERS, kind=np.uint32) == [0, 2, 2]
    assert decode([0, 0x00FF00], NUMBERS, kind=np.uint32) == {0x00FF00}


def test_a_class_folder_elsewhere_makes_binary_masks_without_one_unknown() -> None:
    assert decode([0, 255], ONE, lone=False) == {255}


def test_an_ignored_folder() -> None:
    unsure = LabelTable(("scratch",), (("scratch",),), ("unsure",))
    assert decode([0, 255], unsure, "unsure") == [0, IGNORE]


@given(arrays.arrays(np.uint8, (4, 6)), st.sampled_from([TWO, ONE, NUMBERS]))
def test_no_value_is_lost_silently(mask: np.ndarray, table: LabelTable) -> None:
    found = decode_values(count_values(mask), 255, None, meanings(table), lone_class=True)
    if found.threshold is None:
        _, unknown = to_label_map(mask, found.values, None)
        assert set(np.unique(mask[unknown])) == set(found.unknown)
    assert sum(count_values(mask).values()) == mask.size
