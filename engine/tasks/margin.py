"""The edge band of a photo must leave something to learn from."""

from __future__ import annotations

from engine.data.view import View
from engine.errors import UsageError
from engine.recipe.units import Length
from engine.records import Sample


def require_interior(sample: Sample, view: View, margin: Length) -> None:
    """Refuses a margin that leaves nothing of a photo to learn from.

    Raises:
        UsageError: it covers the whole region of interest.
    """
    height, width = view.frame_hw(sample.size_hw)
    margin_px = margin.to_px((height, width))
    if 2 * margin_px >= min(height, width):
        raise UsageError(
            "the margin covers the whole photo, so nothing is left to learn from or to measure",
            where=f"margins.edge on {sample.id}",
            received=f"{margin} (= {margin_px} px) on {width}x{height} px",
            allowed=f"less than {(min(height, width) + 1) // 2} px for this photo",
            fix="Lower margins.edge, or leave photos of another size out with `exclude`",
        )
