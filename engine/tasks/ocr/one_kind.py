"""Fields that reading tells apart are one kind of thing to the locator: a text.

Two printed codes look alike from afar, and a locator that has to tell them apart takes twice as
long to find them as one that does not (benchmarks/ocr). Where each field has a pattern, and no text
could be of two fields, what is read says which field it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.recipe import Recipe
from engine.recipe.schema.classes import ClassSpec
from engine.records import (
    IGNORE,
    BoxAnnotation,
    Sample,
    Split,
    TestSet,
    TrainSet,
    ValidationSet,
)
from engine.text.field import TextField
from engine.text.overlap import share_a_text

TEXT = "text"
"""What the locator calls a field of any class."""

ALL_FIELDS = "all fields"
"""The same, as people read it: no recipe names a class so."""

MOST_STATES = 2_000_000
"""Pairs of states beyond which two patterns are not compared, and told apart by the locator."""


def told_by_reading(fields: Sequence[TextField]) -> bool:
    """Whether a text of one of these fields can be of no other."""
    if len(fields) < 2 or any(field.pattern is None for field in fields):
        return False
    automata = [field.automaton("") for field in fields]
    return not any(
        len(first.moves) * len(second.moves) > MOST_STATES or share_a_text(first, second)
        for first, second in itertools.combinations(automata, 2)
    )


def recipe_of_one_kind(recipe: Recipe) -> Recipe:
    """The recipe as the locator takes it: with one class."""
    labels = tuple(label for spec in recipe.classes.values() for label in spec.labels)
    copied = recipe.model_copy(update={"classes": {TEXT: ClassSpec(labels=labels)}})
    return copied.at(recipe.path)


def split_of_one_kind(split: Split) -> Split:
    """The split with all fields of one class; those to be ignored stay so."""
    train, validation, test = (
        tuple(of_one_kind(sample) for sample in part.samples)
        for part in (split.train, split.validation, split.test)
    )
    return Split(TrainSet(train), ValidationSet(validation), TestSet(test))


def of_one_kind(sample: Sample) -> Sample:
    """A photo whose fields are all of the class 0."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        return sample
    indices = np.where(annotation.class_indices == IGNORE, IGNORE, 0).astype(np.uint8)
    return replace(sample, annotation=replace(annotation, class_indices=indices))
