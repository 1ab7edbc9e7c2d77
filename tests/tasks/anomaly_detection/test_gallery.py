"""Which photos a report shows, what it says of them, and what they look like."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.tasks.anomaly_detection.cases import case_of
from engine.tasks.anomaly_detection.gallery import Gallery, picture
from engine.tasks.drawing import PANEL_PX
from engine.tasks.task import Figure
from engine.tasks.worst import SHOWN
from tests.tasks.anomaly_detection.good_parts import KINDS, deployed, surface
from tests.tasks.anomaly_detection.seen import marked, outcome, scored


@pytest.mark.parametrize(
    ("kind", "spot", "case", "caption"),
    [
        (1, 0.3, "miss", "bad (stain), called good (score 0.300, threshold 0.500)"),
        (None, 0.7, "false_alarm", "good, called bad (score 0.700, threshold 0.500)"),
        (0, 0.9, "correct", "bad (dent), called bad (score 0.900, threshold 0.500)"),
        (None, 0.3, "correct", "good, called good (score 0.300, threshold 0.500)"),
        (None, 0.5, "false_alarm", "good, called bad (score 0.500, threshold 0.500)"),
    ],
)
def test_what_a_photo_is_an_example_of(
    kind: int | None, spot: float, case: str, caption: str
) -> None:
    found = case_of(outcome("a.png", kind, spot), KINDS)
    assert (found.kind, found.caption) == (case, caption)


def test_a_score_just_below_the_threshold_does_not_read_like_it() -> None:
    caption = case_of(outcome("a.png", 0, 0.49999), KINDS).caption
    assert "score 0.500," not in caption


def test_a_photo_that_is_not_judged_is_shown_last() -> None:
    """Its defect lies in the edge band."""
    truth = np.zeros((64, 64), np.uint8)
    truth[:3, 20:30] = 1
    found = case_of(outcome("a.png", 0, 0.9, truth, margin_px=8), KINDS)
    assert found.kind == "correct" and found.caption.startswith("not judged")
    assert found.severity < case_of(outcome("b.png", 0, 0.9), KINDS).severity


def test_the_worse_the_higher() -> None:
    misses = [case_of(outcome("a.png", 0, spot), KINDS).severity for spot in (0.45, 0.3)]
    alarms = [case_of(outcome("a.png", None, spot), KINDS).severity for spot in (0.6, 0.9)]
    assert misses[0] < misses[1] and alarms[0] < alarms[1]


def shown(*photos: tuple[str, int | None, float]) -> tuple[Figure, ...]:
    gallery, outcomes = Gallery(deployed()), []
    for name, kind, spot in photos:
        truth = marked() if kind is not None else np.zeros((64, 64), np.uint8)
        outcomes.append(outcome(name, kind, spot, truth))
        gallery.consider(outcomes[-1], surface(0), truth, scored(spot))
    return gallery.figures(outcomes)


def test_the_chart_comes_first_then_the_worst_of_each_kind() -> None:
    photos = [(f"miss{n}.png", 0, 0.25 + n / 100) for n in range(SHOWN + 3)]
    chart, *figures = shown(*photos, ("alarm.png", None, 0.9), ("good.png", None, 0.2))
    assert chart.kind == "chart" and b"<svg" in chart.data[:500]
    kinds = [figure.kind for figure in figures]
    assert kinds == ["miss"] * SHOWN + ["false_alarm", "correct"]
    assert [figure.title for figure in figures[:2]] == ["miss0.png", "miss1.png"]
    for figure in figures:
        drawn = np.asarray(Image.open(io.BytesIO(figure.data)))
        assert figure.media_type == "image/jpeg"
        assert drawn.ndim == 3 and drawn.std() > 20


def test_without_a_photo_there_is_a_chart_alone() -> None:
    assert [figure.kind for figure in shown()] == ["chart"]


def test_a_large_photo_is_cut_to_its_defect() -> None:
    size_hw = (3 * PANEL_PX, 2000)
    photo, truth = np.zeros((*size_hw, 3), np.uint8), np.zeros(size_hw, np.uint8)
    truth[900:920, 1500:1530] = 1
    photo[truth == 1] = (255, 0, 0)
    scores = np.full(size_hw, 0.2, np.float32)
    scores[100:120, 100:120] = 0.9
    reddish = (picture(photo, truth, scores).astype(int) @ [1, -1, 0] > 150).sum()
    assert reddish > 300
    # Where nobody marked the defect, it is cut to what is most anomalous.
    photo[:] = 0
    photo[100:120, 100:120] = (255, 0, 0)
    assert (picture(photo, None, scores).astype(int) @ [1, -1, 0] > 150).sum() > 300
