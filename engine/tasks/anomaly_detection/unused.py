"""Sentences that name the photos which a run leaves aside, as nobody vouches for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from engine.phrasing import counted, first_few
from engine.records import Sample
from engine.tasks.anomaly_detection.truth import verdict_of

MOST_NAMED = 20
"""Photos, or objects, that a sentence of the report names."""

Part = Literal["training", "validation", "test"]

_FOLLOWS: dict[Part, tuple[str, str]] = {
    "training": ("Nothing is learnt from it", "Nothing is learnt from them"),
    "validation": ("It chooses no threshold", "They choose no threshold"),
    "test": ("It counts in no figure", "They count in no figure"),
}


def not_learnt_from(samples: Iterable[Sample]) -> tuple[str, ...]:
    """Training photos that are left out: those of defects, and those that are disputed."""
    kept = tuple(samples)
    return (*_of_defects(kept), *disputed(kept, "training"))


def disputed(samples: Iterable[Sample], part: Part) -> tuple[str, ...]:
    """Photos of a part that are neither good nor bad; no sentence where there are none."""
    names = [sample.id for sample in samples if sample.is_disputed]
    if not names:
        return ()
    one, many = _FOLLOWS[part]
    photos, named = counted(len(names), f"{part} photo"), first_few(names, MOST_NAMED)
    if len(names) == 1:
        said = f"The folder of {photos} says good, and its mask marks a defect"
    else:
        said = f"The folders of {photos} say good, and their masks mark defects"
    return (f"{said} (ANN310): {named}. {one if len(names) == 1 else many}.",)


def _of_defects(samples: Iterable[Sample]) -> tuple[str, ...]:
    names = [sample.id for sample in samples if verdict_of(sample).defect is not None]
    if not names:
        return ()
    show, were = ("shows a defect", "was") if len(names) == 1 else ("show defects", "were")
    photos, named = counted(len(names), "training photo"), first_few(names, MOST_NAMED)
    return (f"{photos} {show} and {were} left out of training (ANN310): {named}.",)
