"""The dip against values that are known, and its chance against samples of one mode and of two."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audit.kinds.dip import chance, dip, valley


def test_the_dip_of_evenly_spaced_values_is_the_least() -> None:
    assert dip(np.arange(20.0)) == pytest.approx(0.5 / 20)


def test_the_dip_of_two_equal_heaps_comes_close_to_a_quarter() -> None:
    values = np.concatenate([np.linspace(0, 0.01, 50), np.linspace(1, 1.01, 50)])
    assert dip(values) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("count", [50, 200])
def test_the_dip_of_uniform_values_is_as_published(count: int) -> None:
    """Hartigan and Hartigan 1985, table 1: the 95 % point is 0.0702 for 50 and 0.0370 for 200."""
    rng = np.random.default_rng(0)
    dips = np.sort([dip(rng.random(count)) for _ in range(400)])
    assert dips[380] == pytest.approx({50: 0.0702, 200: 0.0370}[count], rel=0.08)


def test_values_without_any_spread() -> None:
    assert dip(np.ones(10)) == 0.05
    assert dip(np.array([1.0])) == 0.5


def test_one_mode_is_likely_and_two_are_not() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.normal(size=60), rng.normal(size=60)
    two[30:] += 7
    assert chance([one]) > 0.2
    assert chance([two]) < 0.01


def test_the_valley_lies_between_the_heaps() -> None:
    rng = np.random.default_rng(2)
    found = valley(np.concatenate([rng.normal(0, 1, 90), rng.normal(9, 1, 40)]))
    assert 2.5 < found.at < 7 and found.depth > 0.8
    assert valley(np.arange(50.0)).depth < 0.1
