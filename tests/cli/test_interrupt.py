"""Ctrl-C: one line and exit code 130, whatever the command was doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builders import photo

ROOT = Path(__file__).parents[2]


def interrupted(pipe: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and stderr of a command that gets SIGINT while it waits for a named pipe."""
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "cli.main", *arguments]
    running = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_ctrl_c
    )
    try:
        handle = _opened(pipe, running)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]
        os.close(handle)
    finally:
        running.kill()
        running.communicate()
    return running.returncode, said


def _hear_ctrl_c() -> None:
    """A job in the background of a shell without job control is started deaf to SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _opened(pipe: Path, running: subprocess.Popen[str]) -> int:
    """The pipe's writing end, as soon as the command reads it."""
    for _ in range(1200):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert running.poll() is None, "ended before it was interrupted"
            time.sleep(0.05)
    raise TimeoutError(pipe)


@pytest.mark.parametrize("command", ["show", "check", "run"])
def test_while_a_recipe_is_read(tmp_path: Path, command: str) -> None:
    pipe = tmp_path / "recipe.yaml"
    assert interrupted(pipe, command, str(pipe)) == (130, "error: interrupted\n")


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_while_a_run_is_opened(tmp_path: Path, command: str) -> None:
    (tmp_path / "recipe.yaml").write_text("version: 1\n")
    image = str(photo(tmp_path / "a.png"))
    arguments = [command, str(tmp_path), *([image] if command == "predict" else [])]
    assert interrupted(tmp_path / "status.json", *arguments) == (130, "error: interrupted\n")
