"""Lines of numbers, as text formats of boxes have them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.data.boxes.geometry import Corners

LONGEST = 60


def numbers(fields: Sequence[str]) -> list[float] | None:
    """The fields as finite numbers; None where one is none."""
    try:
        values = [float(field) for field in fields]
    except ValueError:
        return None
    return values if all(math.isfinite(value) for value in values) else None


def four_corners(values: Sequence[float]) -> Corners:
    """Eight numbers, x and y in turn, as four corners."""
    x1, y1, x2, y2, x3, y3, x4, y4 = values
    return ((x1, y1), (x2, y2), (x3, y3), (x4, y4))


def not_a_box(line: str, form: str, hint: str = "") -> str:
    """What is said of a line that does not have the form."""
    shown = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    text = f"the line {shown!r} is not of the form {form!r}"
    return f"{text}; {hint}" if hint else text
