from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.data.components import find_components
from engine.errors import DltrainError
from engine.records import IGNORE
from engine.tasks.segmentation.defects import predicted_defects
from engine.tasks.segmentation.outcome import ImageOutcome, RegionOutcome, observe

SIZE = 40


def blank() -> np.ndarray:
    return np.zeros((SIZE, SIZE), np.uint8)


def maps_of(label_map: np.ndarray, confidence: float = 0.9, classes: int = 2) -> np.ndarray:
    """Probabilities that decode to a label map."""
    return np.stack(
        [(label_map == k + 1) * np.float32(confidence) for k in range(classes)], axis=-1
    ).astype(np.float32)


def compare(truth: np.ndarray, predicted: np.ndarray, margin_px: int = 0) -> ImageOutcome:
    return observe("a.png", "part", truth, maps_of(predicted), (0.5, 0.5), margin_px)


def region(outcome: ImageOutcome, name: str = "all") -> RegionOutcome:
    found = outcome.region(name)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_pixels_are_counted_by_class() -> None:
    truth, predicted = blank(), blank()
    truth[10:12, 10:20] = 1
    predicted[11:13, 10:20] = 1
    predicted[30, 30] = 2
    counts = region(compare(truth, predicted))
    assert counts.true_px == (20, 0)
    assert counts.predicted_px == (20, 1)
    assert counts.true_positive_px == (10, 0)


def test_ignored_pixels_count_nowhere() -> None:
    truth, predicted = blank(), blank()
    truth[10:20, 10:20] = IGNORE
    predicted[10:20, 10:20] = 1
    outcome = compare(truth, predicted)
    counts = region(outcome)
    assert counts.predicted_px == (0, 0)
    assert counts.regions == (0, 0)
    assert counts.is_bad is False
    assert counts.score == 0.0


def test_a_scratch_of_one_pixel_width_is_found_two_pixels_off_but_not_three() -> None:
    truth = blank()
    truth[20, 5:35] = 1
    for offset, found in ((2, True), (3, False)):
        predicted = blank()
        predicted[20 + offset, 5:35] = 1
        counts = region(compare(truth, predicted))
        assert counts.defects == (1, 0)
        assert counts.defects_found == (int(found), 0)
        assert counts.regions_right == (int(found), 0)


def test_a_tenth_of_a_defect_is_enough_and_less_is_not() -> None:
    truth = blank()
    truth[20, 0:40] = 1
    for length, found in ((2, True), (1, False)):
        # Widened by 2 px on one side of the photo: length + 2 of 40 pixels.
        predicted = blank()
        predicted[20, 0:length] = 1
        assert region(compare(truth, predicted)).defects_found == (int(found), 0)


def test_the_wrong_class_finds_nothing() -> None:
    truth, predicted = blank(), blank()
    truth[10:20, 10:20] = 1
    predicted[10:20, 10:20] = 2
    counts = region(compare(truth, predicted))
    assert (counts.defects_found, counts.regions_right) == ((0, 0), (0, 0))


def test_defects_touching_at_a_corner_are_one() -> None:
    truth = blank()
    truth[5, 5] = truth[6, 6] = 1
    truth[20, 20] = 1
    assert region(compare(truth, blank())).defects == (2, 0)


def test_missed_and_predicted_defects_are_described() -> None:
    truth, predicted = blank(), blank()
    truth[10:12, 4:8] = 2
    predicted[30:33, 20:25] = 1
    outcome = compare(truth, predicted)
    (missed,) = outcome.missed_defects
    assert (missed.class_index, missed.bbox_xywh, missed.area_px) == (1, (4, 10, 4, 2), 8)
    (alarm,) = outcome.predicted_defects
    assert (alarm.class_index, alarm.bbox_xywh, alarm.right) == (0, (20, 30, 5, 3), False)
    assert alarm.confidence == pytest.approx(0.9)


def test_a_defect_belongs_where_most_of_it_lies() -> None:
    truth = blank()
    truth[20, 0:12] = 1
    outcome = compare(truth, blank(), margin_px=5)
    assert [defect.region for defect in outcome.true_defects] == ["interior"]
    assert region(outcome, "interior").defects == (1, 0)
    assert region(outcome, "edge").defects == (0, 0)
    assert region(outcome, "edge").true_px == (5, 0)


