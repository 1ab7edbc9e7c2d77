"""Values with units, as recipes write them: `12 px`, `20 %`, `30 min`, `15 deg`, `256x256`.

Each `parse_*` raises ValueError with a sentence that says what was received and what is allowed;
each `format_*` writes what the matching `parse_*` reads back to an equal value.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from engine.phrasing import percent
from engine.recipe.wording import refusal

NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?"
SHARE_PATTERN = rf"(?:{NUMBER})\s*%"
LENGTH_PATTERN = rf"(?:{NUMBER})\s*(?:px|%)"
DURATION_PATTERN = rf"(?:{NUMBER})\s*(?:s|min|h)"
ANGLE_PATTERN = rf"(?:{NUMBER})\s*(?:deg|°)"
SIZE_PATTERN = r"[0-9]{1,6}\s*[xX×]\s*[0-9]{1,6}"

SECONDS = {"h": 3600, "min": 60, "s": 1}

SizeHW = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `fraction` 1.0 is all of it (`100 %`)."""

    fraction: float

    def __str__(self) -> str:
        return f"{_percent_text(self.fraction)} %"


@dataclass(frozen=True, slots=True)
class Length:
    """A distance in an image: in pixels, or in percent of the image's shorter side."""

    value: float
    unit: Literal["px", "%"] = "px"

    def __str__(self) -> str:
        return f"{plain_number(self.value)} {self.unit}"

    def exact_px(self, size_hw: SizeHW) -> float:
        """The length in pixels of an image of `size_hw` (height, width), fractions kept."""
        return self.value if self.unit == "px" else self.value * min(size_hw) / 100

    def to_px(self, size_hw: SizeHW) -> int:
        """The length in whole pixels, rounded up: a margin is never narrower than asked for."""
        return math.ceil(round(self.exact_px(size_hw), 6))


def plain_number(value: float) -> str:
    """`value` in the shortest form that reads back to it: `12`, `0.5`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def parse_share(value: object, low: float, high: float, *, inside: bool = False) -> Share:
    """A share between `low` and `high` percent; with `inside` the ends are not allowed."""
    if isinstance(value, Share):
        return value
    ends = "above {} % and below {} %" if inside else "from {} % to {} %"
    allowed = f"a percentage {ends.format(plain_number(low), plain_number(high))}"
    number = _number_before_unit(value, SHARE_PATTERN, allowed, _share_hint(value))
    outside = not (low < number < high) if inside else not (low <= number <= high)
    if outside:
        raise ValueError(refusal(value, allowed))
    return Share(number / 100)


def parse_length(value: object, highest_percent: float = 100) -> Length:
    """A length in px, or in percent up to `highest_percent`."""
    if isinstance(value, Length):
        return value
    highest = f"{plain_number(highest_percent)} %"
    allowed = f"a length in px, or in % of the shorter side up to {highest}: '12 px', '2 %'"
    number = _number_before_unit(value, LENGTH_PATTERN, allowed, _unit_hint(value, "px"))
    unit: Literal["px", "%"] = "%" if str(value).strip().endswith("%") else "px"
    if (unit == "%" and number > highest_percent) or number > 1e6:
        raise ValueError(refusal(value, allowed))
    return Length(number, unit)


def parse_duration_s(value: object) -> float:
    """A duration above zero in seconds."""
    allowed = "a duration in s, min or h: '90 s', '30 min', '1 h'"
    number = _number_before_unit(value, DURATION_PATTERN, allowed, _unit_hint(value, "s", "min"))
    unit = re.sub(r"[^a-z]", "", re.sub(NUMBER, "", str(value)))
    if not 0 < number * SECONDS[unit] <= 1e9:
        raise ValueError(refusal(value, allowed))
    return number * SECONDS[unit]


def format_duration(seconds: float) -> str:
    """Seconds in the largest unit that keeps them whole."""
    unit = next((u for u, size in SECONDS.items() if seconds % size == 0), "s")
    return f"{plain_number(seconds / SECONDS[unit])} {unit}"


def parse_angle_deg(value: object, highest: float) -> float:
    """An angle from 0 to `highest` degrees, with or without its unit."""
    allowed = f"an angle from 0 deg to {plain_number(highest)} deg: '15 deg', or off"
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        number = _number_before_unit(value, ANGLE_PATTERN, allowed)
    if not 0 <= number <= highest:
        raise ValueError(refusal(value, allowed))
    return number


def format_angle(degrees: float) -> str:
    """Degrees with their unit."""
    return f"{plain_number(degrees)} deg"


def parse_size_hw(value: object, smallest: int) -> SizeHW:
    """A size written width x height; returns (height, width) in px."""
    allowed = f"width x height in px, each at least {smallest}: '256x256'"
    if not isinstance(value, str) or not re.fullmatch(SIZE_PATTERN, value.strip()):
        raise ValueError(refusal(value, allowed))
    width, height = (int(side) for side in re.split(r"\s*[xX×]\s*", value.strip()))
    if min(width, height) < smallest:
        raise ValueError(refusal(value, allowed))
    return height, width


def format_size(size_hw: SizeHW) -> str:
    """(height, width) written as width x height."""
    return f"{size_hw[1]}x{size_hw[0]}"


def _number_before_unit(value: object, pattern: str, allowed: str, hint: str = "") -> float:
    if not isinstance(value, str) or not re.fullmatch(pattern, value.strip()):
        raise ValueError(refusal(value, allowed, hint))
    found = re.match(NUMBER, value.strip())
    number = float(found.group()) if found else math.nan
    if not math.isfinite(number):
        raise ValueError(refusal(value, allowed))
    return number


def _unit_hint(value: object, *units: str) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e9:
        return ""
    ways = " or ".join(f"'{plain_number(value)} {unit}'" for unit in units)
    return f"The unit is missing: write {ways}."


def _share_hint(value: object) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 100:
        return ""
    share = value if isinstance(value, float) and value <= 1 else value / 100
    return f"The unit is missing: write '{percent(share, 6)}'."


def _percent_text(fraction: float) -> str:
    for digits in range(6, 18):
        text = f"{fraction * 100:.{digits}g}"
        if float(text) / 100 == fraction:
            return text
    near = math.nextafter(fraction * 100, math.inf), math.nextafter(fraction * 100, -math.inf)
    return next((repr(p) for p in near if p / 100 == fraction), repr(fraction * 100))
