"""JSON that others wrote: no key twice, and nothing that is believed before it was looked at."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

Identity = int | str
LONGEST = 40
"""Characters of a value that a message shows."""


class NoJson(ValueError):
    """What keeps a text from being JSON; says it as the end of "it is no JSON"."""


class Pairs(list[tuple[str, Any]]):
    """The keys and values of a JSON object in their order, a key twice where the text has it so."""


def parse_json(text: str, *, pairs: bool = False) -> Any:
    """The content of a JSON text.

    Args:
        text: the whole of it.
        pairs: whether objects are given as `Pairs`, so that no repeated key is lost.

    Raises:
        NoJson: it is something else, or nested too deeply.
    """
    try:
        return json.loads(text, object_pairs_hook=Pairs if pairs else None)
    except (ValueError, RecursionError) as error:
        raise NoJson(str(error)) from error


def shown(value: object) -> str:
    """A value as the JSON has it, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def not_a_text(key: str, value: object) -> str:
    """What is said of a key whose value should be a text."""
    said = f"its {key!r} is {shown(value)}, which is no text"
    return f'{said}: write "{value}"' if type(value) in (int, float) else said


def is_identity(value: object) -> TypeGuard[Identity]:
    """Whether a value can name an image or a category."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def is_file_name(value: object) -> TypeGuard[str]:
    """Whether a text can be the name of a file."""
    return isinstance(value, str) and value.isprintable() and bool(value)
