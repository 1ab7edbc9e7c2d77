"""What flows through the engine: samples, their annotations, and the split that keeps them apart.

Frozen dataclasses over numpy and paths, without TensorFlow. A *label map* is a uint8 array
(height, width): 0 is background, `k + 1` is class `k` of the recipe, `IGNORE` is neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import DltrainError

BACKGROUND = 0
IGNORE = 255

SplitName = Literal["train", "validation", "test"]
SPLIT_NAMES: tuple[SplitName, ...] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class MaskAnnotation:
    """Brush annotation of one image, stored in a mask file.

    Attributes:
        path: the mask file, or None for an image that was declared good without one.
        values: pairs (stored pixel value, label-map value); colours are packed as 0xRRGGBB.
            Stored values that are not listed are unknown labels.
        threshold: for binary masks with soft edges, stored values above it count as 255 and
            the others as 0; None reads the values as they are.
        classes: indices of the classes with at least one pixel, those of `more` included.
        more: further masks of the same image, where each class has a mask of its own.
    """

    path: Path | None
    values: tuple[tuple[int, int], ...] = ()
    threshold: int | None = None
    classes: frozenset[int] = frozenset()
    more: tuple[MaskAnnotation, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BoxAnnotation:
    """Boxes drawn on one image, n of them; none says that the image is verified good.

    Attributes:
        path: the file that holds them.
        corners: float32 (n, 4, 2), x and y in px of the upright photo. The first edge is the top of
            the thing, from its left to its right, and the corners go round clockwise as seen.
        class_indices: uint8 (n,), `IGNORE` for a box that is neither class nor background.
        texts: what is written in each box, where the format tells.
        skipped: class and text of the boxes that are ignored as the class's `skip` leaves nothing.
    """

    path: Path | None
    corners: NDArray[np.float32]
    class_indices: NDArray[np.uint8]
    texts: tuple[str, ...] | None = None
    skipped: tuple[tuple[int, str], ...] = ()

    @property
    def classes(self) -> frozenset[int]:
        """Indices of the classes with at least one box."""
        return frozenset(int(index) for index in self.class_indices if index != IGNORE)


@dataclass(frozen=True, slots=True)
class VerdictAnnotation:
    """Whether the part on one photo is good, and where it is not, as far as anybody marked it.

    Attributes:
        path: the file of the mask, also of one that marks nothing; None where there is none.
        defect: index of the kind of defect among the data set's class names; None is good.
        mask: where the defect lies: its label map holds 1 where it is anomalous, 0 or `IGNORE`.
            None where nobody marked it; of a good photo: where there is nothing to ignore either.
    """

    path: Path | None
    defect: int | None
    mask: MaskAnnotation | None = None

    @property
    def classes(self) -> frozenset[int]:
        """The kind of defect as a set; empty where the photo is good."""
        return frozenset() if self.defect is None else frozenset({self.defect})

    @property
    def is_disputed(self) -> bool:
        """Whether the photo is called good and its mask marks a defect: one of both is wrong."""
        return self.defect is None and self.mask is not None and bool(self.mask.classes)


Annotation = MaskAnnotation | BoxAnnotation | VerdictAnnotation


@dataclass(frozen=True, slots=True)
class Sample:
    """One photo.

    Attributes:
        id: the image's path relative to the folder that holds all sources, with `/`.
        image: the file.
        size_hw: height and width in px, after EXIF orientation.
        annotation: None is *not annotated*; an annotation without classes is *verified good*.
        object: name of the physical part that the photo shows.
        sha256: digest of the file's bytes, in hex.
        bit_depth: bits a channel that the file stores (8 or 16).
    """

    id: str
    image: Path
    size_hw: tuple[int, int]
    annotation: Annotation | None
    object: str
    sha256: str
    bit_depth: int = 8

    @property
    def classes(self) -> frozenset[int]:
        """Indices of the classes annotated on this photo."""
        return self.annotation.classes if self.annotation else frozenset()

    @property
    def is_disputed(self) -> bool:
        """See `VerdictAnnotation.is_disputed`; such a photo is neither good nor bad."""
        return isinstance(self.annotation, VerdictAnnotation) and self.annotation.is_disputed

    @property
    def is_good(self) -> bool:
        """Whether nothing is annotated on this photo, and nobody disputes that it is good."""
        return not self.classes and not self.is_disputed


ProblemKind = Literal[
    "unreadable_image",
    "unreadable_mask",
    "lossy_mask",
    "size_mismatch",
    "unreadable_boxes",
    "broken_box",
    "unknown_label",
    "missing_annotation",
    "nothing_to_judge",
]


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A photo or mask that a reader could not use; the audit turns it into a finding.

    `fix` says what to do where the check that reports it cannot know.
    """

    kind: ProblemKind
    sample: str
    message: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything the sources hold, shared out but not yet verified to be disjoint.

    Attributes:
        class_names: the classes in the recipe's order; where it names none (anomaly detection),
            the kinds of defect that the sources' folders are called after, sorted.
        train, validation, test: the photos of each part, without those that have a problem.
        problems: what could not be used, and why.
        folder: the folder that the samples' ids are relative to.
        object_declared: whether the recipe says which photos show the same object; without it
            each photo counts as an object of its own, which a report must say.
    """

    class_names: tuple[str, ...]
    train: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    test: tuple[Sample, ...]
    problems: tuple[ReadProblem, ...] = ()
    folder: Path | None = None
    object_declared: bool = True

    def parts(self) -> dict[SplitName, tuple[Sample, ...]]:
        """The three parts by name, in the order train, validation, test."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


