"""Names beside boxes: in the photo, not on each other, and one a class where they are too many."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.tasks.drawing import class_colour
from engine.tasks.names import draw_names

NAMES = ("nut", "washer")


def found(*rows: tuple[float, ...]) -> np.ndarray:
    """Rows of (class, x, y, width, height), (n, 5)."""
    return np.array(rows, float).reshape(-1, 5)


def tags(
    size_hw: tuple[int, int], own: np.ndarray, label: int, texts: list[str] | None = None
) -> np.ndarray:
    """Where a grey picture has the colour of a class once names are drawn, (H, W)."""
    grey = np.full((*size_hw, 3), 90, np.uint8)
    before = grey.copy()
    middle, half = own[:, 1:3], own[:, 3:] / 2
    frames = np.concatenate([middle - half, middle + half], axis=1)
    drawn = draw_names(grey, frames, own[:, 0].astype(int).tolist(), NAMES, texts)
    assert (grey == before).all() and drawn.shape == grey.shape
    return np.asarray((drawn == class_colour(label)).all(axis=2))


def test_a_name_stands_above_its_box() -> None:
    rows, columns = np.nonzero(tags((200, 200), found((1, 100, 100, 60, 40)), 1))
    assert rows.min() > 55 and rows.max() < 80
    assert columns.min() == 70 and columns.max() < 140


@pytest.mark.parametrize("middle", [(10, 5), (190, 5), (10, 195), (190, 195)])
def test_at_the_edge_it_stays_in_the_photo(middle: tuple[int, int]) -> None:
    inside = tags((200, 200), found((0, *middle, 30, 20)), 0)
    alone = tags((200, 200), found((0, 100, 100, 30, 20)), 0)
    assert inside.sum() == alone.sum() > 200


def test_it_gives_way_to_what_lies_above() -> None:
    own = found((0, 100, 100, 40, 20), (1, 100, 75, 80, 28))
    rows, _ = np.nonzero(tags((200, 200), own, 0))
    assert rows.min() > 110


def test_of_a_crowd_each_class_has_a_name_and_no_name_hides_another() -> None:
    crowd = [(0, 6 + 12 * (n % 16), 6 + 12 * (n // 16), 12, 12) for n in range(256)]
    own = found(*crowd, (1, 100, 100, 12, 12))
    one = tags((200, 200), found((0, 100, 100, 12, 12)), 0).sum()
    assert 0 < tags((200, 200), own, 0).sum() < 6 * one
    assert tags((200, 200), own, 1).sum() > 0.8 * tags((200, 200), own[-1:], 1).sum()


def test_two_thousand_things_take_no_time() -> None:
    rng = np.random.default_rng(0)
    rows = [(n % 2, *rng.uniform(0, 2000, 2), 20, 20) for n in range(2000)]
    began = time.process_time()
    tags((2000, 2000), found(*rows), 0)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("size_hw", [(1, 1), (5, 300), (300, 5)])
def test_a_photo_too_small_for_a_name_has_none(size_hw: tuple[int, int]) -> None:
    assert not tags(size_hw, found((0, 2, 2, 3, 3)), 0).any()


def test_texts_stand_there_instead_of_names() -> None:
    own = found((1, 100, 100, 60, 40))
    name, same, longer = (
        tags((200, 200), own, 1, texts) for texts in (None, ["washer"], ["L1234A 0042"])
    )
    assert (name == same).all()
    assert longer.sum() > 1.3 * name.sum()
    rows, columns = np.nonzero(longer)
    assert rows.max() < 80 and columns.min() == 70


def test_each_text_of_a_class_has_its_own_tag() -> None:
    """A name says the same everywhere, a text does not: in a crowd each stands there once."""
    crowd = [(0, 6 + 12 * (n % 16), 6 + 12 * (n // 16), 12, 12) for n in range(256)]
    own = found(*crowd)
    alike = tags((200, 200), own, 0, ["12"] * 256).sum()
    apart = tags((200, 200), own, 0, ["12", "34"] * 128).sum()
    assert 1.3 * alike < apart
