"""What TensorBoard shows of a run: scalars, pictures, curves, hyper-parameters and the graph.

Training and validation write to two folders, so that TensorBoard draws them as two curves of
one chart. Hyper-parameters lie above both: its table then shows the metrics of either.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorboard.plugins.hparams import api as hparams
from tensorboard.plugins.pr_curve import summary as pr_curve

from engine.train.listener import StepReport
from engine.train.plan import PrecisionRecall, Validation

Value = float | int | str | bool


class TensorBoardLog:
    """Writes a run's event files; a listener of the loop, and a context manager to close them."""

    def __init__(self, folder: Path, run: str, parameters: Mapping[str, Value]) -> None:
        self._run, self._parameters = run, dict(parameters)
        self._whole = tf.summary.create_file_writer(str(folder))
        self._train = tf.summary.create_file_writer(str(folder / "train"))
        self._validation = tf.summary.create_file_writer(str(folder / "validation"))

    def __enter__(self) -> TensorBoardLog:
        return self

    def __exit__(self, *error: object) -> None:
        for writer in (self._whole, self._train, self._validation):
            writer.close()

    def started(self, model: Any) -> None:
        """Hyper-parameters and the model's graph."""
        with self._whole.as_default():
            hparams.hparams(self._parameters, trial_id=self._run)
            self._whole.flush()
        with self._train.as_default():
            traced = tf.function(lambda pictures: model(pictures, training=False))
            concrete = traced.get_concrete_function(tf.nest.map_structure(_one, model.input))
            tf.summary.graph(concrete.graph)
            self._train.flush()

    def stepped(self, report: StepReport) -> None:
        """Scalars of training."""
        with self._train.as_default(step=report.step):
            tf.summary.scalar("loss", report.loss)
            tf.summary.scalar("learning_rate", report.learning_rate)
            tf.summary.scalar("speed/images_per_s", report.images_per_s)
            tf.summary.scalar("speed/data_wait_share", report.wait_share)

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """Scalars, pictures and curves of a validation."""
        with self._validation.as_default(step=step):
            for name, value in validation.scalars.items():
                tf.summary.scalar(name, value, description=validation.meanings.get(name))
            for name, picture in validation.pictures.items():
                tf.summary.image(f"truth_and_prediction/{name}", picture[None])
            for name, curve in validation.curves.items():
                data = _curve_summary(f"precision_recall/{name}", curve)
                tf.summary.experimental.write_raw_pb(data, step=step)
        self._train.flush()
        self._validation.flush()

    def said(self, message: str) -> None:
        """Messages are not for TensorBoard."""


def _one(given: Any) -> tf.TensorSpec:
    """A single example of an input of a model; sides that are free are 64 px."""
    return tf.TensorSpec([1, *(side or 64 for side in given.shape[1:])], tf.float32)


def _curve_summary(name: str, curve: PrecisionRecall) -> bytes:
    found = curve.true_positives
    precision = found / np.maximum(found + curve.false_positives, 1.0)
    recall = found / np.maximum(found + curve.false_negatives, 1.0)
    summary = pr_curve.raw_data_pb(
        name,
        found,
        curve.false_positives,
        curve.true_negatives,
        curve.false_negatives,
        precision,
        recall,
        num_thresholds=len(curve.thresholds),
    )
    return bytes(summary.SerializeToString())
