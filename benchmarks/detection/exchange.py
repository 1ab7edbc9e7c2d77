"""What the sides of the detection benchmark hand each other: the truth, and what was found.

numpy and the standard library alone, so that it runs unchanged in the peer's environment and in
dltrain's. Two JSON files: the photos of a recipe's split with their boxes, and a model's
detections on the test photos. A box is four corners (x, y) in px of the upright photo; its first
edge is the top of the thing, and the corners go round clockwise as seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

IGNORE = 255
"""The class index of a box that is neither class nor background."""

NO_ANGLE, HEADING = 0, 1


@dataclass(frozen=True, slots=True)
class Thing:
    """A class.

    Attributes:
        name: as the recipe has it.
        symmetry: how many turns look alike: 1 is a heading, 0 a thing without angle.
    """

    name: str
    symmetry: int


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo of the split.

    Attributes:
        id: path relative to the folder of the data, with `/`.
        image: the file.
        size_wh: width and height in px.
        split: train, validation or test.
        corners: (n, 4, 2).
        classes: (n,) indices, `IGNORE` for a box to be ignored.
    """

    id: str
    image: Path
    size_wh: tuple[int, int]
    split: str
    corners: Floats
    classes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A recipe's data."""

    recipe: str
    oriented: bool
    things: tuple[Thing, ...]
    photos: tuple[Photo, ...]

    def part(self, split: str) -> tuple[Photo, ...]:
        """The photos of one split."""
        return tuple(photo for photo in self.photos if photo.split == split)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a model finds on one photo: corners (n, 4, 2), class indices (n,) and scores (n,)."""

    corners: Floats
    classes: NDArray[np.int64]
    scores: Floats


@dataclass(frozen=True, slots=True)
class Detections:
    """What a model finds on the test photos.

    Attributes:
        heading: whether the first edge is the top of the thing; without it the angle of a box is
            that of its longer side, known up to a half turn.
        photos: by the photo's id.
    """

    heading: bool
    photos: Mapping[str, Found]


def write_truth(truth: Truth, path: Path) -> None:
    """Writes the photos and boxes."""
    photos = [
        {
            "id": photo.id,
            "image": str(photo.image),
            "size_wh": list(photo.size_wh),
            "split": photo.split,
            "boxes": [
                {"corners": corners, "class": index}
                for corners, index in zip(
                    np.round(photo.corners, 3).tolist(), photo.classes.tolist(), strict=True
                )
            ],
        }
        for photo in truth.photos
    ]
    _write(
        path,
        {
            "recipe": truth.recipe,
            "oriented": truth.oriented,
            "classes": [asdict(thing) for thing in truth.things],
            "photos": photos,
        },
    )


def read_truth(path: Path) -> Truth:
    """Reads what `write_truth` wrote."""
    stored = json.loads(path.read_text("utf-8"))
    photos = (
        Photo(
            id=each["id"],
            image=Path(each["image"]),
            size_wh=(each["size_wh"][0], each["size_wh"][1]),
            split=each["split"],
            corners=_corners([box["corners"] for box in each["boxes"]]),
            classes=np.array([box["class"] for box in each["boxes"]], np.int64),
        )
        for each in stored["photos"]
    )
    things = tuple(Thing(each["name"], each["symmetry"]) for each in stored["classes"])
    return Truth(stored["recipe"], stored["oriented"], things, tuple(photos))


def write_detections(detections: Detections, path: Path) -> None:
    """Writes `{"heading": …, "photos": {id: [[corners, class, score], …]}}`."""
    photos = {
        name: [
            [corners, index, round(score, 6)]
            for corners, index, score in zip(
                np.round(found.corners, 2).tolist(),
                found.classes.tolist(),
                found.scores.tolist(),
                strict=True,
            )
        ]
        for name, found in detections.photos.items()
    }
    _write(path, {"heading": detections.heading, "photos": photos})


def read_detections(path: Path) -> Detections:
    """Reads what `write_detections` wrote."""
    stored = json.loads(path.read_text("utf-8"))
    photos = {
        name: Found(
            _corners([corners for corners, _, _ in rows]),
            np.array([index for _, index, _ in rows], np.int64),
            np.array([score for _, _, score in rows], np.float64),
        )
        for name, rows in stored["photos"].items()
    }
    return Detections(stored["heading"], photos)


def _corners(rows: list[list[list[float]]]) -> Floats:
    return np.array(rows, np.float64).reshape(-1, 4, 2)


def _write(path: Path, stored: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stored) + "\n", "utf-8")
