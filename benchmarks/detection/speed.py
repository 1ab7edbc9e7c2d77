"""Milliseconds that a finished run's model takes for a photo of 640 x 640 px, and for what.

    python -m benchmarks.detection.speed RUN --out OUT.json

The test photos, resized to a square as `peer_ultralytics --speed` does, one at a time, two threads:
`before` is from the photo to what the network takes, `network` the network alone, `whole` all that
`dltrain predict` does with a photo that is read, and `after` what is left. The same again on a
square that shows `--objects` things, cut out of the test photos by their boxes and laid side by
side.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.data.intensity import to_unit
from engine.data.load import load_dataset
from engine.data.view import View
from engine.kcv import fold_batch_norm
from engine.recipe import load_recipe
from engine.records import BoxAnnotation, Sample
from engine.tasks.detection.deployment import Deployment, load
from engine.tasks.detection.infer import detect, forward
from engine.tasks.detection.told import told
from engine.train.model_file import load_model

SIDE = 640
WARM_UP = 5
Pixels = NDArray[np.uint8]


def crowd(samples: Sequence[Sample], count: int) -> Pixels:
    """A square with things of the photos side by side, each as large as its place."""
    across = int(np.ceil(np.sqrt(count)))
    place = SIDE // across
    canvas = np.full((SIDE, SIDE, 3), 90, np.uint8)
    number = 0
    while number < count:
        for sample in samples:
            photo = read_image(sample.image)
            assert isinstance(sample.annotation, BoxAnnotation)
            for corners in sample.annotation.corners:
                low, high = corners.min(axis=0), corners.max(axis=0)
                (left, top), (right, bottom) = np.floor(low).astype(int), np.ceil(high).astype(int)
                inside = left >= 0 and top >= 0 and right < photo.shape[1]
                if number == count or not (inside and bottom < photo.shape[0]):
                    continue
                row, column = divmod(number, across)
                target = canvas[row * place : (row + 1) * place, column * place :][:, :place]
                cut = cv2.resize(photo[top:bottom, left:right], (place, place))
                target[:] = cut if cut.ndim == 3 else cut[..., None]
                number += 1
    return canvas


def time_parts(model: Any, deployment: Deployment, squares: Sequence[Pixels]) -> dict[str, float]:
    """Medians in ms over the squares, after a few to warm up."""
    inference = deployment.inference
    run = forward(model, deployment.orders)
    network = tf.function(lambda picture: model(picture[None], training=False))
    rows: list[tuple[float, float, float, int]] = []
    for square in (*squares[:WARM_UP], *squares):
        begun = time.perf_counter()
        picture = to_unit(inference.view.image(square), inference.white_16_bit)
        prepared = time.perf_counter()
        network(tf.constant(picture)).numpy()
        answered = time.perf_counter()
        found = detect(run, square, inference, least=deployment.limits)
        things = int(told(found, deployment.limits).sum())
        done = time.perf_counter()
        rows.append((prepared - begun, answered - prepared, done - answered, things))
    before, alone, whole, things = np.median(np.array(rows[WARM_UP:]), axis=0)
    found_ms = {"before": before, "network": alone, "after": whole - before - alone, "whole": whole}
    return {"things": things, **{name: round(1000 * ms, 2) for name, ms in found_ms.items()}}


def main() -> None:
    """Times a run's model and writes what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=50, help="to time")
    parser.add_argument("--rounds", type=int, default=3, help="of timing")
    parser.add_argument("--objects", type=int, default=300, help="on the crowded square")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    samples = load_dataset(load_recipe(given.run / "recipe.yaml")).test
    deployment = load((given.run / "inference.json").read_text("utf-8"))
    deployment = replace(deployment, inference=replace(deployment.inference, view=View()))
    model = fold_batch_norm(load_model(given.run / "model.keras"))
    squares = [
        cv2.resize(read_image(sample.image), (SIDE, SIDE)) for sample in samples[: given.photos]
    ]
    full = [crowd(samples, given.objects)] * given.photos
    report: dict[str, Any] = {"photos": len(squares), "threads": given.threads}
    for name, shown in (("photos_ms", squares), ("crowd_ms", full)):
        report[name] = [time_parts(model, deployment, shown) for _ in range(given.rounds)]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
