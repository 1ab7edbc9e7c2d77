"""A worker of the distribution tests: `python -m tests.train.workers MODE FOLDER`.

Trains the tiny task and leaves its checkpoint in FOLDER, and the weights of the model that `fit`
returned in FOLDER/model.npz. MODE is `alone`, `mirrored` (two logical CPUs) or `many` (TF_CONFIG).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from engine.train.distribute import Workers, connect
from engine.train.loop import fit
from tests.train.tiny import Recorder, alone, plan, rising, trainable

STEPS = 12


def workers_of(mode: str) -> Workers:
    """The workers that the mode asks for."""
    if mode == "many":
        return connect()
    if mode == "alone":
        return alone()
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    return Workers(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]), 1, 0, 2)


def main(mode: str, folder: Path) -> None:
    """Trains, and writes what it came to."""
    folder.mkdir()
    recorder = Recorder()
    how = plan(steps=STEPS, batch=8, learning_rate=0.01)
    fitted = fit(trainable(scores=rising()), how, workers_of(mode), folder, recorder)
    weights = {str(number): weight.numpy() for number, weight in enumerate(fitted.model.weights)}
    losses = np.array([report.loss for report in recorder.reports])
    np.savez(folder / "model.npz", losses=losses, steps=fitted.steps, **weights)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
