"""Masks as verdicts."""

from __future__ import annotations

from pathlib import Path

from engine.data.verdicts.verdict import brush_of, is_clear, verdict, verdict_of_mask
from engine.records import IGNORE, MaskAnnotation, VerdictAnnotation

SCRATCH = MaskAnnotation(Path("a.png"), ((0, 0), (1, 1), (2, 2)), None, frozenset({1}))
EMPTY = MaskAnnotation(Path("a.png"), ((0, 0), (1, 1)))


def test_a_mask_with_pixels_is_its_lowest_class() -> None:
    chip = MaskAnnotation(Path("b.png"), ((0, 0), (255, 1)), 127, frozenset({0}))
    both = MaskAnnotation(SCRATCH.path, SCRATCH.values, None, frozenset({0, 1}), (chip,))
    found = verdict_of_mask(both)
    assert found.defect == 0
    assert found.mask is not None and found.mask.values == ((0, 0), (1, 1), (2, 1))
    assert found.mask.more == (MaskAnnotation(Path("b.png"), ((0, 0), (255, 1)), 127, {0}),)
    assert verdict_of_mask(SCRATCH).defect == 1


def test_an_empty_mask_is_good() -> None:
    assert verdict_of_mask(EMPTY) == VerdictAnnotation(Path("a.png"), None)
    assert verdict_of_mask(MaskAnnotation(None)) == VerdictAnnotation(None, None)


def test_what_is_ignored_on_a_good_photo_is_kept() -> None:
    ignoring = MaskAnnotation(Path("a.png"), ((0, 0), (9, IGNORE)))
    assert verdict(None, [ignoring]).mask == ignoring
    assert verdict(2, [ignoring]) == VerdictAnnotation(Path("a.png"), 2)


def test_marks_are_of_the_kind_of_the_defect() -> None:
    found = verdict_of_mask(SCRATCH)
    brush = brush_of(found)
    assert brush.values == ((0, 0), (1, 2), (2, 2))
    assert brush.classes == {1}
    assert brush_of(VerdictAnnotation(None, 1)) == MaskAnnotation(None)


def test_what_masks_say_and_leave_open() -> None:
    marked = verdict(1, [SCRATCH])
    assert is_clear(marked)
    assert is_clear(VerdictAnnotation(None, None))
    assert not is_clear(VerdictAnnotation(None, 1))  # nobody marked it
    assert not is_clear(VerdictAnnotation(marked.path, None, marked.mask))  # a contradiction
