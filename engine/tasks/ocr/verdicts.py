"""What became of the fields and the readings of photos at the chosen thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.detections import Floats
from engine.tasks.detection.outcome import Region, RegionOutcome
from engine.tasks.detection.told import told
from engine.tasks.ocr.outcome import PhotoOutcome, Readings


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """How sure is sure.

    Attributes:
        scores: float32 (classes,), the threshold of each class's detections; zeros where nothing
            is located.
        reading: the confidence from which on a reading is passed on.
    """

    scores: Floats
    reading: float


@dataclass(frozen=True, slots=True)
class ReadField:
    """A field that was located, and the reading of it.

    Attributes:
        field, reading: their indices on the photo.
        truth: what stands there.
        said: what was read; None where it is unreadable.
        raw: what the network saw.
        accepted: whether the reading is passed on.
    """

    field: int
    reading: int
    class_index: int
    truth: str
    said: str | None
    raw: str
    confidence: float
    accepted: bool

    @property
    def exact(self) -> bool:
        """Whether the reading is what stands there; passed on or not."""
        return self.said == self.truth

    @property
    def best(self) -> str:
        """What was read, or where it is unreadable what the network saw."""
        return self.raw if self.said is None else self.said


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """Of the m fields and n readings of a photo, in one of its regions.

    Attributes:
        read: the fields that were located, the surest detection first.
        missed: (m,) fields that were not.
        alone: (n,) sure detections that count and lie on no field of their class.
        passed: (n,) readings that are passed on and count as right or wrong.
    """

    read: tuple[ReadField, ...]
    missed: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    passed: NDArray[np.bool_]


def sure(readings: Readings, limits: Limits) -> NDArray[np.bool_]:
    """Which detections reach the threshold of their class, of each place one class: (n,)."""
    return told(readings.detections, limits.scores)


def accepted(readings: Readings, limits: Limits) -> NDArray[np.bool_]:
    """Which readings may be passed on, wherever they lie: (n,)."""
    return np.asarray(readings.readable & (readings.confidences >= limits.reading))


def verdicts(outcome: PhotoOutcome, region: RegionOutcome, limits: Limits) -> Verdicts:
    """Tells them apart; `region` is of the same photo."""
    fields, readings = outcome.fields, outcome.readings
    told_here, may_pass = sure(readings, limits), accepted(readings, limits)
    found = told_here & region.right[0]
    read = tuple(
        ReadField(
            field=field,
            reading=number,
            class_index=int(fields.things.classes[field]),
            truth=fields.texts[field],
            said=readings.texts[number],
            raw=readings.raw[number],
            confidence=float(readings.confidences[number]),
            accepted=bool(may_pass[number]),
        )
        for number in np.flatnonzero(found).tolist()
        for field in [int(region.thing[0, number])]
    )
    missed = region.wanted.copy()
    missed[[each.field for each in read]] = False
    counts = told_here & region.counted[0]
    return Verdicts(read, missed, counts & ~found, counts & may_pass)


def verdicts_in(outcome: PhotoOutcome, name: Region, limits: Limits) -> Verdicts | None:
    """The same in a region by its name; None where the photo has no such region."""
    region = outcome.located.region(name)
    return None if region is None else verdicts(outcome, region, limits)


def read_fields(
    outcomes: Sequence[PhotoOutcome], name: Region, limits: Limits
) -> tuple[ReadField, ...]:
    """All located fields of a region, photo by photo in the order of their names."""
    own = (
        verdicts_in(outcome, name, limits)
        for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
    )
    return tuple(each for found in own if found is not None for each in found.read)
