"""The life of a run: its folder opened or made, its status kept, whatever ends it."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from engine.errors import Interrupted, RunFailed, UsageError
from engine.recipe import Recipe, load_recipe
from engine.recipe.render import digest
from engine.rundir import RunFolder, create_run, open_run
from engine.train.cluster import read_cluster


@contextmanager
def run_folder(recipe: Recipe, out: Path, resume: Path | None) -> Iterator[RunFolder]:
    """The folder to write to; workers other than the chief get one that is thrown away."""
    if read_cluster().chief:
        yield _reopen(resume, recipe) if resume else create_run(out, recipe.name, datetime.now())
        return
    with tempfile.TemporaryDirectory(prefix="dltrain-worker-") as temporary:
        folder = create_run(Path(temporary), recipe.name, datetime.now())
        if resume:
            shutil.copytree(resume / "checkpoints", folder.checkpoints, dirs_exist_ok=True)
            shutil.copy(resume / "split.csv", folder.split)
        yield folder


def _reopen(resume: Path, recipe: Recipe) -> RunFolder:
    folder = open_run(resume)
    if folder.status() == "done":
        raise UsageError(
            "the run is done, so there is nothing to resume",
            where=str(resume),
            fix="Start a new run, or write the report again with `dltrain evaluate`",
        )
    if digest(load_recipe(folder.recipe)) != digest(recipe):
        raise UsageError(
            "the recipe is not that of the run",
            where=str(resume),
            received="a recipe with other values",
            allowed=f"the recipe as it was: {folder.recipe}",
            fix=f"Run `dltrain run {folder.recipe} --resume {resume}`, or start a new run",
        )
    return folder


@contextmanager
def status_kept(folder: RunFolder) -> Iterator[None]:
    """Writes to `status.json` how the run ends; only a whole one is `done`."""
    folder.set_status("running")
    try:
        yield
    except (Interrupted, KeyboardInterrupt) as stop:
        folder.set_status("interrupted", str(stop) or "interrupted")
        raise
    except OSError as error:
        failure = _disk_failure(error, folder)
        _try_status(folder, failure.paragraph())
        raise failure from error
    except BaseException as error:
        _try_status(folder, str(error) or type(error).__name__)
        raise
    folder.set_status("done")


def _try_status(folder: RunFolder, reason: str) -> None:
    """Says that the run failed, as far as a full disk allows."""
    with suppress(OSError):
        folder.set_status("failed", reason)


def _disk_failure(error: OSError, folder: RunFolder) -> RunFailed:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return RunFailed(
        "the disk is full" if full else f"a file could not be read or written: {error.strerror}",
        where=str(error.filename or folder.path),
        received=error.strerror or str(error),
        fix="Free some space and go on with --resume" if full else "Correct this and run again",
    )


def require_done(folder: RunFolder) -> None:
    if folder.status() != "done":
        raise UsageError(
            "the run is not finished",
            where=str(folder.path),
            received=f"status {folder.status()}",
            allowed="a run with status done",
            fix="Go on with `dltrain run RECIPE --resume RUN`",
        )
