from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy.optimize import approx_fprime
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from engine.tasks.ocr.confidence import (
    LEAST_SLOPE,
    Confidence,
    expected_calibration_error,
    fit_confidence,
    reliability,
)
from engine.tasks.stored import dump_json, load_json

SAID = np.log([0.999, 0.95, 0.5, 0.05])


def test_without_readings_the_networks_own_word_stands() -> None:
    own = fit_confidence([], [])
    assert own == Confidence(1.0, 0.0)
    np.testing.assert_allclose(own.of(SAID), np.exp(SAID), atol=1e-9)


def test_probabilities_at_and_beyond_the_ends_stay_numbers() -> None:
    found = Confidence().of([-np.inf, -1e300, 0.0, 1e-7])
    assert np.isfinite(found).all() and (found >= 0).all() and (found <= 1).all()
    assert found[0] < 1e-6 and found[2] > 1 - 1e-6


def test_an_overconfident_network_is_corrected() -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(3.0, 2.0, 4000)
    right = rng.random(4000) < expit(0.6 * odds - 1.2)
    found = fit_confidence(np.log(expit(odds)), right)
    assert found.slope == pytest.approx(0.6, abs=0.06)
    assert found.intercept == pytest.approx(-1.2, abs=0.2)
    before = expected_calibration_error(Confidence().of(np.log(expit(odds))), right)
    after = expected_calibration_error(found.of(np.log(expit(odds))), right)
    assert before is not None and after is not None
    assert after < 0.03 < before


def test_many_readings_give_what_a_logistic_regression_gives() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0.0, 1.5, 3000)
    right = rng.random(3000) < expit(1.3 * odds + 0.4)
    found = fit_confidence(np.log(expit(odds)), right)
    peer = LogisticRegression(C=np.inf).fit(odds[:, None], right)
    assert found.slope == pytest.approx(float(peer.coef_[0, 0]), rel=0.03)
    assert found.intercept == pytest.approx(float(peer.intercept_[0]), abs=0.03)


@pytest.mark.parametrize("count", [1, 4, 30, 500])
def test_all_right_and_all_wrong_are_no_certainty(count: int) -> None:
    said = np.log(np.linspace(0.6, 0.999, count))
    good, bad = (fit_confidence(said, np.full(count, flag)).of(said) for flag in (True, False))
    assert (good.mean() > bad.mean()) and (good < 1).all() and (bad > 0).all()
    if count >= 30:
        assert good.mean() == pytest.approx((count + 1) / (count + 2), abs=0.05)
        assert bad.mean() < 0.1


def test_few_readings_move_the_networks_word_little() -> None:
    one = fit_confidence(np.log([0.9]), [True])
    assert one.of(SAID) == pytest.approx(np.exp(SAID), abs=0.25)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(-30, 0), st.booleans()), max_size=12))
def test_a_likelier_reading_never_has_the_lower_confidence(
    readings: list[tuple[float, bool]],
) -> None:
    said = np.array([value for value, _ in readings])
    found = fit_confidence(said, [right for _, right in readings])
    assert found.slope >= LEAST_SLOPE
    confidences = found.of(np.linspace(-20, 0, 50))
    assert (np.diff(confidences) >= 0).all()
    assert ((confidences >= 0) & (confidences <= 1)).all()


def test_it_is_stored_with_a_deployment() -> None:
    adapter = TypeAdapter(Confidence)
    own = Confidence(0.7, -1.25)
    assert load_json(adapter, dump_json(adapter, own)) == own


def test_reliability_and_its_error_by_hand() -> None:
    confidences = np.array([0.95, 1.0, 0.92, 0.35, 0.31])
    right = np.array([True, True, False, False, True])
    counts, said, shares = reliability(confidences, right)
    assert counts.tolist() == [2, 3]
    np.testing.assert_allclose(said, [0.33, 2.87 / 3])
    np.testing.assert_allclose(shares, [0.5, 2 / 3])
    expected = (2 * 0.17 + 3 * (2.87 / 3 - 2 / 3)) / 5
    assert expected_calibration_error(confidences, right) == pytest.approx(expected)
    assert expected_calibration_error(np.empty(0), np.empty(0, bool)) is None


def test_the_fit_is_the_best_there_is() -> None:
    """At the optimum that was found, nothing nearby is better."""
    rng = np.random.default_rng(5)
    odds = rng.normal(1.0, 2.0, 40)
    right = rng.random(40) < expit(0.5 * odds)
    good = int(right.sum())
    targets = np.where(right, (good + 1) / (good + 2), 1 / (42 - good))
    found = fit_confidence(np.log(expit(odds)), right)

    def loss(parameters: np.ndarray) -> float:
        said = parameters[0] * odds + parameters[1]
        prior = ((parameters - [1, 0]) / [0.5, 3.0]) ** 2
        return float((np.logaddexp(0, said) - targets * said).sum() + prior.sum() / 2)

    slope = approx_fprime(np.array([found.slope, found.intercept]), loss, 1e-6)
    np.testing.assert_allclose(slope, 0, atol=1e-2)
