"""Random changes of training images. Every operation is off, or has a strength.

The defaults are here and nowhere else.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.recipe.schema.fields import Choice, Reads, length, share, strength
from engine.recipe.schema.section import Section
from engine.recipe.units import ANGLE_PATTERN, Length, Share, format_angle, parse_angle_deg

NO_SHARE = Share(0.0)
NO_LENGTH = Length(0, "px")

AUTO: Literal["auto"] = "auto"


def parse_rotation(value: object) -> float | str:
    """`auto`, or the largest angle in degrees."""
    return AUTO if value == AUTO else parse_angle_deg(value, highest=180)


Rotation = Annotated[
    float | Literal["auto"],
    strength(
        Reads(
            parse_rotation,
            {
                "anyOf": [
                    {"const": AUTO},
                    {"type": "string", "pattern": f"^(?:{ANGLE_PATTERN})$", "examples": ["15 deg"]},
                    {"type": "number", "minimum": 0, "maximum": 180},
                ]
            },
            lambda degrees: AUTO if degrees == AUTO else format_angle(degrees),
        ),
        off=0.0,
    ),
]


class Augment(Section):
    """Strengths are the most that happens; each image draws from zero up to it, either way."""

    flip: Annotated[Literal["auto", "off", "horizontal", "vertical", "both"], Choice()] = Field(
        default=AUTO,
        description="Mirror images, each way half of the time. `auto`: both ways; off where boxes "
        "of a class have a heading, as a mirrored part is often another part, and for texts.",
    )
    rotate_deg: Rotation = Field(
        default=AUTO,
        alias="rotate",
        description="Turn by up to this angle (0 to 180 deg). `auto`: 15 deg for segmentation; "
        "180 deg where boxes of the training photos lie at all angles, else 15 deg; off for "
        "upright boxes; 3 deg for lines of text, which are upright when they are read.",
        examples=["180 deg", "off"],
    )
    scale: Annotated[Share, strength(share(0, 90), NO_SHARE)] = Field(
        default=Share(0.10),
        description="Enlarge or shrink by up to this. Of lines of text also how far their "
        "corners move.",
        examples=["20 %"],
    )
    shift: Annotated[Share, strength(share(0, 50), NO_SHARE)] = Field(
        default=NO_SHARE,
        description="Move by up to this share of the side (of a line of text: of its height). "
        "Off by default: where patches are sampled at random places, that moves them already.",
        examples=["5 %"],
    )
    brightness: Annotated[Share, strength(share(0, 100), NO_SHARE)] = Field(
        default=Share(0.15), description="Brighten or darken by up to this.", examples=["30 %"]
    )
    contrast: Annotated[Share, strength(share(0, 100), NO_SHARE)] = Field(
        default=Share(0.15), description="Raise or lower contrast by up to this.", examples=["30 %"]
    )
    blur: Annotated[Length, strength(length(10), NO_LENGTH)] = Field(
        default=NO_LENGTH,
        description="Gaussian blur with a standard deviation of up to this: px, or % of the "
        "patch's shorter side.",
        examples=["1 px"],
    )
    noise: Annotated[Share, strength(share(0, 100), NO_SHARE)] = Field(
        default=NO_SHARE,
        description="Gaussian noise with a standard deviation of up to this share of white.",
        examples=["2 %"],
    )
    elastic: Annotated[Length, strength(length(20), NO_LENGTH)] = Field(
        default=NO_LENGTH,
        description="Bend the image so that points move by up to this: px, or % of the patch's "
        "shorter side.",
        examples=["4 px"],
    )
    synthetic: Annotated[Share, strength(share(0, 100), NO_SHARE)] = Field(
        default=Share(0.40),
        description="Share of the training lines that are drawn, from the fields' characters and "
        "patterns on backgrounds of the training photos (OCR only).",
        examples=["60 %", "off"],
    )
