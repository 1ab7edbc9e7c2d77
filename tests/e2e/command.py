"""The command line as tests run it, and what a run leaves behind."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.main import main


def dltrain(*arguments: str | Path) -> int:
    """The command line in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def only_run(out: Path) -> Path:
    (folder,) = (path for path in (out / "caps").iterdir() if path.is_dir())
    return folder


def status(folder: Path) -> dict[str, str]:
    stored: dict[str, str] = json.loads((folder / "status.json").read_text("utf-8"))
    return stored


def report(folder: Path) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    return stored


def fails(
    capsys: pytest.CaptureFixture[str], code: int, words: str, *arguments: str | Path
) -> None:
    """Runs a command that must end with a code, one paragraph that says why, and no traceback."""
    assert dltrain(*arguments) == code
    said = capsys.readouterr().err
    assert re.search(words, said), said
    assert "Traceback" not in said
