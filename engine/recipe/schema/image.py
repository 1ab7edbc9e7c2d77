"""What the network sees of a photo: margins, size, tiles, region of interest."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.recipe.schema.fields import Choice, Reads, length, share, size
from engine.recipe.schema.section import Section
from engine.recipe.units import SIZE_PATTERN, Length, Share, SizeHW, format_size, parse_size_hw
from engine.recipe.wording import refusal

RoiXYWH = tuple[int, int, int, int]

SMALLEST_LINE_PX, WIDEST_LINE_PX, HIGHEST_LINE_PX = 16, 2048, 128


def parse_roi_xywh(value: object) -> RoiXYWH:
    """x, y, width and height in px of the photo."""
    numbers = value if isinstance(value, list | tuple) else ()
    if len(numbers) == 4 and all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        x, y, width, height = numbers
        if min(x, y) >= 0 and min(width, height) >= 1 and max(numbers) < 1_000_000:
            return x, y, width, height
    raise ValueError(refusal(value, "[x, y, width, height] in px: [100, 50, 800, 600]"))


_ROI_SCHEMA = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "minItems": 4,
    "maxItems": 4,
    "examples": [[100, 50, 800, 600]],
}


def parse_line_hw(value: object) -> SizeHW:
    """The size of a line of text, written width x height and kept as (height, width)."""
    height, width = parse_size_hw(value, SMALLEST_LINE_PX)
    if width > WIDEST_LINE_PX or height > HIGHEST_LINE_PX:
        most = format_size((HIGHEST_LINE_PX, WIDEST_LINE_PX))
        raise ValueError(refusal(value, f"width x height in px, at most {most}: '320x32'"))
    return height, width


LineSize = Annotated[
    SizeHW,
    Reads(
        parse_line_hw,
        {"type": "string", "pattern": f"^{SIZE_PATTERN}$", "examples": ["320x32"]},
        format_size,
    ),
]


class Margins(Section):
    """Bands that are treated apart."""

    edge: Annotated[Length, length(highest_percent=49)] = Field(
        default=Length(0, "px"),
        description="Band along the image edge that is neither trained on nor counted as interior: "
        "px, or % of the shorter side.",
        examples=["12 px", "2 %"],
    )
    crop: Annotated[Length, length(highest_percent=100)] | None = Field(
        default=None,
        description="Padding around a line of text: px, or % of its height (OCR only). "
        "Default: 12 % around a field that is located, none around a photo that is a line.",
        examples=["4 px"],
    )


class Input(Section):
    """How a photo becomes the network's input. Sizes are written width x height."""

    size_hw: Annotated[SizeHW, size(16)] | None = Field(
        default=None,
        alias="size",
        description="Size that photos are brought to; goes with `resize: fit` or `stretch`.",
        examples=["256x256"],
    )
    channels: Annotated[Literal["rgb", "gray"], Choice()] = Field(
        default="rgb", description="Colour, or brightness alone."
    )
    resize: Annotated[Literal["auto", "none", "fit", "stretch"], Choice()] = Field(
        default="auto",
        description="`none` keeps every pixel, `fit` keeps the proportions and stays within "
        "`size`, `stretch` distorts. `auto`: every pixel, but where the things to detect are much "
        "larger than a detector needs, and no `tile` is stated, photos are shrunk.",
    )
    tile_hw: Annotated[SizeHW, size(32)] | None = Field(
        default=None,
        alias="tile",
        description="Size of the patches that photos are cut into. Default: chosen from the data.",
        examples=["256x256"],
    )
    line_hw: LineSize | None = Field(
        default=None,
        alias="line",
        description="Size at which lines of text are read; narrower ones are padded, wider ones "
        "squeezed (OCR only). Default: chosen from the data.",
        examples=["320x32"],
    )
    overlap: Annotated[Share, share(0, 90)] = Field(
        default=Share(0.25),
        description="By how much neighbouring tiles overlap in prediction.",
        examples=["50 %"],
    )
    roi_xywh: Annotated[RoiXYWH, Reads(parse_roi_xywh, _ROI_SCHEMA, write=list)] | None = Field(
        default=None,
        alias="roi",
        description="The part of every photo that is inspected: [x, y, width, height] in px.",
        examples=[[100, 50, 800, 600]],
    )
