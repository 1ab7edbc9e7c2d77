"""Which strokes were drawn: by trees, and by what the other photos show."""

from __future__ import annotations

import numpy as np

from engine.audit.marks.marks import REACHES, drawn_marks, evidence
from engine.audit.marks.trees import Trees, fitted_trees
from engine.audit.photos.strokes import FIGURES, find_strokes
from tests.audit.examples import surface
from tests.audit.photos.test_strokes import scratched


def test_trees_add_up_their_leaves() -> None:
    trees = Trees(
        roots=np.array([0, 3]),
        feature=np.array([1, 0, 0, 0]),
        threshold=np.array([5.0, 0.0, 0.0, 0.0]),
        left=np.array([1, 1, 2, 3]),
        right=np.array([2, 1, 2, 3]),
        value=np.array([0.0, -1.0, 2.0, 0.25]),
        bias=0.5,
        limit=0.0,
    )
    rows = np.array([[9.0, 5.0], [9.0, 5.1]])
    assert trees.log_odds(rows).tolist() == [-0.25, 2.75]


def test_the_trees_that_are_shipped_fit_the_figures() -> None:
    trees = fitted_trees()
    assert trees.feature.max() < len(FIGURES) + len(REACHES) + 2
    assert trees.log_odds(np.zeros((0, 1))).shape == (0,)


def test_a_colour_that_other_photos_hold_speaks_for_nothing() -> None:
    red, grey = find_strokes(scratched((230, 20, 30))), find_strokes(surface(1))
    alone = evidence([red, grey, grey], of=[0])[0, len(FIGURES) :]
    shared = evidence([red, red, grey], of=[0])[0, len(FIGURES) :]
    assert alone[0] == 1.0 and shared[0] == 0.5
    assert alone[3] == 0.0 and shared[3] == 0.5


def test_without_photos_there_are_no_marks() -> None:
    assert drawn_marks({}) == {}
    assert evidence([]).shape == (0, len(FIGURES) + len(REACHES) + 2)
