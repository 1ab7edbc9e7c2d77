"""Run folders: made once, opened again, and a status that never claims too much."""

from __future__ import annotations

import errno
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from engine import rundir
from engine.errors import UsageError
from engine.rundir import create_run, open_run, write_json

NOW = datetime(2026, 3, 4, 5, 6, 7)


def test_a_new_run_has_its_folders_and_status(tmp_path: Path) -> None:
    run = create_run(tmp_path / "runs", "caps", NOW)
    assert run.path == tmp_path / "runs" / "caps" / "20260304-050607"
    assert run.id == "20260304-050607"
    folders = {path.name for path in run.path.iterdir() if path.is_dir()}
    assert folders == {"audit", "tensorboard", "checkpoints", "report"}
    assert run.status() == "created"


def test_runs_of_one_second_do_not_meet(tmp_path: Path) -> None:
    runs = [create_run(tmp_path, "caps", NOW) for _ in range(3)]
    assert [run.id for run in runs] == [
        "20260304-050607",
        "20260304-050607-2",
        "20260304-050607-3",
    ]


def test_the_status_is_kept_with_its_reason_and_time(tmp_path: Path) -> None:
    run = create_run(tmp_path, "caps", NOW)
    began = run.started()
    run.set_status("failed", "the disk is full")
    assert run.started() == began is not None
    stored = json.loads(run.status_file.read_text("utf-8"))
    assert stored["status"] == run.status() == "failed"
    assert stored["reason"] == "the disk is full"
    assert datetime.fromisoformat(stored["time"]).tzinfo is not None


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", '"done"'])
def test_a_damaged_status_is_never_done(tmp_path: Path, content: str) -> None:
    run = create_run(tmp_path, "caps", NOW)
    run.status_file.write_text(content)
    assert run.status() == "created"


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("not a folder")
    with pytest.raises(UsageError, match=r"cannot be written.*--out"):
        create_run(tmp_path / "runs", "caps", NOW)


def test_a_file_with_the_recipes_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "caps").write_text("not a folder")
    with pytest.raises(UsageError, match="cannot be written"):
        create_run(tmp_path, "caps", NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Permission denied"):
        create_run(tmp_path / "runs", "caps", NOW)


@pytest.mark.skipif(not Path("/proc/1").is_dir(), reason="needs a folder that nobody can fill")
def test_a_folder_that_cannot_be_filled_is_named() -> None:
    with pytest.raises(UsageError, match="folder for runs cannot be written") as caught:
        create_run(Path("/proc/1/runs"), "caps", NOW)
    assert caught.value.exit_code == 2


def test_a_full_disk_at_the_first_file_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(rundir, "write_text", fail)
    with pytest.raises(UsageError, match="No space left on device"):
        create_run(tmp_path, "caps", NOW)


def test_only_a_run_folder_is_opened(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        open_run(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"Received: a file\."):
        open_run(tmp_path / "file")
    with pytest.raises(UsageError, match=r"without recipe\.yaml"):
        open_run(tmp_path)
    (tmp_path / "recipe.yaml").write_text("version: 1\n")
    assert open_run(tmp_path).path == tmp_path


def test_json_without_numbers_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert os.listdir(tmp_path) == []
