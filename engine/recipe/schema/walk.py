"""Walks over the schema: which keys there are, in which mapping, and what describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
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


def all_models() -> list[type[BaseModel]]:
    """Every mapping of the schema once, the recipe first."""
    models: list[type[BaseModel]] = [Recipe]
    for model in models:
        for field in model.model_fields.values():
            models += [inner for inner in models_in(field.annotation) if inner not in models]
    return models


def written_defaults(model: type[BaseModel]) -> dict[str, Any]:
    """The default of every key that has one, as a recipe would write it; sections left out."""
    written = {
        key: TypeAdapter(field.rebuild_annotation()).dump_python(field.default)
        for key, field in fields_of(model).items()
        if not field.is_required() and field.default_factory is None
    }
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in written.items()
    }
