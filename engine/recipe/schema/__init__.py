"""The schema of a recipe, a file a subject; `Recipe` is the whole."""

from engine.recipe.schema.augment import Augment
from engine.recipe.schema.classes import ClassSpec
from engine.recipe.schema.data import Data, ObjectRegex, ObjectTable, Source
from engine.recipe.schema.image import Input, Margins
from engine.recipe.schema.recipe import Recipe
from engine.recipe.schema.training import ModelSpec, Train
from engine.recipe.schema.verdict import Bound, ObjectCounts, Waiver

__all__ = [
    "Augment",
    "Bound",
    "ClassSpec",
    "Data",
    "Input",
    "Margins",
    "ModelSpec",
    "ObjectCounts",
    "ObjectRegex",
    "ObjectTable",
    "Recipe",
    "Source",
    "Train",
    "Waiver",
]
