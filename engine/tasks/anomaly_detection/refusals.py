"""What is refused of a recipe once its data are known, before anything is trained.

Here is no TensorFlow, so that `dltrain check` says it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.phrasing import counted
from engine.recipe import Recipe
from engine.recipe.good_place import add_good
from engine.records import Dataset, Sample
from engine.tasks.anomaly_detection.judged import is_bad
from engine.tasks.anomaly_detection.truth import nobody_marked
from engine.tasks.from_recipe import view_of

OF_GOOD = ("overkill_rate", "image_overkill_rate", "image_auroc", "image_ap")
"""Metrics that are not measured without good test photos."""

OF_BAD = ("escape_rate", "image_escape_rate", "image_auroc", "image_ap")
"""Metrics that are not measured without test photos of defects."""

OF_MARKED = ("pixel_auroc", "pro")
"""Metrics that are not measured where no defect of a test photo is marked."""


@dataclass(frozen=True, slots=True)
class _Need:
    """What a bound of `accept` needs of the test set; `fix` is what to do where it is not there."""

    metrics: tuple[str, ...]
    what: str
    is_met: Callable[[], bool]
    fix: str


def refuse(recipe: Recipe, dataset: Dataset) -> None:
    """Refuses bounds on what the test set cannot measure.

    Where photos could not be used the audit says so first.

    Raises:
        UsageError: `accept` bounds a metric for which no test photo counts.
    """
    if dataset.problems or not dataset.test:
        return
    bounded = [name for name in recipe.accept if name in (*OF_GOOD, *OF_BAD, *OF_MARKED)]
    for need in _needs(recipe, dataset.test):
        asked = [name for name in bounded if name in need.metrics]
        if asked and not need.is_met():
            raise _not_measured(asked, need, dataset.test)


def _needs(recipe: Recipe, test: Iterable[Sample]) -> tuple[_Need, ...]:
    photos = tuple(test)
    away = " away from the edge" if recipe.margins.edge.value else ""
    return (
        _Need(
            OF_GOOD,
            "no good photo",
            lambda: any(_is_bad(recipe, each) is False for each in photos),
            add_good(recipe.data, "test"),
        ),
        _Need(
            OF_BAD,
            f"no photo of a defect{away}",
            lambda: any(_is_bad(recipe, each) is True for each in photos),
            "Add photos of defects to test",
        ),
        _Need(
            OF_MARKED,
            f"no marked defect{away}",
            lambda: any(not nobody_marked(s) and _is_bad(recipe, s) is True for s in photos),
            "Give test photos masks that mark their defects",
        ),
    )


def _is_bad(recipe: Recipe, sample: Sample) -> bool | None:
    return is_bad(sample, view_of(recipe), recipe.margins.edge)


def _not_measured(asked: Sequence[str], need: _Need, test: Sequence[Sample]) -> UsageError:
    return UsageError(
        f"the test set has {need.what}, so that {' and '.join(asked)} cannot be measured",
        where=f"accept.{asked[0]}",
        received=counted(len(test), "test photo"),
        allowed="bounds on what the test photos can show",
        fix=f"{need.fix}; or bound something else",
    )
