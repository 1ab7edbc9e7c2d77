"""Whatever ends a run, its status says so; only a whole run is done."""

from __future__ import annotations

import errno
import json
import os
import signal
from datetime import datetime
from pathlib import Path

import pytest

from engine import rundir
from engine.errors import DataRefused, Interrupted, RunFailed, UsageError
from engine.recipe import load_recipe
from engine.recipe.render import render
from engine.run_life import require_done, run_folder, status_kept
from engine.rundir import RunFolder, create_run
from tests.builders import caps

TF_CONFIG = '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": %d}}'


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return create_run(tmp_path / "runs", "caps", datetime(2026, 3, 4, 5, 6, 7))


def reason(folder: RunFolder) -> str:
    return str(json.loads(folder.status_file.read_text("utf-8"))["reason"])


def test_a_run_is_running_and_then_done(folder: RunFolder) -> None:
    with status_kept(folder):
        assert folder.status() == "running"
        with pytest.raises(UsageError, match="not finished"):
            require_done(folder)
    assert folder.status() == "done"
    require_done(folder)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RunFailed("the loss is nan"), "failed"),
        (DataRefused("the data were refused"), "failed"),
        (ZeroDivisionError("division by zero"), "failed"),
        (MemoryError(), "failed"),
    ],
)
def test_an_error_passes_and_is_kept(folder: RunFolder, error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), status_kept(folder):
        raise error
    assert folder.status() == status
    assert str(error) in reason(folder)
    assert reason(folder)
    assert folder.log.read_text("utf-8").splitlines()[-1].endswith(f"{status}: {reason(folder)}")


def test_sigterm_interrupts_at_any_time(folder: RunFolder) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted, match="--resume"), status_kept(folder):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    assert folder.status() == "interrupted"
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_full_disk_is_named_and_the_run_is_not_done(folder: RunFolder) -> None:
    with pytest.raises(RunFailed, match="the disk is full") as caught, status_kept(folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "report.html")
    assert caught.value.where == "report.html"
    assert caught.value.exit_code == 3
    assert folder.status() == "failed"
    assert "disk is full" in reason(folder)


def test_a_library_that_hides_the_error_number_is_understood(folder: RunFolder) -> None:
    with pytest.raises(RunFailed, match="the disk is full"), status_kept(folder):
        raise OSError("Can't write data (errno = 28, error message = 'No space left on device')")


def test_a_disk_too_full_for_the_status_is_not_done(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with pytest.raises(RunFailed, match="the disk is full"), status_kept(folder):
        monkeypatch.setattr(rundir, "write_text", fail)
    assert folder.status() == "running"


def test_a_missing_file_is_named(folder: RunFolder) -> None:
    with pytest.raises(RunFailed, match=r"cap1\.png"), status_kept(folder):
        (folder.path / "cap1.png").read_bytes()


def test_a_run_goes_on_only_with_its_own_recipe(tmp_path: Path, folder: RunFolder) -> None:
    recipe = load_recipe(caps(tmp_path / "data", train=8, test=4))
    folder.recipe.write_text(render(recipe), encoding="utf-8")
    with run_folder(recipe, tmp_path, folder.path) as reopened:
        assert reopened == folder
    other = load_recipe(recipe.path, ["train.seed=7"])
    with pytest.raises(UsageError, match="not that of the run"):
        run_folder(other, tmp_path, folder.path).__enter__()
    folder.set_status("done")
    with pytest.raises(UsageError, match="nothing to resume"):
        run_folder(recipe, tmp_path, folder.path).__enter__()


def test_workers_beside_the_chief_write_nothing_that_stays(
    tmp_path: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = load_recipe(caps(tmp_path / "data", train=8, test=4))
    (folder.checkpoints / "last.npz").write_bytes(b"state")
    folder.split.write_text("image,object,split,sha256\n")
    monkeypatch.setenv("TF_CONFIG", TF_CONFIG % 1)
    with run_folder(recipe, tmp_path / "runs", folder.path) as own:
        assert tmp_path not in own.path.parents
        assert (own.checkpoints / "last.npz").read_bytes() == b"state"
        assert own.split.is_file()
    assert not own.path.exists()
    assert [path.name for path in (tmp_path / "runs" / "caps").iterdir()] == [folder.id]
    monkeypatch.setenv("TF_CONFIG", TF_CONFIG % 0)
    with run_folder(recipe, tmp_path / "runs", None) as chief:
        assert tmp_path in chief.path.parents


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Interrupted("stopped at step 7", fix="Go on"), "stopped at step 7"),
        (KeyboardInterrupt(), "stopped by Ctrl-C"),
    ],
)
def test_an_interruption_says_how_to_go_on(
    folder: RunFolder, error: BaseException, told: str
) -> None:
    with pytest.raises(Interrupted) as caught, status_kept(folder):
        raise error
    assert folder.status() == "interrupted"
    command = f"dltrain run {folder.path}/recipe.yaml --resume {folder.path}"
    assert caught.value.paragraph() == f"{told}. Go on with `{command}`."
    assert reason(folder) == caught.value.paragraph()


def test_a_run_is_not_entered_twice_at_once(tmp_path: Path) -> None:
    recipe = load_recipe(caps(tmp_path))
    with run_folder(recipe, tmp_path / "runs", None) as folder:
        folder.recipe.write_text(render(recipe), "utf-8")
        with (
            pytest.raises(UsageError, match="another process is at work in this run"),
            run_folder(recipe, tmp_path / "runs", folder.path),
        ):
            pytest.fail("the folder was entered")
    with run_folder(recipe, tmp_path / "runs", folder.path) as again:
        assert again == folder


def test_a_run_knows_the_recipe_that_it_was_started_from(tmp_path: Path) -> None:
    recipe = load_recipe(caps(tmp_path))
    with run_folder(recipe, tmp_path / "runs", None) as folder, status_kept(folder):
        assert folder.source() == recipe.path
    assert folder.source() == recipe.path
    assert folder.started() is not None


def test_a_run_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(lock: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("engine.run_life.FileLock.acquire", refuse)
    recipe = load_recipe(caps(tmp_path))
    with (
        pytest.raises(UsageError, match="cannot be written \\(Permission denied\\)"),
        run_folder(recipe, tmp_path / "runs", None),
    ):
        pytest.fail("the folder was entered")
