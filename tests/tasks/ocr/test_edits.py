from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tasks.ocr.edits import aligned, edit_distance, said_right, truth_read, word_distance

TEXT = st.text("AB0 é", max_size=8)


@pytest.mark.parametrize(
    ("truth", "said", "distance"),
    [("L1234A", "L1234A", 0), ("kitten", "sitting", 3), ("", "AB", 2), ("AB", "", 2), ("", "", 0)],
)
def test_edit_distances(truth: str, said: str, distance: int) -> None:
    assert edit_distance(truth, said) == distance


def test_words_are_split_at_blanks() -> None:
    assert word_distance("BEST BEFORE 2027", "BEST  BEFORE  2027") == 0
    assert word_distance("BEST BEFORE 2027", "BEST BEF0RE") == 2
    assert word_distance("AB", "A B") == 2


def test_texts_stand_below_each_other() -> None:
    assert aligned("01/27", "0127") == (("0", "0"), ("1", "1"), ("/", ""), ("2", "2"), ("7", "7"))
    assert aligned("B8", "88X") == (("B", "8"), ("8", "8"), ("", "X"))
    assert truth_read("01/27", "0127").tolist() == [True, True, False, True, True]
    assert said_right("B8", "88X").tolist() == [False, True, False]


@given(TEXT, TEXT)
def test_an_alignment_loses_nothing_and_has_the_fewest_differences(truth: str, said: str) -> None:
    columns = aligned(truth, said)
    assert "".join(there for there, _ in columns) == truth
    assert "".join(read for _, read in columns) == said
    assert sum(there != read for there, read in columns) == edit_distance(truth, said)
    assert len(truth_read(truth, said)) == len(truth)
    assert truth_read(truth, said).sum() == said_right(truth, said).sum()
