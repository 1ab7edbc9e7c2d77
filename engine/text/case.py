"""Upper case that leaves the number of characters as it is."""

from __future__ import annotations


def upper(text: str) -> str:
    """The text in upper case; a character whose upper case is several (ß: SS) stays as it is."""
    return "".join(large if len(large := c.upper()) == 1 else c for c in text)
