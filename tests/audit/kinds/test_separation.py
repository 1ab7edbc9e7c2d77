"""Two kinds are told where there are two, on objects that the axis was not sought on."""

from __future__ import annotations

import numpy as np

from engine.audit.appearance import FIGURES, look
from engine.audit.checks.two_kinds import is_clear
from engine.audit.kinds.separation import separate
from engine.audit.kinds.words import differences


def crowd(objects: int, shift: float, seed: int = 0) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Two regions an object; in half of the objects moved by `shift` along one slanting axis."""
    rng = np.random.default_rng(seed)
    figures = rng.normal(size=(2 * objects, 8)) * np.linspace(0.5, 3, 8)
    second = np.arange(2 * objects) // 2 % 2 == 1
    figures[second, :3] += shift
    return figures, [f"part{number // 2}" for number in range(2 * objects)], second


def test_two_kinds_are_parted_where_they_differ() -> None:
    figures, objects, second = crowd(60, 6.0)
    found = separate(figures, objects)
    assert found is not None and is_clear(found)
    right = float((found.second == second).mean())
    assert max(right, 1 - right) > 0.95


def test_one_kind_is_not_parted() -> None:
    for seed in range(5):
        figures, objects, _ = crowd(60, 0.0, seed)
        found = separate(figures, objects)
        assert found is not None and not is_clear(found)


def test_many_photos_of_few_objects_show_nothing() -> None:
    figures, _, _ = crowd(60, 6.0)
    assert separate(figures, [f"part{number % 15}" for number in range(120)]) is None


def test_the_words_name_what_differs() -> None:
    figures = np.random.default_rng(0).normal(size=(40, len(FIGURES))) * 0.1
    figures[20:, FIGURES.index("size")] += 3
    figures[20:, FIGURES.index("elongation")] -= 2
    assert differences(figures[:20], figures[20:]) == ("small, long", "large, compact")


def test_how_a_region_lies_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(90, 110, (80, 100)).astype(np.uint8)
    grey[30:40, 20:60] = 30
    mask = np.ones((10, 40), np.bool_)
    one = look(grey, (20, 30, 40, 10), mask)
    turned = np.ascontiguousarray(grey.T)
    assert np.allclose(one, look(turned, (30, 20, 10, 40), mask.T), atol=0.05)
    assert np.isfinite(look(grey, (0, 0, 1, 1), np.ones((1, 1), np.bool_))).all()
    assert np.isfinite(look(grey, (0, 0, 100, 80))).all()


def test_darker_and_brighter_than_the_ground_are_alike_with_a_mask() -> None:
    grey = np.full((60, 60), 100, np.uint8)
    dark, bright = grey.copy(), grey.copy()
    dark[20:30, 20:40], bright[20:30, 20:40] = 60, 140
    mask, box = np.ones((10, 20), np.bool_), (20, 20, 20, 10)
    ring = FIGURES.index("centre")
    assert np.isclose(look(dark, box, mask)[ring], look(bright, box, mask)[ring], atol=0.05)
    assert look(dark, box)[ring] < -0.3 < 0.3 < look(bright, box)[ring]
