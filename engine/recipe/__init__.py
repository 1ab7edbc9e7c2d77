"""The recipe: schema, YAML reading with places, units, overrides and rendering."""

from engine.recipe.load import load_recipe
from engine.recipe.schema import Recipe

__all__ = ["Recipe", "load_recipe"]
