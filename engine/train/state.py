"""The training loop's state, all of it in one place, and its way to disk and back.

Whatever must survive an interruption is a field here; `save_state` and `load_state` are the only
functions that know the file. The file is a NumPy archive that is written whole or not at all.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from engine.atomic import write_atomically
from engine.errors import RunFailed


@dataclass(slots=True)
class Counters:
    """Where the loop stands.

    Attributes:
        step: optimizer steps taken.
        seconds: of training so far, over all resumes, validation included.
        batch: global batch size.
        validated_progress: share of the budget that was spent at the last validation.
        validated_step: the step of the last validation.
        highest_score: of all validations, None before the first.
        kept_score, kept_step: of the weights that are kept.
        stale: validations since the highest.
        longest_validation_s: seconds of the slowest validation so far.
        settled: whether the network trains as it will be used, see `Plan.settle_from`.
    """

    step: int = 0
    seconds: float = 0.0
    batch: int = 0
    validated_progress: float = 0.0
    validated_step: int = 0
    highest_score: float | None = None
    kept_score: float = 0.0
    kept_step: int = 0
    stale: int = 0
    longest_validation_s: float = 0.0
    settled: bool = False


@dataclass(slots=True)
class LoopState:
    """Model, optimizer, moving average of the weights, and counters.

    Attributes:
        model: the network being trained.
        optimizer: a built Keras optimizer.
        average: moving averages of `model.weights`, in the same order.
        averaged_model: a second instance of the network that validation and export use.
    """

    model: Any
    optimizer: Any
    average: list[Any]
    averaged_model: Any
    counters: Counters = field(default_factory=Counters)

    def publish_average(self) -> Any:
        """Copies the averaged weights into `averaged_model` and returns it."""
        for target, source in zip(self.averaged_model.weights, self.average, strict=True):
            target.assign(_value(source))
        return self.averaged_model


def make_average(model: Any) -> list[Any]:
    """One variable a weight of `model`, holding its value; to be called in the strategy's scope."""
    return [
        tf.Variable(
            weight.numpy(),
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )
        for weight in model.weights
    ]


def _value(variable: Any) -> np.ndarray:
    """The variable as an array; where replicas hold a copy each, the first replica's."""
    if hasattr(variable, "values") and not callable(variable.values):
        return np.asarray(variable.values[0])
    return np.asarray(variable)


def _groups(state: LoopState) -> dict[str, list[Any]]:
    return {
        "model": list(state.model.variables),
        "optimizer": list(state.optimizer.variables),
        "average": state.average,
    }


def save_state(state: LoopState, path: Path) -> None:
    """Writes the whole state; a crash leaves the file before it untouched."""
    arrays: dict[str, Any] = {
        f"{group}/{number:05d}": _value(variable)
        for group, variables in _groups(state).items()
        for number, variable in enumerate(variables)
    }
    counters = np.frombuffer(json.dumps(asdict(state.counters)).encode(), dtype=np.uint8)
    with write_atomically(path) as file:
        np.savez(file, counters=counters, **arrays)


def load_state(state: LoopState, path: Path) -> None:
    """Fills a freshly built state from the file.

    Raises:
        RunFailed: the file is damaged or belongs to another model.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            stored = {name: archive[name] for name in archive.files}
        counters = Counters(**json.loads(stored.pop("counters").tobytes()))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RunFailed(
            "the checkpoint cannot be read",
            where=str(path),
            received=str(error),
            fix="Start a new run; this one cannot be resumed",
        ) from error
    for group, variables in _groups(state).items():
        for number, variable in enumerate(variables):
            value = stored.pop(f"{group}/{number:05d}", None)
            if value is None or tuple(value.shape) != tuple(variable.shape):
                raise _other_model(path, f"{group} {number}: {variable.shape}", value)
            variable.assign(value)
    if stored:
        raise _other_model(path, "no further arrays", next(iter(stored.values())))
    state.counters = counters


def _other_model(path: Path, expected: str, value: np.ndarray | None) -> RunFailed:
    return RunFailed(
        "the checkpoint belongs to another model",
        where=str(path),
        received="nothing" if value is None else f"an array of shape {value.shape}",
        allowed=expected,
        fix="Resume with the run's own recipe and the same version of dltrain",
    )
