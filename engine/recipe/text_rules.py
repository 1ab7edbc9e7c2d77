"""The rules of text fields: characters, pattern and what is skipped have to go together.

Like `engine.recipe.rules` they look at the recipe as it was written, and pass over what its own
key reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.recipe.characters import unreadable
from engine.recipe.nodes import KeyPath
from engine.recipe.schema.classes import ClassSpec
from engine.recipe.text_fields import text_field
from engine.recipe.wording import received
from engine.text.field import OTHERS, TextField
from engine.text.pattern import PatternError, compile_pattern
from engine.text.syntax import parse

Broken = tuple[KeyPath, str]


def broken_text_rules(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    """Each broken rule as the path of the key to blame and a sentence."""
    classes = recipe.get("classes")
    for name, written in classes.items() if isinstance(classes, Mapping) else ():
        for key, text in _of_class(written):
            yield ("classes", name, key), text


def _of_class(written: object) -> Iterator[tuple[str, str]]:
    try:
        spec = ClassSpec.model_validate(written)
    except ValidationError:
        yield from _of_pattern_alone(written)
        return
    if spec.skip == OTHERS and spec.characters is None and spec.pattern is None:
        yield "skip", "others than what? Give 'characters' beside it, or a pattern."
        return
    if spec.pattern is not None:
        fault = unreadable(spec.pattern) or _fault_of_pattern(spec)
        if fault is not None:
            yield "pattern", f"{fault} Received: {received(spec.pattern)}."
            return
    yield from _skipped_and_read(text_field(spec))


def _of_pattern_alone(written: object) -> Iterator[tuple[str, str]]:
    """What is wrong with a pattern where the keys beside it cannot be used."""
    pattern = written.get("pattern") if isinstance(written, Mapping) else None
    if isinstance(pattern, str) and pattern:
        try:
            parse(pattern)
        except PatternError as error:
            yield "pattern", f"{error} Received: {received(pattern)}."


def _fault_of_pattern(spec: ClassSpec) -> str | None:
    stated = text_field(spec.model_copy(update={"pattern": None, "skip": None})).characters
    try:
        return unreadable(compile_pattern(spec.pattern or "", stated, spec.ignore_case).alphabet)
    except PatternError as error:
        return str(error)


def _skipped_and_read(field: TextField) -> Iterator[tuple[str, str]]:
    if field.characters is None or field.skip in (None, OTHERS):
        return
    both = [each for each in field.characters if not field.normalise(each)]
    if both:
        listed = ", ".join(repr(each) for each in both[:10])
        yield "skip", f"{listed} cannot be read and skipped: 'characters' has it too."
