"""Training as one step of a run: devices, precision, the loop, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.atomic import write_text
from engine.environment import device_name, git_commit, versions
from engine.errors import RunFailed
from engine.observer import Observer
from engine.quiet import import_tensorflow
from engine.recipe import Recipe
from engine.recipe.render import digest
from engine.records import Split
from engine.rundir import RunFolder, write_json
from engine.tasks.task import find_task
from engine.train.doubts import Spent, doubts_of


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What `environment.json` keeps of a training.

    Attributes:
        recipe_digest: of the resolved recipe without its paths.
        started, finished: of the run and of its training, local time with its zone.
        seconds: of training, over all resumes, validation included.
        steps, best_step, best_score: where the loop ended, and which weights validation chose.
        device: in words.
        versions: of Python and the packages.
        commit: of the checkout that ran, None outside of one.
        precision: number format of the network.
        batch: global batch size at the end.
        weights: what the backbone started from, with its digest.
        parameters: what the task decided.
        stopped_early: whether `train.patience` ended it before its budget.
        notes: what a reader of the report must know of it, as sentences.
    """

    recipe_digest: str
    started: str
    finished: str
    seconds: float
    steps: int
    best_step: int
    best_score: float
    device: str
    versions: Mapping[str, str]
    commit: str | None
    precision: str
    batch: int
    weights: Mapping[str, Any]
    parameters: Mapping[str, Any]
    stopped_early: bool = False
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> TrainingRecord:
        """From `environment.json`.

        Raises:
            RunFailed: the file is missing, damaged, or of a version with other fields.
        """
        try:
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _unusable(path, str(error)) from error
        if not isinstance(found, dict):
            raise _unusable(path, "no JSON object")
        known = {field.name: field.default is MISSING for field in fields(cls)}
        missing = [name for name, needed in known.items() if needed and name not in found]
        unknown = [name for name in found if name not in known]
        if missing or unknown:
            words = {"missing": missing, "unknown": unknown}
            raise _unusable(path, "; ".join(f"{k}: {', '.join(v)}" for k, v in words.items() if v))
        return cls(**{**found, "notes": tuple(found.get("notes", ()))})


def _unusable(path: Path, received: str) -> RunFailed:
    return RunFailed(
        "the record of the training cannot be used",
        where=str(path),
        received=received,
        allowed="the file as this version of dltrain writes it",
        fix="Restore the file, use the version of dltrain that made the run, or train again",
    )


def train_model(
    recipe: Recipe, split: Split, folder: RunFolder, resuming: bool, observer: Observer
) -> TrainingRecord:
    """Trains, and leaves `model.keras`, `inference.json` without thresholds, checkpoints and logs.

    Raises:
        UsageError: something in the recipe that this host or task does not have.
        Interrupted: a signal stopped it.
        RunFailed: training could not go on.
    """
    import_tensorflow()
    from engine.train.allocator import keep_freed_memory
    from engine.train.distribute import connect, prepare_devices
    from engine.train.gather import gather
    from engine.train.listeners import Everyone, LogFile
    from engine.train.loop import fit
    from engine.train.model_file import save_model
    from engine.train.plan import Gathering
    from engine.train.precision import choose_precision, precision
    from engine.train.tensorboard import TensorBoardLog

    prepare_devices()
    workers = connect()
    keep_freed_memory()
    if recipe.train.deterministic:
        _require_determinism(recipe.train.seed)
    task, policy = find_task(recipe.task), choose_precision(recipe.train.precision)
    several = f", {workers.replicas} replicas" if workers.replicas > 1 else ""
    observer.said(f"training on {device_name()}{several}, {policy}")
    with precision(policy):
        compiled = task.compile(recipe, split)
        for note in compiled.notes:
            observer.said(note)
        board = TensorBoardLog(folder.tensorboard, folder.id, compiled.parameters)
        with observer.training() as screen, board:
            everyone = Everyone((screen, LogFile(folder.log), board))
            if isinstance(compiled.trainable, Gathering):
                with observer.progress("looking at good photos") as advance:
                    fitted = gather(compiled.trainable, compiled.plan, everyone, advance)
            else:
                fitted = fit(
                    compiled.trainable,
                    compiled.plan,
                    workers,
                    folder.checkpoints,
                    everyone,
                    resuming,
                )
    save_model(fitted.model, folder.model)
    write_text(folder.inference, task.dump(compiled.deployment))
    doubts = fitted.notes
    if not isinstance(compiled.trainable, Gathering):
        doubts += doubts_of(
            Spent(fitted.steps, fitted.seconds, fitted.compiling_s, fitted.longest_validation_s),
            fitted.best_score,
            compiled.plan,
            stopped_early=fitted.stopped_early,
        )
    for doubt in doubts:
        observer.said(doubt)
    record = TrainingRecord(
        recipe_digest=digest(recipe),
        started=folder.started() or _now(),
        finished=_now(),
        seconds=round(fitted.seconds, 1),
        steps=fitted.steps,
        best_step=fitted.best_step,
        best_score=fitted.best_score,
        device=device_name(),
        versions=versions(),
        commit=git_commit(Path(__file__).parent),
        stopped_early=fitted.stopped_early,
        precision=policy,
        batch=fitted.batch,
        weights=dict(compiled.provenance),
        parameters=dict(compiled.parameters),
        notes=(*doubts, *compiled.notes),
    )
    write_json(folder.environment, asdict(record))
    return record


def _require_determinism(seed: int) -> None:
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
