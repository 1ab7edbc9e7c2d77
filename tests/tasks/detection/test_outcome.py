"""What is right on a photo, region by region; the metrics that follow; classes mixed up; cases."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluate.bootstrap import estimate
from engine.records import IGNORE
from engine.tasks.detection.cases import cases_of
from engine.tasks.detection.confusion import confusion_matrix
from engine.tasks.detection.curves import curves_of, precision_recall_of
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.metrics import measure
from engine.tasks.detection.outcome import PhotoOutcome, observe
from engine.tasks.detection.verdicts import verdicts_in

NAMES, ORDERS = ("bracket", "nut", "washer"), (1, 6, 0)
LIMITS = np.array([0.5, 0.5, 0.5], np.float32)
SIZE = (200, 200)
Row = tuple[float, ...]


def things(*rows: Row) -> Things:
    """Rows of (class, x, y, width, height, degrees)."""
    values = np.array(rows, np.float32).reshape(-1, 6)
    return Things(boxes(values), values[:, 0].astype(np.uint8))


def found(*rows: Row) -> Detections:
    """Rows of (class, x, y, width, height, degrees, score)."""
    values = np.array(rows, np.float32).reshape(-1, 7)
    own = Detections(boxes(values), values[:, 0].astype(np.uint8), values[:, 6])
    return own.take(np.argsort(-own.scores, kind="stable"))


def boxes(values: np.ndarray) -> np.ndarray:
    return np.concatenate([values[:, 1:5], np.deg2rad(values[:, 5:6])], axis=1).astype(np.float32)


def seen(
    truth: Things, said: Detections, margin_px: int = 0, name: str = "a/1.png", object: str = "a"
) -> PhotoOutcome:
    return observe(name, object, SIZE, truth, said, margin_px, ORDERS)


def values(outcomes: list[PhotoOutcome], region: str = "interior") -> dict[tuple, float | None]:
    return {
        (metric.name, metric.class_name): metric.value
        for metric in estimate(measure(outcomes, NAMES, ORDERS, LIMITS), resamples=50)
        if metric.region == region
    }


BRACKET = (0, 60, 60, 40, 20, 30)


def test_a_photo_that_is_all_right() -> None:
    truth = things(BRACKET, (1, 120, 60, 20, 18, 0), (2, 60, 140, 20, 20, 0))
    said = found((*BRACKET, 0.9), (1, 120, 60, 20, 18, 60, 0.8), (2, 60, 140, 20, 20, 45, 0.7))
    got = values([seen(truth, said)])
    assert got["map50_95", None] == pytest.approx(1)
    assert got["recall", None] == got["precision", None] == 1
    assert got["angle_error_deg", None] == pytest.approx(0, abs=1e-3)
    assert got["flip_rate", None] == 0
    assert ("angle_error_deg", "washer") not in got
    assert ("flip_rate", "nut") not in got


def test_a_heading_that_points_the_other_way_is_a_flip_and_still_the_same_box() -> None:
    x = [(0, 60, 60, 40, 20, 210, 0.9)]
    got = values([seen(things(BRACKET), found(*x))])
    assert got["map50_95", "bracket"] == pytest.approx(1)
    assert got["flip_rate", None] == 1
    assert got["angle_error_deg", "bracket"] == pytest.approx(180, abs=1e-2)


def test_a_second_detection_of_a_thing_is_wrong_and_an_unsure_one_does_not_count() -> None:
    said = found((*BRACKET, 0.9), (0, 61, 60, 40, 20, 30, 0.6), (0, 150, 150, 30, 20, 0, 0.4))
    got = values([seen(things(BRACKET), said)])
    assert got["precision", "bracket"] == 0.5
    assert got["overkill_rate", "bracket"] == 0.5
    assert got["escape_rate", "bracket"] == 0
    assert got["map50", "bracket"] == pytest.approx(1)


def test_ignored_things_are_neither_missed_nor_wrong() -> None:
    truth = things((IGNORE, 60, 60, 40, 20, 30))
    own = seen(truth, found((*BRACKET, 0.9))).region("interior")
    assert own is not None
    assert not own.wanted.any()
    assert not own.counted[0].any()


def test_what_lies_in_the_margin_counts_in_the_edge_alone() -> None:
    truth = things((0, 10, 100, 16, 16, 0), BRACKET)
    said = found((0, 10, 100, 16, 16, 0, 0.9), (0, 100, 195, 16, 16, 0, 0.8))
    outcome = seen(truth, said, margin_px=20)
    interior, edge, everything = (values([outcome], r) for r in ("interior", "edge", "all"))
    assert interior["recall", "bracket"] == 0
    assert interior["precision", "bracket"] is None
    assert edge["recall", "bracket"] == 1
    assert edge["precision", "bracket"] == 0.5
    assert everything["recall", "bracket"] == 0.5
    assert seen(truth, said).region("edge") is None


def test_errors_of_position_are_in_px() -> None:
    said = found((0, 63, 64, 40, 20, 30, 0.9))
    assert values([seen(things(BRACKET), said)])["position_error_px", None] == pytest.approx(5)


def test_nothing_depends_on_the_order_of_photos() -> None:
    rng = np.random.default_rng(0)
    outcomes = []
    for number in range(8):
        rows = [(rng.integers(3), *rng.uniform(30, 170, 2), 20, 18, 0) for _ in range(5)]
        said = [
            (*row[:1], *(np.array(row[1:]) + rng.normal(0, 2, 5)), rng.random()) for row in rows
        ]
        outcomes.append(
            seen(things(*rows), found(*said), name=f"{number}.png", object=str(number // 2))
        )
    one = estimate(measure(outcomes, NAMES, ORDERS, LIMITS), resamples=20)
    assert one == estimate(measure(outcomes[::-1], NAMES, ORDERS, LIMITS), resamples=20)


def test_a_thing_called_something_else_is_one_mistake() -> None:
    truth = things(
        (1, 60, 60, 20, 20, 0), (2, 120, 60, 20, 20, 0), (*BRACKET[:1], 60, 150, 40, 20, 0)
    )
    said = found(
        (2, 60, 60, 20, 20, 0, 0.9), (2, 120, 61, 20, 20, 0, 0.8), (0, 150, 150, 9, 9, 0, 0.7)
    )
    outcome = seen(truth, said)
    own = verdicts_in(outcome, "interior", ORDERS, LIMITS)
    assert own is not None
    assert own.mixed == ((0, 0),)
    assert own.right.tolist() == [False, True, False]
    assert own.missed.tolist() == own.alone.tolist() == [False, False, True]
    matrix = confusion_matrix([outcome], "interior", ORDERS, LIMITS)
    expected = [[0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    assert matrix.tolist() == expected
    kinds = {case.kind: case for case in cases_of(outcome, NAMES, ORDERS, LIMITS)}
    assert set(kinds) == {"miss", "false_alarm", "wrong_class"}
    assert "nut called washer" in kinds["wrong_class"].caption
    assert "1 x bracket" in kinds["miss"].caption
    assert kinds["miss"].things.tolist() == [False, False, True]
    assert kinds["false_alarm"].detections.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("label", "off", "wrong"),
    [(0, 95, True), (0, 80, False), (1, 14, False), (1, 20, True), (2, 90, False)],
)
def test_angles_that_are_wrong_are_shown(label: int, off: float, wrong: bool) -> None:
    truth = things((label, 60, 60, 20, 20, 10))
    kinds = [
        case.kind
        for case in cases_of(
            seen(truth, found((label, 60, 60, 20, 20, 10 + off, 0.9))), NAMES, ORDERS, LIMITS
        )
    ]
    if label == 0 and off == 95:
        assert kinds == ["wrong_heading"]
    assert ("wrong_heading" in kinds) is wrong


def test_wrong_headings_come_before_wrong_angles_and_are_told_together() -> None:
    nuts = [(1, 40 + 40 * n, 60, 20, 20, 0) for n in range(3)]
    said = [(*nut[:5], 20 + n, 0.9) for n, nut in enumerate(nuts)]
    (angles,) = cases_of(seen(things(*nuts), found(*said)), NAMES, ORDERS, LIMITS)
    assert angles.caption == "angle of 3 x nut off by 20 to 22 degrees"
    flipped = found((*BRACKET[:5], BRACKET[5] + 180, 0.9))
    (heading,) = cases_of(seen(things(BRACKET), flipped), NAMES, ORDERS, LIMITS)
    assert heading.caption == "heading of 1 x bracket off by 180 degrees"
    assert heading.severity > angles.severity


def test_a_photo_without_things_and_detections_is_right() -> None:
    (case,) = cases_of(seen(things(), found()), NAMES, ORDERS, LIMITS)
    assert (case.kind, case.caption) == ("correct", "nothing there, nothing found")
    got = values([seen(things(), found())])
    assert got["map50", None] is None
    assert got["recall", "nut"] is None


def test_curves_are_those_of_their_definition() -> None:
    truth = things(BRACKET, (0, 150, 60, 40, 20, 0))
    outcome = seen(truth, found((*BRACKET, 0.9), (0, 60, 150, 40, 20, 0, 0.7)))
    curve = curves_of([outcome], "interior", 3)[0]
    assert curve.recall.tolist() == [0.5, 0.5]
    assert curve.precision.tolist() == [0.5, 1.0]
    counts = precision_recall_of([outcome], "interior", 0)
    assert counts.true_positives[[0, 95]].tolist() == [1, 0]
    assert counts.false_positives[[0, 80]].tolist() == [1, 0]
    assert counts.false_negatives[[0, 95]].tolist() == [1, 2]
    assert curves_of([outcome], "interior", 3)[1].average_precision is None
