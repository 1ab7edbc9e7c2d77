"""What the packages say: lot code, expiry date, and print beside them that is no field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

FieldName = Literal["lot", "expiry"]
FIRST_DAY = date(2026, 4, 1)
DAYS = 1100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES: dict[FieldName, tuple[str, ...]] = {
    "lot": ("LOT", "LOT:", "CH.", "BATCH"),
    "expiry": ("EXP", "EXP:", "BB", "USE BY"),
}
"""What stands before a field, on packages that name their fields."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What the line prints onto one package.

    Attributes:
        fields: texts of the fields, in the order in which they are printed.
        names: whether `LOT`, `EXP` and the like stand before them, as print of the same kind.
        extra: one more line of the same print that is no field, or "".
        spoiled: the field that nobody can read, or None.
    """

    fields: dict[FieldName, str]
    names: bool
    extra: str
    spoiled: FieldName | None


def draw_codes(
    rng: np.random.Generator,
    only: FieldName | None,
    spoiled: FieldName | None,
    letter: str,
    odd: bool,
) -> Codes:
    """Random codes.

    Args:
        rng: for what is random.
        only: the one field that there is, or None.
        spoiled: the field that nobody can read, or None.
        letter: at the end of the lot code.
        odd: whether the date is an odd day's, counted from the first of all days, or an even one's.
    """
    order: list[FieldName] = ["lot", "expiry"] if rng.random() < 0.5 else ["expiry", "lot"]
    texts = {"lot": f"L{int(rng.integers(10_000)):04d}{letter}", "expiry": _expiry(rng, odd)}
    names, more = bool(rng.random() < 0.3), bool(rng.random() < 0.25)
    hour, minute, line = (int(rng.integers(high)) for high in (24, 60, 9))
    extra = str(rng.choice([f"{hour:02d}:{minute:02d}", f"{hour:02d}:{minute:02d} {line + 1}"]))
    fields = {name: texts[name] for name in order if only in (None, name)}
    return Codes(fields, names, extra if more else "", spoiled)


def _expiry(rng: np.random.Generator, odd: bool) -> str:
    """No day serves both parts of the example, so none can be known by heart."""
    day = FIRST_DAY + timedelta(days=int(rng.integers(DAYS)))
    if day.toordinal() % 2 != int(odd):
        day += timedelta(days=1)
    return day.strftime("%d/%m/%Y")
