"""The photos of a recipe as dltrain splits them, with their boxes, for all sides of the benchmark.

python -m benchmarks.detection.splits RECIPE OUT.json
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.detection.exchange import IGNORE, Photo, Thing, Truth, write_truth
from engine.recipe import Recipe, load_recipe
from engine.records import BoxAnnotation, Sample
from engine.steps import check
from engine.tasks.detection.boxes import order_of, upright


def read_split(recipe: Recipe) -> Truth:
    """The audited split of a recipe whose annotations are boxes.

    Raises:
        ValueError: a photo has no boxes' annotation.
    """
    oriented = recipe.task == "oriented_detection"
    things = tuple(
        Thing(name, order_of(spec.symmetry, oriented=oriented))
        for name, spec in recipe.classes.items()
    )
    parts = check(recipe).dataset.parts()
    photos = [_photo(s, name, oriented) for name, part in parts.items() for s in part]
    return Truth(recipe.name, oriented, things, tuple(photos))


def _photo(sample: Sample, split: str, oriented: bool) -> Photo:
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        raise ValueError(f"{sample.id}: not annotated with boxes.")
    corners = annotation.corners if oriented else upright(annotation.corners)
    height, width = sample.size_hw
    return Photo(
        id=sample.id,
        image=sample.image.absolute(),
        size_wh=(width, height),
        split=split,
        corners=corners.astype(np.float64),
        classes=annotation.class_indices.astype(np.int64),
    )


def main() -> None:
    """Writes the split and prints what it holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    truth = read_split(load_recipe(given.recipe))
    write_truth(truth, given.out)
    for split in ("train", "validation", "test"):
        photos = truth.part(split)
        counts = Counter(index for photo in photos for index in photo.classes.tolist())
        boxes = ", ".join(f"{t.name} {counts[k]}" for k, t in enumerate(truth.things))
        print(f"{split}: {len(photos)} photos; {boxes}; ignored {counts[IGNORE]}")


if __name__ == "__main__":
    main()
