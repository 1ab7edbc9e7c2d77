"""The classes of a recipe as text fields."""

from __future__ import annotations

import unicodedata

from engine.recipe.characters import expand_characters
from engine.recipe.schema.classes import ClassSpec
from engine.recipe.schema.recipe import Recipe
from engine.text.case import upper
from engine.text.field import OTHERS, TextField
from engine.text.pattern import compile_pattern


def text_fields(recipe: Recipe) -> tuple[TextField, ...]:
    """What each class may hold, in the recipe's order; none where its classes are no text."""
    if recipe.task != "ocr":
        return ()
    return tuple(text_field(spec) for spec in recipe.classes.values())


def text_field(spec: ClassSpec) -> TextField:
    """What one class may hold.

    Raises:
        ValueError: when its pattern cannot be used.
    """
    skip = spec.skip if spec.skip in (None, OTHERS) else _each(str(spec.skip))
    characters = None
    if spec.characters is not None:
        stated = _each(spec.characters)
        characters = "".join(sorted(set(upper(stated) if spec.ignore_case else stated)))
    elif skip == OTHERS and spec.pattern is not None:
        pattern = unicodedata.normalize("NFC", spec.pattern)
        characters = compile_pattern(pattern, None, spec.ignore_case).alphabet
    return TextField(characters, spec.pattern, spec.ignore_case, skip)


def _each(text: str) -> str:
    """The characters that a text like `A-Z0-9/.` means, sorted and composed as labels are."""
    composed = {unicodedata.normalize("NFC", each) for each in expand_characters(text)}
    return "".join(sorted(composed))
