"""A place is told once; what is not sure enough is not told."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.detection.detections import Detections
from engine.tasks.detection.told import told

LIMITS = np.array([0.5, 0.3], np.float32)
NUT, WASHER = 0, 1


def detections(*rows: tuple[float, ...]) -> Detections:
    """Rows of (class, x, score) of boxes of 20 x 20 px, the surest first."""
    values = np.array(rows, np.float32).reshape(-1, 3)
    boxes = np.zeros((len(values), 5), np.float32)
    boxes[:, 0], boxes[:, 1], boxes[:, 2:4] = values[:, 1], 50, 20
    return Detections(boxes, values[:, 0].astype(np.uint8), values[:, 2])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(NUT, 50, 0.6), (WASHER, 50, 0.4), (NUT, 90, 0.49)], [True, False, False]),
        ([(NUT, 50, 0.4), (WASHER, 50, 0.35)], [False, True]),  # a nut that is not sure is no rival
        ([(NUT, 50, 0.9), (WASHER, 54, 0.8)], [True, True]),  # overlap 2/3: two things
        ([(WASHER, 50, 0.9), (NUT, 52, 0.8), (WASHER, 54, 0.7)], [True, False, True]),
        ([], []),
    ],
)
def test_sure_detections_are_told_and_of_each_place_the_surest_class(
    rows: list[tuple[float, ...]], expected: list[bool]
) -> None:
    assert told(detections(*rows), LIMITS).tolist() == expected


def test_two_of_one_class_are_left_to_suppression() -> None:
    assert told(detections((NUT, 50, 0.9), (NUT, 51, 0.8)), LIMITS).all()
