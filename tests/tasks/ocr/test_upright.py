"""Lines that were located by their axis: read from both ends, and kept as they read better."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.detection.boxes import HEADING, angle_difference, to_corners
from engine.tasks.detection.infer import forward
from engine.tasks.ocr.infer import Network, see
from engine.tasks.ocr.upright import choose, headed, turned
from engine.text.reading import Reading
from tests.tasks.detection.bright import Bright
from tests.tasks.ocr.spoken import FRAMES, deployed

BOXES = np.array([[50, 40, 36, 12, 0.4], [90, 70, 30, 10, -3.0], [20, 20, 8, 8, 3.1]], np.float32)


def reading(text: str | None, raw: str = "12", log_probability: float = -1.0) -> Reading:
    return Reading(text, raw, log_probability, (0.5,) * len(raw))


def test_turned_corners_are_those_of_turned_boxes() -> None:
    boxes = headed(BOXES, np.array([True, True, False]))
    np.testing.assert_allclose(boxes[:, :4], BOXES[:, :4])
    np.testing.assert_allclose(
        angle_difference(boxes[:, 4], BOXES[:, 4], HEADING), [np.pi, np.pi, 0], atol=1e-5
    )
    assert (np.abs(boxes[:, 4]) <= np.pi + 1e-6).all()
    np.testing.assert_allclose(to_corners(boxes)[:2], turned(to_corners(BOXES[:2])), atol=1e-3)
    np.testing.assert_allclose(to_corners(boxes)[2], to_corners(BOXES)[2])
    np.testing.assert_array_equal(turned(turned(to_corners(BOXES))), to_corners(BOXES))


@pytest.mark.parametrize(
    ("way", "other", "is_turned"),
    [
        (reading("12"), reading(None), False),
        (reading(None), reading("12"), True),
        (reading("12", log_probability=-3), reading("21", log_probability=-1), True),
        (reading("12", log_probability=-1), reading("21", log_probability=-3), False),
        (reading("12"), reading("12"), False),
        (reading(None, "", -0.01), reading(None, "1#", -5), True),
        (reading(None, "#", -4), reading(None, "", -0.01), False),
        # What is plainly there the one way is not forced into a form by turning it round.
        (reading(None, "1#", -0.3), reading("21", log_probability=-7.5), False),
        (reading("21", log_probability=-7.5), reading(None, "1#", -0.3), True),
        (reading(None, "1#", -0.3), reading("21", log_probability=-3.5), True),
    ],
)
def test_the_way_that_reads_better_is_kept(way: Reading, other: Reading, is_turned: bool) -> None:
    assert choose([way], [other]).tolist() == [is_turned]


def test_without_lines_nothing_is_chosen() -> None:
    assert choose([], []).shape == (0,)
    assert headed(BOXES[:0], np.zeros(0, bool)).shape == (0, 5)


@pytest.mark.parametrize("dark_side", ["left", "right"])
def test_a_field_is_told_from_its_own_end(dark_side: str) -> None:
    """The reader reads a line whose left side is dark, and says nothing of one turned round."""
    photo = np.zeros((96, 96, 3), np.uint8)
    photo[40:52, 20:56] = 250
    photo[40:52, 20 : 32 if dark_side == "left" else 20] = 100
    photo[40:52, 44 if dark_side == "right" else 56 : 56] = 100

    def read(lines: np.ndarray) -> np.ndarray:
        logs = np.full((len(lines), FRAMES, 13), -20.0, np.float32)
        reads = lines[:, :, :8].mean(axis=(1, 2, 3)) < lines[:, :, -8:].mean(axis=(1, 2, 3))
        logs[..., 0] = 0.0
        logs[reads, 3, :2] = [-20.0, 0.0]
        return logs

    network = Network(forward(Bright(2), (2, 2)), read)
    seen = see(network, photo, deployed(located=True))
    assert [each.text for each in seen.said.readings] == ["0"]
    (angle,) = np.abs(seen.said.detections.boxes[:, 4])
    assert angle == pytest.approx(0.0 if dark_side == "left" else np.pi, abs=1e-3)
    (line,) = seen.lines
    assert line[:, :8].mean() < line[:, -8:].mean()
    np.testing.assert_allclose(seen.said.detections.boxes[0, :4], [38, 46, 36, 12], atol=0.5)
