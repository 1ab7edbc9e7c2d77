"""What is refused of a recipe once its data are known, before anything is trained.

Here is no TensorFlow, so that `dltrain check` says it too.
"""

from __future__ import annotations

from engine.data.view import View
from engine.recipe import Recipe
from engine.records import Dataset, Sample
from engine.tasks.from_recipe import view_of
from engine.tasks.ocr.line_size import HEIGHTS_PX, MOST_WIDTH_PX, require_room
from engine.tasks.ocr.lines import lines_of
from engine.tasks.ocr.lines_or_fields import locates, require_lines_suit


def refuse(recipe: Recipe, dataset: Dataset) -> None:
    """Refuses what the photos leave no meaning for.

    Raises:
        UsageError: a key or a bound of `accept` that does not suit lines, `model.locate` that does
            not suit the photos, or a training text that no line has room for.
    """
    samples = [sample for part in dataset.parts().values() for sample in part]
    if not samples:
        return  # the audit says why
    locate = locates(recipe, samples)
    if not locate:
        require_lines_suit(recipe)
    view = view_of(recipe)
    margins_px = [margin_px(recipe, view, sample) if locate else 0.0 for sample in dataset.train]
    lines = lines_of(dataset.train, view, margins_px, located=locate)
    if lines:
        # Lines are made wide enough for all training texts where no size is stated.
        require_room(lines, recipe.input.line_hw or (HEIGHTS_PX[0], MOST_WIDTH_PX))


def margin_px(recipe: Recipe, view: View, sample: Sample) -> float:
    """Width of the edge band of a photo whose fields are located."""
    return float(recipe.margins.edge.to_px(view.frame_hw(sample.size_hw)))
