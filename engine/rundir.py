"""The run folder: created once, filled file by file, whole only when its status says `done`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from engine.atomic import write_text
from engine.errors import UsageError

Status = Literal["created", "running", "interrupted", "failed", "done"]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """`runs/<name>/<YYYYmmdd-HHMMSS>/`; attributes are the paths of the contract."""

    path: Path

    @property
    def id(self) -> str:
        """The run's name under `runs/<recipe name>/`."""
        return self.path.name

    @property
    def recipe(self) -> Path:
        """The resolved recipe."""
        return self.path / "recipe.yaml"

    @property
    def split(self) -> Path:
        """Which photo went where."""
        return self.path / "split.csv"

    @property
    def audit(self) -> Path:
        """Folder of findings.json and audit.html."""
        return self.path / "audit"

    @property
    def tensorboard(self) -> Path:
        """Folder of the event files."""
        return self.path / "tensorboard"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints `last` and `best`."""
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.path / "model.keras"

    @property
    def inference(self) -> Path:
        """Pre- and post-processing that go with the model, thresholds included."""
        return self.path / "inference.json"

    @property
    def report(self) -> Path:
        """Folder of report.json, report.html and predictions.jsonl."""
        return self.path / "report"

    @property
    def environment(self) -> Path:
        """Versions, devices and digests."""
        return self.path / "environment.json"

    @property
    def status_file(self) -> Path:
        """Where the run stands."""
        return self.path / "status.json"

    @property
    def log(self) -> Path:
        """What was said."""
        return self.path / "log.txt"

    def set_status(self, status: Status, reason: str = "") -> None:
        """Says where the run stands, and why; when and from what it was started stays."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        line = {"status": status, "reason": reason, "time": now, "started": now}
        write_json(self.status_file, {**line, **self._origin()})

    def status(self) -> Status:
        """Where the run stands; a folder without a readable status is `created`."""
        status: Status = self._said().get("status", "created")
        return status

    def started(self) -> str | None:
        """When the run began, ISO 8601 with its zone; resuming does not change it."""
        started: str | None = self._said().get("started")
        return started

    def source(self) -> Path | None:
        """The recipe file that the run was started from; None where it is not known."""
        source: str | None = self._said().get("source")
        return Path(source) if source else None

    def _origin(self) -> dict[str, Any]:
        """What `status.json` says of the start of the run."""
        said = self._said()
        return {key: said[key] for key in ("started", "source") if key in said}

    def _said(self) -> dict[str, Any]:
        """What `status.json` holds; nothing where it cannot be read."""
        try:
            said = json.loads(self.status_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}


def create_run(parent: Path, name: str, now: datetime, source: Path | None = None) -> RunFolder:
    """Makes `parent/<name>/<YYYYmmdd-HHMMSS>`; a second run in one second gets a suffix.

    Args:
        parent: the folder of all runs.
        name: of the recipe.
        now: for the folder's name.
        source: the recipe file that the run is started from.

    Raises:
        UsageError: the folder cannot be written.
    """
    stamp = now.strftime("%Y%m%d-%H%M%S")
    for attempt in range(1, 100):
        path = parent / name / (stamp if attempt == 1 else f"{stamp}-{attempt}")
        try:
            path.mkdir(parents=True)
            for folder in ("audit", "tensorboard", "checkpoints", "report"):
                (path / folder).mkdir()
            run = RunFolder(path)
            if source is not None:
                write_json(run.status_file, {"source": str(source)})
            run.set_status("created")
        except FileExistsError:
            if not (parent / name).is_dir():
                raise _unwritable(parent, "a file is in the way") from None
            continue
        except OSError as error:
            raise _unwritable(parent, os.strerror(error.errno or 0)) from error
        return run
    raise _unwritable(parent, f"{stamp} is taken a hundred times")


def open_run(path: Path) -> RunFolder:
    """An existing run folder.

    Raises:
        UsageError: `path` is none.
    """
    if not (path / "recipe.yaml").is_file():
        raise UsageError(
            "this is no run folder",
            where=str(path),
            received=_received(path),
            allowed="a folder that `dltrain run` made: runs/<name>/<date-time>",
            fix="Look for one under runs/",
        )
    return RunFolder(path)


def _received(path: Path) -> str:
    if path.is_dir():
        return "a folder without recipe.yaml"
    return "a file" if path.exists() else "no such folder"


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Writes a JSON object whole or not at all; NaN and infinity are refused."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _unwritable(parent: Path, reason: str) -> UsageError:
    return UsageError(
        "the folder for runs cannot be written",
        where=str(parent),
        received=reason,
        allowed="a folder that this user may write to",
        fix="Name another one with --out, or correct its permissions",
    )
