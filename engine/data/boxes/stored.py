"""What a format that stores boxes hands over, before anything of it is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.data.boxes.geometry import Corners
from engine.data.readers import LabelTable
from engine.records import IGNORE


@dataclass(frozen=True, slots=True)
class StoredBox:
    """One box as its file states it.

    Attributes:
        label: a name or a number; None where the format knows no classes.
        corners: in px of the photo.
        where: of the box in its file: `3` for the third line, or a name; whoever reads the file
            fills it in.
        text: what is written there, None where the format does not tell.
        ignored: whether the file says that the box is neither thing nor background.
    """

    label: str | int | None
    corners: Corners
    where: str = ""
    text: str | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """A line, or another entry, that states no box.

    Attributes:
        where: of the entry in its file, as of a `StoredBox`; empty: the file as a whole.
        message: what is wrong with it.
        fix: what to do, where that is another thing than to correct the entry.
    """

    where: str
    message: str
    fix: str = ""


Entries = Sequence[StoredBox | BrokenEntry]
ReadEntries = Callable[[tuple[int, int]], Entries]
"""What a photo's file states, given the photo's height and width in px."""


@dataclass(frozen=True, slots=True)
class BoxedPhoto:
    """A photo and its boxes.

    Attributes:
        image: path relative to the source's folder.
        looked_for: what was looked for where there is no file, for the message.
        file: that holds the boxes; None where none was found for this photo.
        entries: reads the boxes.
    """

    image: str
    file: Path | None
    entries: ReadEntries
    looked_for: str = ""


@dataclass(frozen=True, slots=True)
class BoxMeanings:
    """Which class the label of a box means: `names` and `numbers` that the recipe states.

    Where no class is given by a number, and the file's labels are numbers without names, number k
    is the k-th class of the recipe, of those `in_order`. `shown` are all labels, for messages.
    """

    names: Mapping[str, int]
    numbers: Mapping[int, int]
    in_order: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @classmethod
    def of(cls, labels: LabelTable) -> BoxMeanings:
        """The meanings that a recipe states."""
        names: dict[str, int] = {}
        numbers: dict[int, int] = {}
        stated = [*enumerate(labels.labels), (IGNORE, labels.ignore)]
        for index, own in stated:
            for label in own:
                if isinstance(label, int):
                    numbers[label] = index
                else:
                    names[label] = index
        by_number = any(isinstance(label, int) for own in labels.labels for label in own)
        in_order = () if by_number else labels.class_names
        return cls(
            names, numbers, in_order, tuple(str(label) for _, own in stated for label in own)
        )

    def known(self, label: str | int | None) -> str:
        """The labels with a meaning, for a message about one without."""
        if isinstance(label, int) and self.in_order:
            return ", ".join(f"{number} ({name})" for number, name in enumerate(self.in_order))
        return ", ".join(self.shown)

    def index(self, label: str | int | None) -> int | None:
        """The class, or `IGNORE`; None for a label without a meaning."""
        if label is None:
            return 0
        if isinstance(label, str):
            return self.names.get(label, self.numbers.get(_number(label)))
        if label in self.numbers:
            return self.numbers[label]
        return label if 0 <= label < len(self.in_order) else None


def _number(label: str) -> int:
    return int(label) if label.isascii() and label.isdigit() and len(label) < 10 else -1
