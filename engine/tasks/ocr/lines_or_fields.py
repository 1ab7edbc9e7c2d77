"""Whether photos show fields that are to be located, or each is a line already."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import UsageError
from engine.recipe import Recipe
from engine.recipe.metrics import METRICS
from engine.recipe.text_fields import text_fields
from engine.records import Sample
from engine.tasks.ocr.lines import are_lines_already
from engine.tasks.ocr.one_kind import told_by_reading

OF_LOCATED_FIELDS = ("field_f1", "map50", "recall", "precision")
"""Metrics that `accept` may name, and that are measured only where fields are located."""


def locates(recipe: Recipe, samples: Sequence[Sample]) -> bool:
    """Whether fields are to be located on photos, or each photo is a line.

    Args:
        samples: of training, validation and test.

    Raises:
        UsageError: `model.locate` is false, and photos are no lines.
    """
    lines = are_lines_already(samples)
    if recipe.model.locate == "auto":
        return not lines
    if recipe.model.locate or lines:
        return bool(recipe.model.locate)
    raise UsageError(
        "photos show more than a line, so their fields must be located",
        where="model.locate",
        received="false, with boxes that do not cover their photos",
        allowed="photos with one box each, around all of the photo",
        fix="Leave model.locate out, or cut the lines out of the photos",
    )


def require_lines_suit(recipe: Recipe) -> None:
    """Refuses what has no meaning where each photo is a line, instead of passing over it.

    Raises:
        UsageError: such a key is set, a bound names a metric that is not measured there, or
            nothing tells which of several fields a line is.
    """
    stated = {
        "input.size": recipe.input.size_hw is not None,
        "input.tile": recipe.input.tile_hw is not None,
        "margins.edge": recipe.margins.edge.value > 0,
    }
    for key, is_stated in stated.items():
        if is_stated:
            raise UsageError(
                "the key has no meaning where each photo is one line of text",
                where=key,
                received="photos with one box each, around all of the photo",
                fix="Leave it out; input.line is the size at which lines are read",
            )
    for name in OF_LOCATED_FIELDS:
        if name in recipe.accept:
            raise UsageError(
                "the metric is not measured where each photo is one line of text: no field is "
                "located there",
                where=f"accept.{name}",
                received="photos with one box each, around all of the photo",
                allowed=", ".join(_measured_of_lines()),
                fix="Bound exact_match, or the character errors (cer)",
            )
    if len(recipe.classes) > 1 and not told_by_reading(text_fields(recipe)):
        raise UsageError(
            "nothing tells which field a photo that is one line shows",
            where="classes",
            received=f"{len(recipe.classes)} fields: {', '.join(recipe.classes)}",
            allowed="one field, or patterns that no text fits two of",
            fix="State such patterns, or train a model for each field",
        )


def _measured_of_lines() -> list[str]:
    """What `accept` may bound where each photo is a line."""
    own = [name for name, metric in METRICS.items() if "ocr" in metric.tasks]
    return [name for name in own if name not in OF_LOCATED_FIELDS]
