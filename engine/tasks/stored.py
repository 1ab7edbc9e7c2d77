"""What a task stores beside its model: a dataclass as JSON text, checked when it is read."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from engine.errors import RunFailed

Stored = TypeVar("Stored")


def dump_json(adapter: TypeAdapter[Stored], value: Stored) -> str:
    """As JSON text."""
    return adapter.dump_json(value, indent=2).decode() + "\n"


def load_json(adapter: TypeAdapter[Stored], text: str) -> Stored:
    """From JSON text.

    Raises:
        RunFailed: the text is none of it.
    """
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise RunFailed(
            "the file cannot be used",
            where=": ".join(filter(None, ("inference.json", key))),
            received=first["msg"],
            fix="Restore the file of this run, or train again",
        ) from error