@dataclass(frozen=True, slots=True)
class SampleSet:
    """The photos of one part of the split."""

    samples: tuple[Sample, ...]

    @property
    def objects(self) -> frozenset[str]:
        """Names of the different parts shown."""
        return frozenset(sample.object for sample in self.samples)

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted digests of the photos: equal sets have equal digests."""
        joined = "\n".join(sorted(sample.sha256 for sample in self.samples))
        return hashlib.sha256(joined.encode()).hexdigest()

    def __len__(self) -> int:
        return len(self.samples)


class TrainSet(SampleSet):
    """Photos that a model is fitted to."""


class ValidationSet(SampleSet):
    """Photos that choose the epoch and the thresholds; never trained on."""


class TestSet(SampleSet):
    """Photos that are opened only to write the report."""

    __test__ = False  # not a test case, whatever its name says to pytest


@dataclass(frozen=True, slots=True)
class Split:
    """Three sets that share neither an object nor a file.

    Attributes:
        class_names: of the data set; labels are indices into them.

    Raises:
        DltrainError: when two of the sets share an object or an identical file.
    """

    train: TrainSet
    validation: ValidationSet
    test: TestSet
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sets = {"train": self.train, "validation": self.validation, "test": self.test}
        _require_disjoint("object", {name: part.objects for name, part in sets.items()})
        digests = {name: {s.sha256 for s in part.samples} for name, part in sets.items()}
        _require_disjoint("identical file", digests)

    @classmethod
    def of(cls, dataset: Dataset) -> Split:
        """The verified split of a data set."""
        return cls(
            TrainSet(dataset.train),
            ValidationSet(dataset.validation),
            TestSet(dataset.test),
            dataset.class_names,
        )


def _require_disjoint(what: str, parts: Mapping[str, Iterable[str]]) -> None:
    owner: dict[str, str] = {}
    for name, members in parts.items():
        for member in members:
            if owner.setdefault(member, name) != name:
                raise DltrainError(
                    f"training, validation and test data share an {what}",
                    where="split",
                    received=f"{member} in {owner[member]} and in {name}",
                    fix="Run `dltrain check` on the recipe; SPL101 and SPL103 list the photos",
                )
