"""What decides whether data are good enough and a model is accepted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypedDict

from engine.recipe.metrics import METRICS, Direction, Metric
from engine.recipe.schema.fields import Choice, Reads, text, whole
from engine.recipe.schema.section import Section
from engine.recipe.units import NUMBER, Share, parse_share, plain_number
from engine.recipe.wording import refusal

CODE_PATTERN = "[A-Z]{3}[0-9]{3}"
_SIGNS: dict[str, Direction] = {">=": "at least", "<=": "at most"}
_BOUND = re.compile(rf"\s*(?P<sign>[<>]=)?\s*(?P<number>{NUMBER})\s*(?P<percent>%)?\s*")

Code = Annotated[str, text(CODE_PATTERN, "the code of a check: SPL101")]
CheckLevel = Annotated[Literal["error", "warn", "off"], Choice()]


class ObjectCounts(Section):
    """Objects a class below which DIV201 is an error, a warning or advice."""

    error: Annotated[int, whole(1, 1000)] = Field(
        default=3, description="Fewer objects are an error."
    )
    warn: Annotated[int, whole(1, 1000)] = Field(
        default=20, description="Fewer objects are a warning."
    )
    advice: Annotated[int, whole(1, 1000)] = Field(
        default=50, description="Fewer objects are advice."
    )


def _level_or_counts(value: Any) -> str:
    return "<counts>" if isinstance(value, dict | ObjectCounts) else "<level>"


CheckSetting = Annotated[
    Annotated[CheckLevel, Tag("<level>")] | Annotated[ObjectCounts, Tag("<counts>")],
    Discriminator(_level_or_counts),
]


class Waiver(Section):
    """Findings that are accepted, for a reason that the report prints."""

    code: Code = Field(description="The check whose findings are waived.", examples=["DIV203"])
    samples: tuple[Annotated[str, text(".+", "a photo's id or a pattern: 'cap07/*'")], ...] = Field(
        description="Ids of the photos, or patterns over them.",
        min_length=1,
        examples=[["cap07/*.png"]],
    )
    reason: Annotated[str, text(r"[\s\S]*\S[\s\S]*", "a reason, as text: the report prints it")] = (
        Field(description="Why; printed in the report.", examples=["the chip is real"])
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound that a metric has to keep; `percent` is how it is written, `value` a plain number."""

    value: float
    direction: Direction
    percent: bool = False

    def __str__(self) -> str:
        return str(Share(self.value)) if self.percent else plain_number(self.value)


def parse_bound(name: str, value: object) -> Bound:
    """The bound of the metric `name`: '1 %', 0.6, '>= 0.6', '<= 3'."""
    if isinstance(value, Bound):
        return value
    metric = METRICS[name]
    allowed = _allowed(metric)
    if metric.rate and isinstance(value, int | float) and not isinstance(value, bool):
        parse_share(value, 0, 100)
    found = _BOUND.fullmatch(value) if isinstance(value, str) else None
    if found:
        number, percent = float(found["number"]), found["percent"] is not None
        if found["sign"] and _SIGNS[found["sign"]] != metric.direction:
            raise ValueError(
                f"{name} is good when {metric.direction} its bound. {refusal(value, allowed)}"
            )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number, percent = float(value), False
    else:
        raise ValueError(refusal(value, allowed))
    plain = number / 100 if percent else number
    misfit = (metric.rate and not percent) or (percent and not metric.is_share)
    highest = math.inf if metric.highest is None else metric.highest
    if misfit or not math.isfinite(plain) or not 0 <= plain <= highest:
        raise ValueError(refusal(value, allowed))
    return Bound(plain, metric.direction, percent)


def _allowed(metric: Metric) -> str:
    sign = ">=" if metric.direction == "at least" else "<="
    if metric.rate:
        return "a percentage from 0 % to 100 %: '5 %'"
    if metric.highest is None:
        return f"a number from 0 on: 3, or '{sign} 3'"
    if not metric.is_share:
        return f"a number from 0 to {plain_number(metric.highest)}: 3, or '{sign} 3'"
    return f"a number from 0 to 1, or a percentage: 0.6, '60 %', or '{sign} 0.6'"


def _reads_bound(name: str) -> Reads:
    metric = METRICS[name]
    unit = "%" if metric.rate else "%?" if metric.is_share else ""
    text_schema = {"type": "string", "pattern": rf"^\s*([<>]=)?\s*(?:{NUMBER})\s*{unit}\s*$"}
    number: dict[str, object] = {"type": "number", "minimum": 0}
    if metric.highest is not None:
        number["maximum"] = metric.highest
    schema = {
        "anyOf": [text_schema] if metric.rate else [number, text_schema],
        "description": f"{metric.direction}: {_allowed(metric)}",
    }
    return Reads(partial(parse_bound, name), schema, _write_bound)


def _write_bound(bound: Bound) -> str | float:
    return str(bound) if bound.percent else bound.value


if TYPE_CHECKING:
    Accept = dict[str, Bound]
else:
    # A plain dict at run time whose every key is read by its own metric's rule.
    Accept = TypedDict(
        "Accept", {name: Annotated[Bound, _reads_bound(name)] for name in METRICS}, total=False
    )
    Accept.__pydantic_config__ = {"extra": "forbid"}
