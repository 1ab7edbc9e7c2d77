r"""How many defects among the good training photos `patch_memory` tells, and how many good ones.

    python -m benchmarks.anomaly_detection.contamination --weights WEIGHTS DATA...

Each photo of a defect is planted by itself among the good training photos, and the memory gathered
as a run gathers it; once more with none planted. A photo is an object. Asked at several values of
`FAR`, from one pass each. DATA is as in `photos.py`; `--most` limits the defects of each set, every
kind in turn.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.anomaly_detection.ours import BACKBONE
from benchmarks.anomaly_detection.photos import JudgedPhoto, read_photos
from engine import kcv
from engine.data.images import read_image
from engine.data.intensity import WHITE_16_BIT
from engine.data.view import View
from engine.tasks.anomaly_detection.patches import gather, outliers
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos
from engine.tasks.segmentation.infer import Inference

FARS = (3.0, 4.0, 6.0, 8.0, 12.0)


def main() -> None:
    """Prints a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, required=True, help="of Keras' MobileNetV2 0.35")
    parser.add_argument("--most", type=int, default=24)
    given = parser.parse_args()
    for data in given.data:
        photos = read_photos(data)
        planted = _in_turn([photo for photo in photos.test if photo.kind], given.most)
        clean = _scores(photos.train, given.weights)
        runs = [(photo, _scores([*photos.train, photo.image], given.weights)) for photo in planted]
        print(f"\n{data.name}: {len(photos.train)} good photos, {len(planted)} defects planted")
        for far in FARS:
            outliers.FAR = far
            told = [_told(scores) for _, scores in runs]
            hits = sum(
                str(photo.image) in names for (photo, _), names in zip(runs, told, strict=True)
            )
            alarms = [
                len(names - {str(photo.image)})
                for (photo, _), names in zip(runs, told, strict=True)
            ]
            print(
                f"  FAR {far:g}: {hits} of {len(planted)} told; good photos told: "
                f"{len(_told(clean))} with none planted, {np.mean(alarms):.1f} with one"
            )


def _scores(files: Sequence[Path], weights: Path) -> Mapping[str, float]:
    """How unlike all others each photo is, as a run finds out."""
    kept: list[Mapping[str, float]] = []
    find = gather.find_outliers

    def keep(scores: Mapping[str, float]) -> tuple[outliers.Outlier, ...]:
        kept.append(scores)
        return ()

    backbone = kcv.build_backbone(BACKBONE)
    kcv.load_weights(backbone, weights)
    inference = Inference(View(), WHITE_16_BIT)
    photos = GoodPhotos(
        lambda index: inference.view.image(read_image(files[index])),
        [str(file) for file in files],
        [Image.open(file).size[::-1] for file in files],
    )
    gather.find_outliers = keep
    try:
        gather.gather_memory(backbone, photos, inference, 0, lambda *_: None)
    finally:
        gather.find_outliers = find
    return kept[0]


def _told(scores: Mapping[str, float]) -> set[str]:
    return {found.object for found in outliers.find_outliers(scores)}


def _in_turn(photos: Sequence[JudgedPhoto], most: int) -> list[JudgedPhoto]:
    """At most so many, of every kind in turn."""
    seen: dict[str | None, int] = {}
    ranked = []
    for photo in photos:
        ranked.append((seen.get(photo.kind, 0), photo.id, photo))
        seen[photo.kind] = seen.get(photo.kind, 0) + 1
    return [photo for *_, photo in sorted(ranked, key=lambda each: each[:2])[:most]]


if __name__ == "__main__":
    main()
