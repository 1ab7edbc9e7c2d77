"""What the checks need of a recipe, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.recipe.units import Length
from engine.records import SplitName
from engine.text.field import TextField


@dataclass(frozen=True, slots=True)
class ObjectFloors:
    """Objects a class below which DIV201 is an error, a warning, advice."""

    error: int = 3
    warn: int = 20
    advice: int = 50


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Attributes:
    task: of the recipe.
    symmetries: of the classes in order, as in the recipe: `none`, `round` or a number.
    text_fields: of the classes in order; none where the classes are no text.
    margin: width of the edge band.
    roi_xywh: the region of interest in px, None is the whole photo.
    floors: how many objects a class should have.
    drawn: whether a share of the training lines is drawn from what the fields may hold.
    escape_rate, overkill_rate: what `accept` asks for, as shares; None where it does not. Where
        texts are read: the rates of wrong reads and of texts that are not told.
    seal: the file that holds the sealed test set; None where there is no recipe file.
    add_good: by part of the split, what to do where it has no good photo.
    """

    task: str = "segmentation"
    symmetries: tuple[str | int, ...] = ()
    text_fields: tuple[TextField, ...] = ()
    drawn: bool = False
    margin: Length = field(default_factory=lambda: Length(0.0))
    roi_xywh: tuple[int, int, int, int] | None = None
    floors: ObjectFloors = field(default_factory=ObjectFloors)
    escape_rate: float | None = None
    overkill_rate: float | None = None
    seal: Path | None = None
    add_good: Mapping[SplitName, str] = field(default_factory=dict)

    @property
    def learns_good(self) -> bool:
        """Whether good parts alone are learnt, so that kinds of defect need no examples."""
        return self.task == "anomaly_detection"

    @property
    def marked(self) -> str:
        """What annotations of the task mark, in the plural."""
        if self.task == "ocr":
            return "texts"
        return "things" if self.task in ("detection", "oriented_detection") else "defects"
