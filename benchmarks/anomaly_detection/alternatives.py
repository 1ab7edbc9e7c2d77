r"""Trained methods without ImageNet weights that were not chosen, in the time of the one that was.

    python -m benchmarks.anomaly_detection.alternatives RECIPE --method autoencoder --seconds 230

- `autoencoder`: a convolutional autoencoder with 64 numbers for 16 x 16 px; a pixel's score is how
  far it is from its reconstruction (the L2 variant of Bergmann et al., Improving Unsupervised
  Defect Segmentation, 2019).
- `student_teacher`: a student learns the features of a teacher that nobody trained (Burda et al.,
  Random Network Distillation, 2019, with pictures; Bergmann et al., Uninformed Students, 2020, have
  a teacher trained on ImageNet); a pixel's score is the error of the student.

Both see the training photos of the recipe, in the patches, at the sizes and with the augmentation
that `synthetic_defects` sees, without drawn defects. Judged on the recipe's test photos, so give it
a set that nothing is reported of: `examples/good_caps/generate.py` with another seed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from benchmarks.anomaly_detection.score import auroc
from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.evaluate.metric import HEADLINE
from engine.recipe import load_recipe
from engine.records import Sample, Split
from engine.tasks.anomaly_detection import sampler
from engine.tasks.anomaly_detection.options import resolve
from engine.tasks.anomaly_detection.outcome import highest_by_region
from engine.tasks.anomaly_detection.pyramid import SCALES, mean_over_scales
from engine.tasks.anomaly_detection.task import TASK
from engine.tasks.anomaly_detection.truth import verdict_of
from engine.tasks.segmentation.infer import Inference, infer_picture
from engine.train.plan import Trainable

WIDTHS = (32, 64, 96, 128)
CODE = 64
SMOOTHING_PX = 4.0
LEARNING_RATE = 2e-3

Errors = Callable[[Any, bool], Any]
"""(pictures (B, H, W, 3), whether training) -> squared errors (B, H, W, 1)."""


def main() -> None:
    """Trains for so many seconds and prints the AUROC of photos, by kind of defect."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--method", choices=METHODS, required=True)
    parser.add_argument("--seconds", type=float, default=230.0)
    given = parser.parse_args()
    recipe = load_recipe(given.recipe, [])
    split = Split.of(load_dataset(recipe))
    options = resolve(recipe, split.class_names)
    sampler.DRAWN_SHARE = 0.0
    compiled = TASK.compile(recipe, split)
    assert isinstance(compiled.trainable, Trainable)
    keras.utils.set_random_seed(options.schedule.seed)
    errors, variables = METHODS[given.method]()
    steps = _train(errors, variables, compiled.trainable, options.schedule.batch, given.seconds)
    samples = split.test.samples
    scores = np.array([_score(errors, sample, compiled.deployment) for sample in samples])
    kinds = np.array([-1 if (k := verdict_of(s).defect) is None else k for s in samples])
    print(f"{given.method}: {steps} steps, image AUROC {auroc(scores, kinds >= 0):.3f}")
    for kind, name in enumerate(split.class_names):
        own = (kinds == kind) | (kinds < 0)
        print(f"  {name}: {auroc(scores[own], kinds[own] >= 0):.3f}")


def _train(
    errors: Errors, variables: list[Any], task: Trainable, batch: int, seconds: float
) -> int:
    optimizer = keras.optimizers.AdamW(LEARNING_RATE, weight_decay=1e-4)
    optimizer.build(variables)

    @tf.function
    def step(pictures: Any, rate: Any) -> Any:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(errors(pictures, True))
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    began, number = time.monotonic(), 0
    while (spent := (time.monotonic() - began) / seconds) < 1.0:
        pictures = np.stack([task.draw(number, position)[0] for position in range(batch)])
        rate = LEARNING_RATE * 0.5 * (1.0 + np.cos(np.pi * spent))
        step(tf.constant(pictures), tf.constant(rate, tf.float32))
        number += 1
    return number


def _score(errors: Errors, sample: Sample, deployment: Any) -> float:
    inference: Inference = deployment.inference
    picture = inference.view.image(read_image(sample.image))
    run = lambda tiles: np.asarray(errors(tf.constant(tiles), False))  # noqa: E731

    def smooth_map(picture: NDArray[Any], _: bool) -> NDArray[np.float32]:
        map_ = infer_picture(run, picture, inference)[..., 0]
        return np.asarray(cv2.GaussianBlur(map_, (0, 0), SMOOTHING_PX))

    map_ = mean_over_scales(picture, SCALES["synthetic_defects"], smooth_map)
    margin_px = deployment.margin.to_px((map_.shape[0], map_.shape[1]))
    return highest_by_region(map_, None, margin_px)[HEADLINE]


def _down(pixels: Any, widths: tuple[int, ...]) -> Any:
    for width in widths:
        pixels = keras.layers.Conv2D(width, 4, 2, padding="same", use_bias=False)(pixels)
        pixels = keras.layers.BatchNormalization()(pixels)
        pixels = keras.layers.LeakyReLU(0.1)(pixels)
    return pixels


def _autoencoder() -> tuple[Errors, list[Any]]:
    pixels = keras.Input((None, None, 3))
    code = keras.layers.Conv2D(CODE, 1)(_down(pixels, WIDTHS))
    features = code
    for width in reversed(WIDTHS):
        features = keras.layers.Conv2DTranspose(width, 4, 2, padding="same", use_bias=False)(
            features
        )
        features = keras.layers.BatchNormalization()(features)
        features = keras.layers.LeakyReLU(0.1)(features)
    model = keras.Model(pixels, keras.layers.Conv2D(3, 3, padding="same")(features))

    def errors(pictures: Any, training: bool) -> Any:
        again = model(pictures, training=training)
        return tf.reduce_mean(tf.square(again - pictures), axis=-1, keepdims=True)

    return errors, model.trainable_variables


def _student_teacher() -> tuple[Errors, list[Any]]:
    def network(last: int) -> keras.Model:
        pixels = keras.Input((None, None, 3))
        return keras.Model(
            pixels, keras.layers.Conv2D(last, 3, padding="same")(_down(pixels, WIDTHS[:3]))
        )

    teacher, student = network(128), network(128)
    teacher.trainable = False

    def errors(pictures: Any, training: bool) -> Any:
        wanted = tf.math.l2_normalize(teacher(pictures, training=False), axis=-1)
        off = tf.square(student(pictures, training=training) - tf.stop_gradient(wanted))
        off = tf.reduce_mean(off, axis=-1, keepdims=True)
        return off if training else tf.image.resize(off, tf.shape(pictures)[1:3])

    return errors, student.trainable_variables


METHODS = {"autoencoder": _autoencoder, "student_teacher": _student_teacher}


if __name__ == "__main__":
    main()
