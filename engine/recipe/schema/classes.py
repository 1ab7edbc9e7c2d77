"""The classes of a recipe and the source labels that mean them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from engine.recipe.characters import parse_characters
from engine.recipe.schema.fields import FLAG, Reads, text
from engine.recipe.schema.section import Section
from engine.recipe.wording import refusal

OTHERS = "others"
HIGHEST_PIXEL_VALUE = 65535


def parse_label(value: object) -> str | int:
    """A label name, a pixel value, or a colour `#RRGGBB` (kept in upper case)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_PIXEL_VALUE:
        return value
    if isinstance(value, str) and value and not value.startswith("#"):
        return value
    if isinstance(value, str) and re.fullmatch("#[0-9a-fA-F]{6}", value):
        return value.upper()
    allowed = f"a label name, a pixel value from 0 to {HIGHEST_PIXEL_VALUE}, or a colour '#RRGGBB'"
    raise ValueError(
        refusal(
            value, allowed, "A colour needs quotes: a # starts a comment." if value is None else ""
        )
    )


def parse_symmetry(value: object) -> str | int:
    """`none`, `round`, or the number of turns that look alike."""
    if value in ("none", "round") and isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= 360:
        return value
    raise ValueError(refusal(value, "none, a whole number from 2 to 360, or round"))


def parse_class_name(value: object) -> str:
    """A class name; it may become part of a file name."""
    allowed = "letters, digits, spaces and . _ + - (at most 100), the first a letter or digit"
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w .+-]{0,99}", value):
        raise ValueError(refusal(value, allowed))
    if value.casefold() == "background":
        raise ValueError(
            "the class name 'background' is taken: background is implied. "
            "Give the class another name, or leave it out."
        )
    return value


def parse_skip(value: object) -> str:
    """`others`, or characters."""
    return OTHERS if value == OTHERS else parse_characters(value)


Label = Annotated[
    str | int,
    Reads(parse_label, {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0}]}),
]
Symmetry = Annotated[
    Literal["none", "round"] | int,
    Reads(
        parse_symmetry, {"anyOf": [{"enum": ["none", "round"]}, {"type": "integer", "minimum": 2}]}
    ),
]
Pattern = Annotated[str, text(r"[\s\S]+", "a pattern, as text: '[A-Z][0-9]{4}'")]
Skipped = Annotated[
    str, Reads(parse_skip, {"anyOf": [{"const": OTHERS}, {"type": "string", "minLength": 1}]})
]
Characters = Annotated[str, Reads(parse_characters, {"type": "string", "minLength": 1})]
ClassName = Annotated[str, Reads(parse_class_name, {"type": "string"})]


class ClassSpec(Section):
    """One class."""

    labels: tuple[Label, ...] = Field(
        default=(),
        description="Names, pixel values or '#RRGGBB' colours in the source that mean this class. "
        "Default: the class's own name.",
        examples=[["crack", "break"], [1, 2], ["#FF0000"]],
    )
    symmetry: Symmetry = Field(
        default="none",
        description="How many turns of the thing look alike: `none` for a thing with a heading, "
        "2 for a screw head, 6 for a nut, `round` for a washer (detection only).",
        examples=[6],
    )
    characters: Characters | None = Field(
        default=None,
        description="The characters that this text field may hold, with ranges (OCR only).",
        examples=["A-Z0-9", "0-9/."],
    )
    pattern: Pattern | None = Field(
        default=None,
        description="What the whole text matches, so that O and 0 are told by position: "
        "characters, `.`, classes such as `[A-Z0-9]`, `\\d`, groups, `|`, `?`, `*`, `+`, `{n}` and "
        "`{n,m}` (OCR only).",
        examples=["[0-9]{2}/[0-9]{4}"],
    )
    ignore_case: Annotated[bool, FLAG] = Field(
        default=False,
        description="Labels, `characters` and `pattern` are taken in upper case, and texts are "
        "read so (OCR only).",
        examples=[True],
    )
    skip: Skipped | None = Field(
        default=None,
        description="Characters of labels that are not read, such as blanks and hyphens, or "
        "`others`: all that is not in `characters`. A label of which nothing is left is neither "
        "text nor background (OCR only).",
        examples=[" .-", "others"],
    )

    def with_default_labels(self, name: str) -> ClassSpec:
        """The same class with its own name as label where it names none."""
        return self if self.labels else self.model_copy(update={"labels": (name,)})


def with_default_labels(classes: dict[str, ClassSpec]) -> dict[str, ClassSpec]:
    """All classes with their labels filled in."""
    return {name: spec.with_default_labels(name) for name, spec in classes.items()}
