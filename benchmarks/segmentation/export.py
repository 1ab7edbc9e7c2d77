"""Predictions of a finished run on its test photos, as `score.py` reads them.

    python -m benchmarks.segmentation.export RUN OUT

Writes OUT/predictions/<id, / as __>.png (0 background, k + 1 class k) and OUT/scores.csv.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from benchmarks.segmentation.metrics import prediction_path
from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.data.write_image import write_png
from engine.recipe import load_recipe
from engine.tasks.segmentation import model as _model  # noqa: F401 - its layers must be known
from engine.tasks.segmentation.decode import decode, image_score
from engine.tasks.segmentation.deployment import load
from engine.tasks.segmentation.infer import forward, infer
from engine.train.model_file import load_model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    dataset = load_dataset(load_recipe(arguments.run / "recipe.yaml"))
    deployment = load((arguments.run / "inference.json").read_text("utf-8"))
    run = forward(load_model(arguments.run / "model.keras"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    with (arguments.out / "scores.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "score"))
        for sample in dataset.test:
            maps = infer(run, read_image(sample.image), deployment.inference)
            labels = decode(maps, deployment.pixel_limits)
            write_png(prediction_path(arguments.out, sample.id), labels)
            writer.writerow((sample.id, image_score(maps, labels < 255)))


if __name__ == "__main__":
    main()
