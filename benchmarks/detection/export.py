"""Detections of a finished run on its test photos, as `score.py` reads them.

    python -m benchmarks.detection.export RUN OUT.json

Everything that the model says counts, however unsure: the chosen thresholds are not applied.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.detection.exchange import Detections, Found, write_detections
from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.tasks.detection.boxes import to_corners
from engine.tasks.detection.deployment import load
from engine.tasks.detection.infer import detect, forward
from engine.train.model_file import load_model


def export(run: Path) -> Detections:
    """The detections of a run's model on its test photos, in px of the upright photo."""
    dataset = load_dataset(load_recipe(run / "recipe.yaml"))
    deployment = load((run / "inference.json").read_text("utf-8"))
    network = forward(load_model(run / "model.keras"), deployment.orders)
    roi_xywh = deployment.inference.view.roi_xywh or (0, 0, 0, 0)
    photos = {}
    for sample in dataset.test:
        found = detect(network, read_image(sample.image), deployment.inference)
        corners = to_corners(found.boxes).astype(np.float64) + roi_xywh[:2]
        photos[sample.id] = Found(
            corners, found.classes.astype(np.int64), found.scores.astype(np.float64)
        )
    return Detections(heading=deployment.oriented, photos=photos)


def main() -> None:
    """Writes the detections and prints how many there are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    detections = export(given.run)
    write_detections(detections, given.out)
    count = sum(len(found.scores) for found in detections.photos.values())
    print(f"{given.out}: {count} detections on {len(detections.photos)} photos")


if __name__ == "__main__":
    main()
