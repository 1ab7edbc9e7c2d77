"""Every metric against its definition, and against cases worked out by hand."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.bootstrap import estimate
from engine.evaluate.metric import MetricValue
from engine.tasks.anomaly_detection.metrics import measure
from engine.tasks.anomaly_detection.normalise import normalised_map
from engine.tasks.anomaly_detection.outcome import PhotoOutcome, highest_by_region, observe
from engine.tasks.photo_verdicts import confusion
from tests.tasks.anomaly_detection import direct

KINDS = ("scratch", "stain")


def photo(
    name: str,
    scores: np.ndarray,
    mask: np.ndarray | None = None,
    kind: int | None = None,
    part: str = "",
    margin_px: int = 0,
    score: float | None = None,
) -> PhotoOutcome:
    values = np.asarray(scores, np.float32)
    truth = None if mask is None else np.asarray(mask, np.uint8)
    whole = highest_by_region(values, truth, margin_px)
    if score is not None:
        whole = dict.fromkeys(whole, score)
    return observe(name, part or name, kind, truth, values, whole, margin_px)


def judged(name: str, score: float, kind: int | None = None, part: str = "") -> PhotoOutcome:
    """A photo by its score alone."""
    return photo(name, np.zeros((2, 2)), None, kind, part, score=score)


def value(
    outcomes: Sequence[PhotoOutcome],
    name: str,
    kind: str | None = None,
    region: str = "interior",
) -> MetricValue:
    metrics = estimate(measure(outcomes, KINDS), resamples=50)
    (found,) = [m for m in metrics if (m.name, m.class_name, m.region) == (name, kind, region)]
    return found


def scene(seed: int, spread: float = 0.3, height: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Random scores and a mask with a few regions, whose pixels tend to score higher."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((height, 32), np.uint8)
    for _ in range(rng.integers(1, 4)):
        y, x = rng.integers(0, height - 5), rng.integers(0, 26)
        mask[y : y + rng.integers(1, 6), x : x + rng.integers(1, 7)] = 1
    raw = rng.gamma(4.0, spread / 4, mask.shape) * (1 + mask * rng.uniform(0.2, 1.5))
    return (raw / (raw + 1)).astype(np.float32), mask


def test_image_rates_are_of_the_photos_that_are_judged() -> None:
    outcomes = [
        judged("1", 0.9, 0, "a"),
        judged("2", 0.5, 0, "a"),
        judged("3", 0.4, 1, "b"),
        judged("4", 0.5, None, "c"),
        judged("5", 0.1, None, "d"),
    ]
    escape = value(outcomes, "image_escape_rate")
    assert (escape.value, escape.n) == (pytest.approx(1 / 3), 2)
    assert value(outcomes, "image_escape_rate", "scratch").value == 0.0
    assert value(outcomes, "image_escape_rate", "stain").value == 1.0
    assert value(outcomes, "image_overkill_rate").value == 0.5
    # Pairs in the right order: 0.9 beats both, 0.5 ties one and beats one, 0.4 beats one.
    assert value(outcomes, "image_auroc").value == pytest.approx((2 + 1.5 + 1) / 6)
    assert value(outcomes, "image_auroc", "scratch").value == pytest.approx(3.5 / 4)
    assert value(outcomes, "image_auroc", "stain").value == pytest.approx(0.5)
    # 0.9: 1 of 1; 0.5: 2 of 3; 0.4: 3 of 4.
    assert value(outcomes, "image_ap").value == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    counts = confusion(outcomes, 0.5)
    assert (counts.bad_called_bad, counts.bad_called_good) == (2, 1)
    assert (counts.good_called_good, counts.good_called_bad) == (1, 1)


def test_the_overlap_of_two_regions_by_hand() -> None:
    """Eleven good pixels, a region of four and one of one; the curve is cut between two points."""
    mask = np.array([[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]])
    scores = np.array([[8, 8, 8, 2, 0, 7, 5, 1], [1, 1, 1, 1, 1, 1, 1, 9]]) / 16
    # The overlap is (3/4 + 1) / 2 until 2 of 11 good pixels are marked, then 1.
    expected = (2 / 11 * 0.875 + (0.3 - 2 / 11)) / 0.3
    assert direct.pro([scores], [mask]) == pytest.approx(expected)
    assert value([photo("1", scores, mask, 0)], "pro").value == pytest.approx(expected)


@pytest.mark.parametrize("spread", [0.001, 0.3, 40.0])
@pytest.mark.parametrize("seed", range(4))
def test_pixel_metrics_are_those_of_the_definition(seed: int, spread: float) -> None:
    scenes = [scene(10 * seed + index, spread) for index in range(4)]
    scenes.append((scene(1000 + seed, spread)[0], np.zeros((24, 32), np.uint8)))
    outcomes = [
        photo(str(index), scores, mask, 0 if mask.any() else None)
        for index, (scores, mask) in enumerate(scenes)
    ]
    maps, masks = [s for s, _ in scenes], [m for _, m in scenes]
    bad, good = (
        np.concatenate([m[(t > 0) == kind] for m, t in scenes]).astype(np.float64)
        for kind in (True, False)
    )
    assert value(outcomes, "pixel_auroc").value == pytest.approx(direct.auroc(bad, good), abs=1e-3)
    assert value(outcomes, "pro").value == pytest.approx(direct.pro(maps, masks), abs=1e-3)


@pytest.mark.parametrize("limit", [-6.0, 0.0, 4.0, 8.0, 11.0, 14.0])
def test_pixel_metrics_of_odds_do_not_depend_on_the_threshold(limit: float) -> None:
    """Log-odds from -30 to 30, as `synthetic_defects` gives them; `limit` is log-odds too."""
    rng = np.random.default_rng(5)
    mask = np.zeros((48, 64), np.uint8)
    mask[10:20, 12:30] = mask[30:40, 40:50] = 1
    log_odds = np.clip(rng.normal(-9.0, 6.0, mask.shape) + 12.0 * mask, -30.0, 30.0)
    scores = normalised_map(np.exp(log_odds).astype(np.float32), float(np.exp(limit)))
    exact = direct.auroc(log_odds[mask == 1], log_odds[mask == 0])
    outcomes = [photo("1", scores, mask, 0)]
    assert value(outcomes, "pixel_auroc").value == pytest.approx(exact, abs=1e-3)
    assert value(outcomes, "pro").value == pytest.approx(direct.pro([log_odds], [mask]), abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.7]), st.booleans()), min_size=2))
def test_image_metrics_are_those_of_the_definition(photos: list[tuple[float, bool]]) -> None:
    outcomes = [judged(str(n), s, 0 if bad else None) for n, (s, bad) in enumerate(photos)]
    bad, good = (np.array([s for s, b in photos if b == kind]) for kind in (True, False))
    found = {name: value(outcomes, name).value for name in ("image_auroc", "image_ap")}
    if not len(bad) or not len(good):
        assert found == {"image_auroc": None, "image_ap": None}
    else:
        assert found["image_auroc"] == pytest.approx(direct.auroc(bad, good))
        assert found["image_ap"] == pytest.approx(direct.average_precision(bad, good))


@pytest.mark.parametrize(
    ("good", "bad", "auroc", "overlap"),
    [(0.2, 0.9, 1.0, 1.0), (0.9, 0.2, 0.0, 0.0), (0.4, 0.4, 0.5, 0.15), (0.0, 1.0, 1.0, 1.0)],
)
def test_perfect_inverse_and_constant_scores(
    good: float, bad: float, auroc: float, overlap: float
) -> None:
    mask = np.zeros((20, 20), np.uint8)
    mask[4:8, 4:9] = mask[12:14, 10:15] = 1
    outcomes = [photo("1", np.where(mask, bad, good), mask, 0), photo("2", np.full((9, 9), good))]
    assert value(outcomes, "pixel_auroc").value == pytest.approx(auroc)
    assert value(outcomes, "pro").value == pytest.approx(overlap)
    assert value(outcomes, "image_auroc").value == pytest.approx(0.5 if bad <= good else 1.0)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.floats(0.02, 50.0), st.floats(0.6, 1.7))
def test_another_unit_of_the_raw_scores_changes_no_ranking(
    seed: int, factor: float, power: float
) -> None:
    scores, mask = scene(seed)
    raw = (scores / (1 - scores)).astype(np.float64)
    other = factor * raw**power
    mapped = (other / (other + 1)).astype(np.float32)
    first, second = (photo("1", s, mask, 0) for s in (scores, mapped))
    for name in ("pixel_auroc", "pro"):
        before, after = (value([each], name).value for each in (first, second))
        assert before == pytest.approx(after, abs=4e-3)


def test_golden_values() -> None:
    """The same counts give the same figures from one version to the next."""
    outcomes = [photo(str(n), *scene(n), kind=n % 2, part="ab"[n // 2]) for n in range(4)]
    outcomes += [photo(f"good{n}", scene(n)[0] / 2) for n in range(3)]
    metrics = {m.name: m for m in estimate(measure(outcomes, KINDS), 200) if m.class_name is None}
    assert {
        name: (round(m.value or 0, 4), round(m.low or 0, 3), m.n) for name, m in metrics.items()
    } == {
        "image_ap": (1.0, 0.158, 5),
        "image_auroc": (1.0, 0.158, 5),
        "image_escape_rate": (0, 0, 2),
        "image_overkill_rate": (0, 0, 3),
        "pixel_auroc": (0.8903, 0.108, 5),
        "pro": (0.645, 0.035, 5),
    }


def test_each_region_of_the_photo_has_its_own_figures() -> None:
    mask = np.zeros((20, 30), np.uint8)
    mask[0:3, 0:6] = mask[8:12, 10:16] = 1
    scores = np.full((20, 30), 0.1)
    scores[8:12, 10:16] = 0.9
    scores[0:3, 0:6] = 0.05
    outcomes = [photo("1", scores, mask, 0, margin_px=3)]
    assert [value(outcomes, "pro", region=r).value for r in ("interior", "edge", "all")] == [
        1.0,
        0.0,
        pytest.approx(0.5),
    ]
    assert value(outcomes, "pixel_auroc", region="edge").value == 0.0


def test_what_the_test_set_does_not_show_is_undefined() -> None:
    bad_only = [judged("1", 0.9, 0), judged("2", 0.3, 0)]
    undefined = {
        (m.name, m.class_name)
        for m in estimate(measure(bad_only, KINDS), 20)
        if m.region == "interior" and (m.value, m.low, m.high, m.n) == (None, None, None, 0)
    }
    names = ("image_auroc", "image_ap", "pixel_auroc", "pro", "image_overkill_rate")
    assert {(name, None) for name in names} <= undefined
    assert ("image_escape_rate", "stain") in undefined
    assert value(bad_only, "image_escape_rate").value == 0.5
    good_only = [judged("1", 0.9), judged("2", 0.3)]
    assert value(good_only, "image_overkill_rate").value == 0.5
    for name in ("image_escape_rate", "image_auroc", "image_ap", "pixel_auroc", "pro"):
        assert value(good_only, name).value is None
    assert measure([], KINDS) == ()


def test_without_names_of_kinds_all_are_measured_together() -> None:
    metrics = estimate(measure([judged("1", 0.9, 0), judged("2", 0.1)], ()), 20)
    assert {m.class_name for m in metrics} == {None}


def test_photos_of_one_object_count_once() -> None:
    """Forty photos of two parts, all the same: the interval is that of two objects."""
    outcomes = [judged(str(n), 0.1, None, "ab"[n % 2]) for n in range(40)]
    metric = value(outcomes, "image_overkill_rate")
    assert (metric.value, metric.n) == (0.0, 2)
    assert metric.high is not None and metric.high > 0.8


outcomes_drawn = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from("abc"), st.sampled_from([None, 0, 1, "unmarked"])
    ),
    min_size=1,
    max_size=6,
)


def built(drawn: list[tuple[int, str, object]]) -> list[PhotoOutcome]:
    outcomes = []
    for index, (seed, part, kind) in enumerate(drawn):
        scores, mask = scene(seed, height=12)
        own = None if kind in (None, "unmarked") else mask
        number = 0 if kind == "unmarked" else kind
        outcomes.append(photo(str(index), scores, own, number, part, 2))  # type: ignore[arg-type]
    return outcomes


@settings(deadline=None, max_examples=30)
@given(outcomes_drawn, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_nothing_is_nan(
    drawn: list[tuple[int, str, object]], order: random.Random
) -> None:
    outcomes = built(drawn)
    shuffled = outcomes[:]
    order.shuffle(shuffled)
    metrics = estimate(measure(outcomes, KINDS), 40)
    assert metrics == estimate(measure(shuffled, KINDS), 40)
    for metric in metrics:
        if metric.value is None:
            assert (metric.low, metric.high, metric.n) == (None, None, 0)
        else:
            assert metric.low is not None and metric.high is not None
            assert 0 <= metric.low <= metric.value <= metric.high <= 1
            assert metric.low < metric.high
            assert metric.n > 0


def test_three_hundred_photos_take_seconds() -> None:
    rng = np.random.default_rng(0)
    outcomes = []
    for index in range(300):
        raw = rng.gamma(4.0, 0.1, (128, 128))
        mask = np.zeros(raw.shape, np.uint8)
        if index % 2:
            mask[20:40, 30:50] = 1
            raw[mask > 0] *= 1.8
        kind = index % 2 and index // 2 % 2
        outcomes.append(
            photo(f"{index:03}", raw / (raw + 1), mask, kind if index % 2 else None, margin_px=9)
        )
    size = sum(
        part.bins.nbytes + part.counts.nbytes
        for outcome in outcomes
        for region in outcome.regions
        for part in (region.good, region.anomalous, *region.defects)
    )
    assert size < 300 * 60_000
    began = time.process_time()
    metrics = estimate(measure(outcomes, KINDS), 1000)
    assert time.process_time() - began < 30
    assert all(metric.value is not None for metric in metrics if metric.region == "interior")
