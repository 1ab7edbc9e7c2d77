"""A recipe's words on OCR as plain values, with the defaults that the training data suggest.

This is where recipe keys take effect on the reader. Others do elsewhere:

- `train`: where each photo is a line, in `schedule.py`; where fields are located, in
  `engine.tasks.detection.options`, as the locator's patches make up a step;
- `augment`: on lines here (`synthetic` in `synthesis.py`), on the patches of the locator there;
- `input.size`, `resize`, `tile` and `overlap`: in `engine.tasks.detection`, which locates;
- `margins.edge` and `model.locate`: in `compile.py`, `accept`: in `calibrate.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from engine.errors import UsageError
from engine.recipe import Recipe
from engine.recipe.text_fields import text_fields
from engine.recipe.units import Length
from engine.tasks.augment import Augmentation
from engine.tasks.from_recipe import augmentation_of
from engine.tasks.ocr.line_size import HEIGHTS_PX, MOST_WIDTH_PX, line_size, require_room
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.window import Window
from engine.text.field import TextField

PADDING_OF_FIELDS, PADDING_OF_LINES = Length(12, "%"), Length(0, "px")
"""Around a located field, and around a photo that is a line."""

ENDS_OF_FIELDS = 0.6
"""What is shown before and after a located field, in heights: about a character. Located boxes are
less exact along a text than across it, and a character that is cut off is not read."""

LITTLE_ROTATION_DEG = 3.0
"""How far lines are turned where the recipe does not say."""

SHIFT_OF_SCALE = 0.6
"""Lines are moved, in heights, by up to this share of `augment.scale` at least: where a text lies
between the borders of its box is as uncertain as how large it is there."""

SPARE = 2
"""Characters by which a text may be longer than all that training shows, without a pattern."""

ROOMY = 2
"""A pattern may have room for many more characters than are ever used: at most so many times as
many as training shows are reckoned with."""


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """Everything that a reader depends on, but how long it is trained.

    Attributes:
        class_names: in the order of the recipe.
        fields: what each class may hold.
        alphabet: all characters that the reader can tell, sorted.
        longest: most characters of a text in training.
        window: how lines are cut out of photos.
        synthetic: share of the lines that are drawn.
        augmentation: of lines.
        seed: of the lines that are shown.
    """

    class_names: tuple[str, ...]
    fields: tuple[TextField, ...]
    alphabet: str
    longest: int
    window: Window
    synthetic: float
    backbone: str
    architecture: str
    weights: Literal["none", "imagenet"] | Path
    freeze: bool
    augmentation: Augmentation
    seed: int

    @property
    def patch_hw(self) -> tuple[int, int]:
        """Size of a line in px, as `engine.tasks.trainable.Network` has it."""
        return self.window.line_hw


def resolve(recipe: Recipe, lines: Sequence[Line], *, locate: bool) -> OcrOptions:
    """The options of a recipe for its training lines.

    Raises:
        UsageError: a training text is longer than the reader can tell, or nothing is to be read.
    """
    _require_lines(lines)
    fields = text_fields(recipe)
    alphabet = alphabet_of(fields, lines)
    longest = _longest(fields, lines)
    padding = recipe.margins.crop or (PADDING_OF_FIELDS if locate else PADDING_OF_LINES)
    stated = recipe.input.line_hw
    ends = ENDS_OF_FIELDS if locate and recipe.margins.crop is None else 0.0
    line_hw = stated or line_size(
        lines, Window((HEIGHTS_PX[0], MOST_WIDTH_PX), padding, ends), longest
    )
    require_room(lines, line_hw)
    share = recipe.augment.synthetic
    return OcrOptions(
        class_names=tuple(recipe.classes),
        fields=fields,
        alphabet=alphabet,
        longest=longest,
        window=Window(line_hw, padding, ends),
        synthetic=share.fraction if share is not None else 0.0,
        backbone=cast(str, recipe.model.backbone),
        architecture=cast(str, recipe.model.architecture),
        weights=recipe.model.weights,
        freeze=recipe.model.freeze,
        augmentation=_moves(recipe, line_hw, locate=locate),
        seed=recipe.train.seed,
    )


def _moves(recipe: Recipe, line_hw: tuple[int, int], *, locate: bool) -> Augmentation:
    """The random changes of lines; located ones are upright already, however photos are turned."""
    moves = augmentation_of(
        recipe, line_hw, automatic_flip="off", automatic_rotation_deg=LITTLE_ROTATION_DEG
    )
    most = LITTLE_ROTATION_DEG if locate else moves.rotate_deg
    return replace(
        moves,
        rotate_deg=min(moves.rotate_deg, most),
        shift=max(moves.shift, SHIFT_OF_SCALE * moves.scale),
    )


def _require_lines(lines: Sequence[Line]) -> None:
    if not lines:
        raise UsageError(
            "there is no text to learn",
            where="data.train",
            received="no text of a class, away from the margin",
            allowed="at least one",
            fix="Annotate texts, or lower margins.edge",
        )


def alphabet_of(fields: Sequence[TextField], lines: Sequence[Line]) -> str:
    """The characters of all fields; where a field states none, those of its training texts.

    Raises:
        UsageError: there is none.
    """
    found: set[str] = set()
    for index, field in enumerate(fields):
        seen = seen_in(lines, index)
        if seen or field.characters is not None or field.pattern is not None:
            found.update(field.automaton(seen).alphabet)
    if not found:
        raise UsageError(
            "there is no character to learn",
            where="classes",
            received="no training text, and neither characters nor a pattern",
            fix="State the characters of each field, or annotate what is written",
        )
    return "".join(sorted(found))


def seen_in(lines: Sequence[Line], class_index: int) -> str:
    """The characters of the training texts of a class, sorted."""
    return "".join(
        sorted({c for line in lines if line.class_index == class_index for c in line.text})
    )


def _longest(fields: Sequence[TextField], lines: Sequence[Line]) -> int:
    """The longest text that training may show: real ones, and drawn ones."""
    seen = max(len(line.text) for line in lines)
    automata = [field.automaton("") for field in fields if field.pattern is not None]
    allowed = [
        min(own.longest or ROOMY * seen, max(own.shortest, ROOMY * seen)) for own in automata
    ]
    return max([seen + SPARE, *allowed])