def test_a_ring_along_the_border_is_at_the_edge_although_its_centroid_is_not() -> None:
    truth = blank()
    truth[1:-1, 1:-1] = 1
    truth[2:-2, 2:-2] = 0
    assert [defect.region for defect in compare(truth, blank(), 5).true_defects] == ["edge"]


def test_a_photo_is_bad_good_or_not_judged_by_region() -> None:
    truth = blank()
    truth[20, 0:8] = 1  # 5 px in the band, 3 in the interior
    outcome = compare(truth, blank(), margin_px=5)
    assert region(outcome, "all").is_bad is True
    assert region(outcome, "edge").is_bad is True
    assert region(outcome, "interior").is_bad is None
    assert region(compare(blank(), blank(), 5), "interior").is_bad is False


def test_a_photo_without_counted_pixels_is_not_judged() -> None:
    counts = region(compare(np.full((SIZE, SIZE), IGNORE, np.uint8), blank()))
    assert (counts.is_bad, counts.score) == (None, 0.0)


def test_without_a_margin_interior_equals_all_and_there_is_no_edge() -> None:
    truth = blank()
    truth[0:3, 0:3] = 1
    outcome = compare(truth, truth)
    assert outcome.region("edge") is None
    everything, interior = region(outcome, "all"), region(outcome, "interior")
    assert everything.defects == interior.defects == (1, 0)
    assert everything.score == interior.score


def test_truth_of_another_size_or_an_unknown_class_is_refused() -> None:
    with pytest.raises(DltrainError, match="differ in size"):
        observe("a.png", "p", np.zeros((3, 4), np.uint8), maps_of(blank()), (0.5, 0.5), 0)
    with pytest.raises(DltrainError, match=r"does not know.*Received: label-map value 3"):
        compare(np.full((SIZE, SIZE), 3, np.uint8), blank())


def test_regions_are_described_without_truth() -> None:
    predicted = blank()
    predicted[3:5, 3:9] = 2
    scores = np.zeros(predicted.shape, np.float32)
    scores[4, 8], scores[9, 9] = 0.6, 0.9
    (found,) = predicted_defects(predicted, maps_of(predicted, 0.75), scores, scores >= 0)
    assert found.region == "interior"
    assert found.score == pytest.approx(0.6)
    assert (found.class_index, found.area_px, found.right) == (1, 12, None)
    assert found.confidence == pytest.approx(0.75)


label_maps = hnp.arrays(np.uint8, (12, 14), elements=st.sampled_from([0, 0, 0, 1, 2, IGNORE]))


@settings(deadline=None, max_examples=50)
@given(label_maps, st.integers(0, 4))
def test_a_perfect_prediction_finds_everything_and_raises_no_false_alarm(
    truth: np.ndarray, margin_px: int
) -> None:
    predicted = np.where(truth == IGNORE, 0, truth)
    outcome = compare(truth, predicted, margin_px)
    for counts in outcome.regions:
        assert counts.true_positive_px == counts.true_px == counts.predicted_px
        assert counts.defects == counts.defects_found == counts.regions == counts.regions_right


@settings(deadline=None, max_examples=50)
@given(label_maps, label_maps, st.integers(1, 4))
def test_interior_and_edge_add_up_to_all(
    truth: np.ndarray, predicted: np.ndarray, margin_px: int
) -> None:
    outcome = compare(truth, predicted, margin_px)
    everything, interior, edge = (region(outcome, n) for n in ("all", "interior", "edge"))
    for field in ("true_px", "predicted_px", "true_positive_px", "defects", "regions"):
        parts = zip(getattr(interior, field), getattr(edge, field), strict=True)
        assert getattr(everything, field) == tuple(a + b for a, b in parts)


@settings(deadline=None, max_examples=50)
@given(label_maps)
def test_components_cover_their_class_once(label_map: np.ndarray) -> None:
    drawn = np.zeros(label_map.size, np.uint8)
    for piece in find_components(label_map):
        assert not drawn[piece.pixels].any()
        drawn[piece.pixels] = piece.class_index + 1
        x, y, w, h = piece.bbox_xywh
        rows, columns = np.unravel_index(piece.pixels, label_map.shape)
        assert (columns.min(), rows.min()) == (x, y)
        assert (columns.max() + 1, rows.max() + 1) == (x + w, y + h)
    assert np.array_equal(
        drawn.reshape(label_map.shape), np.where(label_map == IGNORE, 0, label_map)
    )
