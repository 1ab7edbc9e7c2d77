"""What the page shows beyond `report.json`: pictures, counts and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.evaluate.verdict import Direction
from engine.tasks.task import Figure


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A finding of the audit that was not waived, and the photos that it concerns."""

    code: str
    name: str
    severity: str
    message: str
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One photo, and the part of the split that it is in."""

    image: str
    object: str
    split: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Annex:
    """Material for the page.

    Attributes:
        bounds: (metric, bound, direction) of `accept`, drawn beside the values.
        confusion: numbers of photos: bad_called_bad, bad_called_good, good_called_good,
            good_called_bad; empty for tasks without them.
        figures: charts and photos.
        findings: what the audit, and then the model, found and nobody waived.
        searched: how many training photos were searched, as a sentence.
        checks_off, checks_lowered: codes of checks that the recipe switched off, or whose errors
            it made warnings.
        object_declared: whether the recipe says which photos show the same object.
        provenance: what else a reader may ask for, by name: commit, weights, precision, ….
        notes: what must be known of the training, as sentences.
        recipe: the resolved recipe as YAML.
        split: every photo.
    """

    bounds: tuple[tuple[str, float, Direction], ...] = ()
    confusion: Mapping[str, int] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    findings: tuple[StandingFinding, ...] = ()
    searched: str = ""
    checks_off: tuple[str, ...] = ()
    checks_lowered: tuple[str, ...] = ()
    object_declared: bool = True
    provenance: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    recipe: str = ""
    split: tuple[SplitLine, ...] = ()
