"""What is bad where, and which pixels count, on photos drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import DltrainError, RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.judged import verdicts
from engine.tasks.anomaly_detection.outcome import (
    PhotoOutcome,
    highest_by_region,
    observe,
)

SIZE = (20, 30)
MARGIN = 4


def drawn(*boxes: tuple[int, int, int, int], value: int = 1) -> np.ndarray:
    """A mask with boxes (top, left, height, width)."""
    mask = np.zeros(SIZE, np.uint8)
    for y, x, height, width in boxes:
        mask[y : y + height, x : x + width] = value
    return mask


def seen(kind: int | None, truth: np.ndarray | None, margin_px: int = MARGIN) -> PhotoOutcome:
    scores = np.full(SIZE, 0.25, np.float32)
    whole = highest_by_region(scores, truth, margin_px)
    return observe("a.png", "a", kind, truth, scores, whole, margin_px)


def is_bad(kind: int | None, truth: np.ndarray | None) -> dict[str, bool | None]:
    found = {region.name: region.is_bad for region in seen(kind, truth).regions}
    assert found == verdicts("a.png", kind, truth, SIZE, MARGIN)
    return {str(name): own for name, own in found.items()}


@pytest.mark.parametrize("truth", [None, drawn()])
def test_a_good_photo_is_good_everywhere(truth: np.ndarray | None) -> None:
    assert is_bad(None, truth) == {"all": False, "interior": False, "edge": False}


@pytest.mark.parametrize(
    ("boxes", "interior", "edge"),
    [
        (((8, 8, 3, 3),), True, None),
        (((0, 8, 3, 3),), None, True),
        (((8, 8, 3, 3), (0, 8, 3, 3)), True, True),
        # Half inside counts as inside; a tip does not.
        (((2, 8, 4, 3),), True, None),
        (((1, 8, 4, 3),), None, True),
    ],
)
def test_a_photo_of_a_defect_is_judged_where_its_defects_belong(
    boxes: tuple[tuple[int, int, int, int], ...], interior: bool | None, edge: bool | None
) -> None:
    assert is_bad(0, drawn(*boxes)) == {"all": True, "interior": interior, "edge": edge}


def test_a_defect_that_nobody_marked_is_judged_by_its_kind() -> None:
    assert is_bad(1, None) == {"all": True, "interior": True, "edge": None}
    for region in seen(1, None).regions:
        assert (region.good.total, region.anomalous.total, region.defects) == (0, 0, ())


@pytest.mark.parametrize("truth", [drawn(), drawn((8, 8, 3, 3), value=IGNORE)])
def test_a_defect_beyond_the_region_of_interest_is_judged_nowhere(truth: np.ndarray) -> None:
    assert is_bad(1, truth) == {"all": None, "interior": None, "edge": None}
    everything = seen(1, truth).regions[0]
    assert everything.good.total == int((truth != IGNORE).sum())
    assert (everything.anomalous.total, everything.defects) == (0, ())


def test_pixels_are_good_or_anomalous_where_they_lie_and_defects_where_they_belong() -> None:
    truth = drawn((1, 8, 4, 3), (10, 10, 2, 2))
    truth[12, 12] = 1  # touches the second by its corner
    truth[15, 20:25] = IGNORE
    everything, interior, edge = seen(0, truth).regions
    assert everything.anomalous.total == 12 + 5
    assert everything.good.total == 600 - 17 - 5
    assert interior.anomalous.total == 3 + 5
    assert interior.good.total == 12 * 22 - 8 - 5
    assert edge.anomalous.total == 9
    assert [piece.total for piece in interior.defects] == [5]
    assert [piece.total for piece in edge.defects] == [12]
    assert sorted(piece.total for piece in everything.defects) == [5, 12]


def test_without_a_margin_there_is_no_edge() -> None:
    outcome = seen(0, drawn((0, 0, 2, 2)), margin_px=0)
    assert [(r.name, r.is_bad) for r in outcome.regions] == [("all", True), ("interior", True)]
    assert outcome.region("edge") is None


def test_a_region_of_which_nothing_is_counted_is_not_judged() -> None:
    truth = drawn((MARGIN, MARGIN, 12, 22), value=IGNORE)
    assert is_bad(None, truth) == {"all": False, "interior": None, "edge": False}
    assert is_bad(0, truth) == {"all": None, "interior": None, "edge": None}
    truth[0, 8:12] = 1
    assert is_bad(0, truth) == {"all": True, "interior": None, "edge": True}


def test_every_label_but_ignore_is_anomalous() -> None:
    assert seen(0, drawn((8, 8, 2, 2), value=3)).regions[0].anomalous.total == 4


def test_the_highest_score_of_each_region_leaves_out_what_is_ignored() -> None:
    scores = np.zeros(SIZE, np.float32)
    scores[0, 0], scores[10, 10], scores[10, 12] = 0.5, 2.0, 7.0
    truth = drawn()
    truth[10, 12] = IGNORE
    assert highest_by_region(scores, truth, MARGIN) == {"all": 2.0, "interior": 2.0, "edge": 0.5}
    assert highest_by_region(scores, None, 0) == {"all": 7.0, "interior": 7.0}
    assert highest_by_region(scores, None, 50)["interior"] == 0.0


def test_a_good_photo_with_marks_is_refused() -> None:
    with pytest.raises(DltrainError, match=r"a\.png: a photo that is called good .*ANN310"):
        seen(None, drawn((8, 8, 2, 2)))


def test_another_size_is_refused() -> None:
    with pytest.raises(DltrainError, match=r"truth \(5, 5\), scores \(20, 30\).*Allowed: .*check"):
        observe("a.png", "a", 0, np.ones((5, 5), np.uint8), np.zeros(SIZE, np.float32), {}, 0)


@pytest.mark.parametrize("value", [np.nan, -0.1, 1.5, np.inf])
def test_scores_that_are_none_end_the_run(value: float) -> None:
    scores = np.full(SIZE, 0.5, np.float32)
    whole = {"all": 0.5, "interior": 0.5}
    with pytest.raises(RunFailed, match=r"no numbers from 0 to 1.*Allowed: .*Train again"):
        observe("a.png", "a", 0, None, scores, {**whole, "all": value}, 0)  # type: ignore[dict-item]
    scores[3, 3] = value
    with pytest.raises(RunFailed, match="no numbers from 0 to 1"):
        observe("a.png", "a", 0, None, scores, whole, 0)  # type: ignore[arg-type]
