"""Walks over the schema: which keys there are, in which mapping, and what describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.recipe.nodes import KeyPath
from engine.recipe.schema.recipe import Recipe

ANY_NAME = "*"


def fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a mapping by the key that a recipe writes."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The mappings that a field may hold, itself, in a list or by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for argument in get_args(annotation):
            yield from models_in(argument)


def models_at(path: KeyPath) -> list[type[BaseModel]]:
    """The models of the mapping at `path`; an index or a class name stays where it is."""
    models: list[type[BaseModel]] = [Recipe]
    for part in path:
        found: list[type[BaseModel]] = []
        for model in models:
            field = fields_of(model).get(str(part))
            found += models_in(field.annotation) if field else [model]
        models = found
    return models


def leaves(
    model: type[BaseModel] = Recipe, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, FieldInfo]]:
    """Every key that holds a value, with `*` for the names of classes and for list indices."""
    for key, field in fields_of(model).items():
        inner = list(models_in(field.annotation))
        if not inner:
            yield (*path, key), field
        many = _holds_many(field.annotation)
        for part in inner:
            yield from leaves(part, (*path, key, ANY_NAME) if many else (*path, key))


def _holds_many(annotation: Any) -> bool:
    return get_origin(annotation) in (dict, tuple)
