"""What a task is: a kind, and the functions that the steps of a run call.

A task is a package beside this file whose module `task` exports one `TASK`. It is found by its
name, so adding a task is adding files. What it refuses of a recipe and its data before it trains
is in its module `refusals`, where it has one, which imports no TensorFlow.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import tasks
from engine.errors import UsageError
from engine.evaluate.statistic import Statistic
from engine.evaluate.thresholds import Threshold
from engine.recipe import Recipe
from engine.records import Dataset, Split, TestSet, TrainSet, ValidationSet
from engine.train.plan import Gathering, Plan, Trainable

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A recipe made trainable.

    Attributes:
        trainable, plan: for the training loop, or for gathering the model in one pass.
        deployment: how the task puts photos through the model; a dataclass of its own.
        parameters: what was decided, for TensorBoard and `environment.json`.
        provenance: what weights the model started from; filled in when it is built.
        notes: what a reader of the report must know of that, as sentences.
    """

    trainable: Trainable | Gathering
    plan: Plan
    deployment: Any
    parameters: Mapping[str, Any]
    provenance: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture for the report: `kind` groups them, `data` is a whole PNG, JPEG or SVG file."""

    kind: str
    title: str
    caption: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a test set said about a model.

    Attributes:
        statistics: the counts that metrics and intervals are made of.
        predictions: one JSON object a photo, for `predictions.jsonl`.
        confusion: good and bad photos by what they were called, by name; empty where the task
            judges things, not photos (detection).
        figures: pictures for the report.
        notes: what a reader of the figures must know of the test photos, as sentences.
    """

    statistics: tuple[Statistic, ...]
    predictions: tuple[Mapping[str, Any], ...]
    confusion: Mapping[str, int]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one photo.

    Attributes:
        result: one JSON object, as printed by `dltrain predict`.
        overlay: uint8 RGB (H, W, 3), the photo with what was found drawn on it.
        summary: the result in a few words.
    """

    result: Mapping[str, Any]
    overlay: NDArray[np.uint8]
    summary: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A training photo on which the model is sure of something that nobody annotated.

    Attributes:
        class_name, bbox_xywh, confidence: of what it is surest of; the box in px of the photo.
        others: how many more such things it sees on the photo.
        picture: a whole JPEG file to look at.
    """

    sample_id: str
    class_name: str
    bbox_xywh: tuple[int, int, int, int]
    confidence: float
    others: int
    picture: bytes


@dataclass(frozen=True, slots=True)
class Suspects:
    """What a model sees on the photos that it was trained on, and nobody annotated.

    Attributes:
        looked, photos: how many training photos were looked at, and how many there are.
        limit: how sure the model had to be; None where nothing was looked for.
        found: the surest first, one a photo.
        reason: why nothing was looked for, where that is not because the model is too often wrong.
    """

    looked: int
    photos: int
    limit: float | None
    found: tuple[Suspect, ...]
    reason: str = ""


Predictor = Callable[[NDArray[Any], str, Progress], Prediction]
"""(photo as `read_image` gives it, its name for errors, progress within it) -> prediction."""


@dataclass(frozen=True, slots=True)
class Task:
    """The functions of one kind of task.

    Attributes:
        kind: as in the recipe.
        compile: recipe and verified split -> what the training loop needs.
        calibrate: (model, deployment, validation set, recipe, progress) -> the deployment with
            its thresholds.
        thresholds: the thresholds of a deployment.
        evaluate: (model, deployment, test set, progress) -> the test set's word.
        suspects: (model, deployment, training set, progress) -> what nobody annotated there.
        predictor: (model, deployment) -> a function from a photo to its prediction.
        dump, load: a deployment to JSON text and back.
    """

    kind: str
    compile: Callable[[Recipe, Split], CompiledModel]
    calibrate: Callable[[Any, Any, ValidationSet, Recipe, Progress], Any]
    thresholds: Callable[[Any], Sequence[Threshold]]
    evaluate: Callable[[Any, Any, TestSet, Progress], Evaluation]
    suspects: Callable[[Any, Any, TrainSet, Progress], Suspects]
    predictor: Callable[[Any, Any], Predictor]
    dump: Callable[[Any], str]
    load: Callable[[str], Any]


def available_tasks() -> tuple[str, ...]:
    """The kinds of task that this version can train; imports none of them."""
    modules = pkgutil.iter_modules(tasks.__path__)
    return tuple(sorted(module.name for module in modules if module.ispkg))


def require_task(kind: str) -> None:
    """Checks that a task is there, without importing it.

    Raises:
        UsageError: this version has no such task.
    """
    if kind not in available_tasks():
        raise UsageError(
            "this version of dltrain cannot train that task",
            where="task",
            received=kind,
            allowed=", ".join(available_tasks()),
            fix="Choose one of these, or update dltrain",
        )


def refuse_unsuitable(recipe: Recipe, dataset: Dataset) -> None:
    """Refuses a recipe that its task could not train on these data; imports no TensorFlow.

    Raises:
        UsageError: a key, or a bound of `accept`, has no meaning for these data.
    """
    name = f"engine.tasks.{recipe.task}"
    if recipe.task in available_tasks() and importlib.util.find_spec(f"{name}.refusals"):
        importlib.import_module(f"{name}.refusals").refuse(recipe, dataset)


def find_task(kind: str) -> Task:
    """The task of a kind; importing it imports TensorFlow.

    Raises:
        UsageError: this version has no such task.
    """
    require_task(kind)
    task: Task = importlib.import_module(f"engine.tasks.{kind}.task").TASK
    return task
