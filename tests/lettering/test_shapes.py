"""Stencils leave no island; dots run together where they touch."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.lettering.dot_peen import along
from engine.lettering.dots import draw_dots
from engine.lettering.faces import glyph
from engine.lettering.skeleton import paths
from engine.lettering.stencil import bridged

LINE = (0.0, 0.0)


def islands(mask: np.ndarray) -> int:
    empty = np.pad((mask < 128).astype(np.uint8), 1, constant_values=1)
    count, _ = cv2.connectedComponents(empty, connectivity=4)
    return count - 2


@pytest.mark.parametrize("character", "ABDOPQR04689")
def test_a_bridge_opens_each_island(character: str) -> None:
    name = "DejaVuSans-Bold.ttf"
    assert islands(glyph(name, character).mask) > 0
    assert islands(bridged(name, character, 5, all_round=False).mask) == 0


def test_stems_are_never_cut_along() -> None:
    name = "DejaVuSans-Bold.ttf"
    for character in "ITL17":
        whole, cut = glyph(name, character).mask, bridged(name, character, 5, all_round=True).mask
        assert np.array_equal(whole, cut)
    c = bridged(name, "C", 5, all_round=True).mask
    assert not np.array_equal(c, glyph(name, "C").mask)


@pytest.mark.parametrize("radius", [1.5, 3.0, 5.0])
def test_a_dot_is_as_large_as_asked(radius: float) -> None:
    mask = draw_dots(np.array([[10.0, 7.0]]), np.ones(1), radius, LINE)
    assert (mask.astype(float) / 255).sum() == pytest.approx(np.pi * radius**2, rel=0.2)
    assert mask[0].max() == mask[:, -1].max() == 0


def test_near_dots_join_and_far_dots_do_not() -> None:
    def parts(distance: float) -> int:
        mask = draw_dots(np.array([[0.0, 0.0], [distance, 0.0]]), np.ones(2), 3.0, LINE)
        return cv2.connectedComponents((mask > 127).astype(np.uint8))[0] - 1

    assert (parts(5.0), parts(12.0)) == (1, 2)


def test_weak_dots_are_small_and_the_weakest_gone() -> None:
    sizes = [
        int((draw_dots(np.array([[0.0, 0.0]]), np.array([s]), 4.0, LINE) > 127).sum())
        for s in (1.0, 0.7, 0.3)
    ]
    assert sizes[0] > sizes[1] > sizes[2] == 0


def test_points_lie_evenly_on_the_line() -> None:
    points = along(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]), 2.0)
    assert len(points) == 11
    assert np.allclose(points[[0, 5, -1]], [[0, 0], [10, 0], [10, 10]])
    assert along(np.array([[3.0, 3.0], [3.0, 3.0]]), 2.0).shape == (1, 2)


def test_corners_are_rounded_or_cut_as_far_as_their_legs_allow() -> None:
    sharp, round_, cut = (
        paths("O", 0, radius, cut=cut)[0]
        for radius, cut in ((0.0, False), (9.0, False), (2.0, True))
    )
    assert len(sharp) == 6
    assert len(round_) > len(cut) > len(sharp)
    for path in (round_, cut):
        assert path.min() >= 0
        assert path[:, 0].max() <= 8
        assert path[:, 1].max() <= 12
        assert np.abs(path - [0, 0]).sum(axis=1).min() > 0.9  # the corner itself is gone
