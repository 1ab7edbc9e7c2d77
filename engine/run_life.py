"""The life of a run: its folder opened or made, its status kept, whatever ends it."""

from __future__ import annotations

import errno
import shlex
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from engine.errors import Interrupted, RunFailed, UsageError
from engine.recipe import Recipe, load_recipe
from engine.recipe.render import digest
from engine.run_log import write_line
from engine.rundir import RunFolder, Status, create_run, open_run
from engine.train.cluster import read_cluster


@contextmanager
def run_folder(recipe: Recipe, out: Path, resume: Path | None) -> Iterator[RunFolder]:
    """The folder to write to; workers other than the chief get one that is thrown away."""
    now = datetime.now()
    if read_cluster().chief:
        folder = open_run(resume) if resume else create_run(out, recipe.name, now, recipe.path)
        with _alone_in(folder):
            if resume:
                _require_resumable(folder, recipe)
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dltrain-worker-") as temporary:
        folder = create_run(Path(temporary), recipe.name, now, recipe.path)
        if resume:
            shutil.copytree(resume / "checkpoints", folder.checkpoints, dirs_exist_ok=True)
            shutil.copy(resume / "split.csv", folder.split)
        yield folder


@contextmanager
def _alone_in(folder: RunFolder) -> Iterator[None]:
    """Keeps other processes out of a run; the lock ends with the process, whatever ends it."""
    try:
        lock = _lock(folder)
    except Timeout:
        raise UsageError(
            "another process is at work in this run",
            where=str(folder.path),
            allowed="a run that nothing writes to",
            fix="Wait until it ends, or stop it, and ask again",
        ) from None
    try:
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _lock(folder: RunFolder) -> FileLock:
    """The lock of a run, taken.

    Raises:
        Timeout: another process has it.
        UsageError: the run's folder cannot be written.
    """
    lock = FileLock(folder.path / ".lock", blocking=False)
    try:
        lock.acquire()
    except OSError as error:
        if isinstance(error, Timeout):
            raise
        raise UsageError(
            f"the run's folder cannot be written ({error.strerror or error})",
            where=str(folder.path),
            allowed="a folder that this user may write to",
            fix="Correct its permissions, or start a new run",
        ) from error
    return lock


def resume_command(folder: RunFolder) -> str:
    """The command line that goes on with a run."""
    return shlex.join(["dltrain", "run", str(folder.recipe), "--resume", str(folder.path)])


def _require_resumable(folder: RunFolder, recipe: Recipe) -> None:
    if folder.status() == "done":
        raise UsageError(
            "the run is done, so there is nothing to resume",
            where=str(folder.path),
            fix="Start a new run, or write the report again with `dltrain evaluate`",
        )
    if digest(load_recipe(folder.recipe)) != digest(recipe):
        raise UsageError(
            "the recipe is not that of the run",
            where=str(folder.path),
            received="a recipe with other values",
            allowed=f"the recipe as it was, `--set` included: {folder.recipe}",
            fix=f"Run `{resume_command(folder)}`, or start a new run",
        )


@contextmanager
def status_kept(folder: RunFolder) -> Iterator[None]:
    """Writes to `status.json` how the run ends; only a whole one is `done`."""
    try:
        with _stopped_by_sigterm():
            folder.set_status("running")
            yield
            with suppress(OSError):
                write_line(folder.log, "done")
            folder.set_status("done")
    except (Interrupted, KeyboardInterrupt) as stop:
        told = stop.message if isinstance(stop, Interrupted) else "stopped by Ctrl-C"
        interrupted = Interrupted(told, fix=f"Go on with `{resume_command(folder)}`")
        _try_status(folder, "interrupted", interrupted.paragraph())
        raise interrupted from stop
    except OSError as error:
        failure = _disk_failure(error, folder)
        _try_status(folder, "failed", failure.paragraph())
        raise failure from error
    except BaseException as error:
        _try_status(folder, "failed", str(error) or type(error).__name__)
        raise


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does; the training loop has gentler ways of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Interrupted("stopped by a signal")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _try_status(folder: RunFolder, status: Status, reason: str) -> None:
    """Says how the run ended, as far as a full disk allows."""
    with suppress(OSError):
        folder.set_status(status, reason)
    with suppress(OSError):
        write_line(folder.log, f"{status}: {reason}")


def _disk_failure(error: OSError, folder: RunFolder) -> RunFailed:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
    return RunFailed(
        "the disk is full" if full else f"a file could not be read or written: {error.strerror}",
        where=str(error.filename or folder.path),
        received=error.strerror or str(error),
        fix="Free some space and go on with --resume" if full else "Correct this and run again",
    )


def require_done(folder: RunFolder) -> None:
    """Checks that a run is whole.

    Raises:
        UsageError: it was not finished.
    """
    if folder.status() != "done":
        raise UsageError(
            "the run is not finished",
            where=str(folder.path),
            received=f"status {folder.status()}",
            allowed="a run with status done",
            fix=f"Go on with `{resume_command(folder)}`, or start a new run",
        )
