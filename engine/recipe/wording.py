"""How a problem says what was received, and which known word comes closest to it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60


def received(value: object) -> str:
    """`value` as a user would recognise it from the recipe, shortened to one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f"'{value}'" if value.isprintable() else repr(value)
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(received(item) for item in value[:5])
        text += ", …]" if len(value) > 5 else "]"
    elif isinstance(value, dict):
        text = "{" + ", ".join(str(key) for key in list(value)[:5])
        text += ", …}" if len(value) > 5 else "}"
    else:
        text = repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def refusal(value: object, allowed: str, hint: str = "") -> str:
    """The sentence about a value that cannot be used."""
    text = f"Received: {received(value)}; allowed: {allowed}."
    return f"{text} {hint}" if hint else text


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """A question that names the closest known word, or an empty string."""
    names = {name.casefold(): name for name in known}
    close = get_close_matches(str(word)[:LONGEST].casefold(), list(names), n=1, cutoff=0.6)
    return f"Did you mean '{names[close[0]]}'?" if close else ""
