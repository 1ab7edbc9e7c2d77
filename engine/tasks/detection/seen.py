"""The photos of one region, by the objects that they show: what the metrics sum over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.tasks.detection.outcome import PhotoOutcome, Region, RegionOutcome


@dataclass(frozen=True, slots=True)
class Seen:
    """One region of all photos, by row of their objects."""

    region: Region
    object_count: int
    photos: tuple[tuple[int, PhotoOutcome, RegionOutcome], ...]


def see(outcomes: Sequence[PhotoOutcome], region: Region) -> Seen:
    """One region of all photos that have it; nothing depends on the order of `outcomes`."""
    names = sorted({outcome.object for outcome in outcomes})
    row = {name: index for index, name in enumerate(names)}
    photos = tuple(
        (row[outcome.object], outcome, found)
        for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
        if (found := outcome.region(region)) is not None
    )
    return Seen(region, len(names), photos)
