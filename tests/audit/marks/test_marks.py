"""Which strokes were drawn: by trees, and by what the other photos show."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.audit.marks.marks import FEW, REACHES, asked_beyond, drawn_marks, evidence
from engine.audit.marks.trees import PATH, Trees, fitted_trees, read_trees, write_trees
from engine.audit.photos.strokes import FIGURES, find_strokes
from tests.audit.drawn import surface
from tests.audit.photos.test_strokes import scratched

SMALL = Trees(
    roots=np.array([0, 3]),
    feature=np.array([1, 0, 0, 0]),
    number=np.array([5.0, -1.0, 2.0, 0.25]),
    right=np.array([2, 0, 0, 0]),
    bias=0.5,
    limit=0.75,
)


def test_trees_add_up_their_leaves() -> None:
    rows = np.array([[9.0, 5.0], [9.0, 5.1]])
    assert SMALL.log_odds(rows).tolist() == [-0.25, 2.75]


def test_trees_come_back_from_their_file(tmp_path: Path) -> None:
    write_trees(tmp_path / "trees.npz", SMALL)
    again = read_trees(tmp_path / "trees.npz")
    rows = np.random.default_rng(0).normal(5.0, 1.0, (20, 2))
    assert again.log_odds(rows).tolist() == SMALL.log_odds(rows).tolist()
    assert again.limit == SMALL.limit


def test_the_trees_that_are_shipped_fit_the_figures() -> None:
    trees = fitted_trees()
    assert trees.feature.max() < len(FIGURES) + len(REACHES) + 2
    assert trees.log_odds(np.zeros((0, 1))).shape == (0,)
    assert PATH.stat().st_size < 50_000


def test_a_colour_that_other_photos_hold_speaks_for_nothing() -> None:
    red, grey = find_strokes(scratched((230, 20, 30))), find_strokes(surface(1))
    alone = evidence([red, grey, grey], of=[0])[0, len(FIGURES) :]
    shared = evidence([red, red, grey], of=[0])[0, len(FIGURES) :]
    assert alone[0] == 1.0 and shared[0] == 0.5
    assert alone[3] == 0.0 and shared[3] == 0.5


def test_without_photos_there_are_no_marks() -> None:
    assert drawn_marks({}) == {}
    assert evidence([]).shape == (0, len(FIGURES) + len(REACHES) + 2)


def test_more_is_asked_where_even_quiet_photos_come_near_the_limit() -> None:
    assert asked_beyond([-8.0] * 100) == 0.0
    assert asked_beyond([-1.0] * 100) > 5.0
    assert asked_beyond([-1.0] * (FEW - 1)) == 0.0
    assert asked_beyond([]) == 0.0


def test_marked_photos_do_not_ask_more_of_each_other() -> None:
    assert asked_beyond([-8.0] * 60 + [6.0] * 40) == 0.0
    assert asked_beyond([-1.0] * 30 + [6.0] * 70) == 0.0
