"""Training as a step of a run, where the model is gathered: what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine import training
from engine.errors import Interrupted
from engine.observer import Advance, Silence
from engine.recipe import load_recipe
from engine.rundir import RunFolder
from engine.tasks.task import CompiledModel
from engine.train.model_file import load_model
from engine.train.plan import Gathered, Gathering, Validation
from engine.training import TrainingRecord, train_model
from tests.builders import caps
from tests.train.tiny import build, plan

NOTE = "1 training object looks unlike all others."


class Heard(Silence):
    """Keeps what is said, and each progress bar with its last step."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bars: dict[str, tuple[int, int]] = {}

    def said(self, message: str) -> None:
        self.lines.append(message)

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        yield lambda done, total: self.bars.__setitem__(label, (done, total))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    own = RunFolder(tmp_path / "run")
    for path in (own.tensorboard, own.checkpoints):
        path.mkdir(parents=True)
    return own


def gathered(progress: Any) -> Gathered:
    progress(4, 4)
    return Gathered(build(0.0), (NOTE,))


def train(
    monkeypatch: pytest.MonkeyPatch,
    folder: RunFolder,
    gather: Any = gathered,
    observer: Silence | None = None,
    resuming: bool = False,
) -> TrainingRecord:
    compiled = CompiledModel(
        Gathering(gather, lambda model: Validation(0.5, {"image_auroc": 0.5})),
        plan(batch=3),
        {"kinds": 2},
        {"seed": 3},
        {"source": "a file", "memory": "5 of 20 patches"},
    )
    task = SimpleNamespace(compile=lambda recipe, split: compiled, dump=json.dumps)
    monkeypatch.setattr(training, "find_task", lambda kind: task)
    recipe = load_recipe(caps(folder.path.parent / "data", train=3, test=1))
    return train_model(recipe, None, folder, resuming, observer or Silence())  # type: ignore[arg-type]


def test_model_deployment_and_record_are_kept(
    monkeypatch: pytest.MonkeyPatch, folder: RunFolder
) -> None:
    heard = Heard()
    record = train(monkeypatch, folder, observer=heard)
    assert load_model(folder.model).name == "tiny"
    assert json.loads(folder.inference.read_text("utf-8")) == {"kinds": 2}
    assert TrainingRecord.read(folder.environment) == record
    assert (record.steps, record.best_step, record.best_score, record.batch) == (0, 0, 0.5, 3)
    assert record.weights == {"source": "a file", "memory": "5 of 20 patches"}
    # No step was taken, and none is missed: what the loop doubts is no matter here.
    assert record.notes == (NOTE,)
    assert heard.lines[-1] == NOTE
    assert heard.bars == {"looking at good photos": (4, 4)}
    assert list(folder.checkpoints.iterdir()) == []


def test_log_and_tensorboard_show_the_one_validation(
    monkeypatch: pytest.MonkeyPatch, folder: RunFolder
) -> None:
    train(monkeypatch, folder)
    assert "validation at step 0" in folder.log.read_text("utf-8")
    events = EventAccumulator(str(folder.tensorboard / "validation")).Reload()
    assert "image_auroc" in events.Tags()["tensors"]


def test_what_was_interrupted_begins_anew(
    monkeypatch: pytest.MonkeyPatch, folder: RunFolder
) -> None:
    def stopped(progress: Any) -> Gathered:
        raise Interrupted("stopped by a signal")

    with pytest.raises(Interrupted):
        train(monkeypatch, folder, stopped)
    assert not folder.model.exists() and not folder.environment.exists()
    assert train(monkeypatch, folder, resuming=True).steps == 0
    assert folder.model.is_file()
