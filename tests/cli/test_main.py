"""The command as a whole: what it imports, its help, its version, errors and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli import main as command
from cli.main import app, main
from engine.errors import DataRefused, Interrupted, RunFailed, UsageError

ROOT = Path(__file__).parents[2]
HEAVY = [
    "tensorflow",
    "keras",
    "keras_cv",
    "tensorboard",
    "sklearn",
    "scipy",
    "matplotlib",
    "cv2",
    "torch",
]

PROBE = """
import sys
from cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code or 0
loaded = sorted(set({heavy!r}) & set(sys.modules))
print("LOADED", loaded, "CODE", code, file=sys.stderr)
"""


def probe(*arguments: str) -> str:
    """The last line that a fresh interpreter says after running the command."""
    program = PROBE.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["run", "--help"], ["schema"], ["show", "recipes/caps.yaml"]],
)
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    assert probe(*arguments) == "LOADED [] CODE 0"


def test_explain_and_formats_import_no_tensorflow() -> None:
    for arguments in (["explain", "SPL103"], ["formats"]):
        line = probe(*arguments)
        assert "tensorflow" not in line and line.endswith("CODE 0")


def test_every_command_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert not ended.value.code
    text = capsys.readouterr().out
    names = [info.callback.__name__ for info in app.registered_commands if info.callback]
    assert len(names) == 9
    for name in names:
        assert f"  {name} " in text


@pytest.mark.parametrize("arguments", [["nonsense"], ["run"], ["show", "--nonsense"], []])
def test_a_wrong_call_ends_in_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataRefused("refused"), 1),
        (UsageError("wrong", where="here", received="x", allowed="y", fix="Do z"), 2),
        (RunFailed("failed"), 3),
        (Interrupted("stopped"), 130),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division by zero"), 3),
    ],
)
def test_errors_become_one_paragraph_and_an_exit_code(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(command, "app", fail)
    with pytest.raises(SystemExit) as ended:
        main(["run", "recipe.yaml"])
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"), [(RunFailed("failed"), 3), (UsageError("wrong"), 2), (KeyError("odd"), 3)]
)
def test_debug_shows_the_traceback_and_keeps_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(command, "app", fail)
    with pytest.raises(SystemExit) as ended:
        main(["--debug", "run", "recipe.yaml"])
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert "Traceback" in said and "error: " in said


@pytest.mark.parametrize(
    ("device", "level"), [("nvidia0", "2"), ("nvidiactl", "2"), ("dxg", "2"), ("null", "3")]
)
def test_errors_of_tensorflow_are_heard_where_there_is_a_gpu(
    tmp_path: Path, device: str, level: str
) -> None:
    (tmp_path / device).touch()
    assert command._log_level(tmp_path) == level


def test_a_log_level_of_the_user_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"
    assert capsys.readouterr().out.startswith("dltrain ")


@pytest.mark.skipif(any(Path("/dev").glob("nvidia*")), reason="for hosts without a GPU")
def test_doctor_says_nothing_of_a_missing_driver() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "doctor"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0
    assert "cuInit" not in done.stderr


def test_a_recipe_without_permission_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SystemExit) as ended:
        main(["show", "recipes/caps.yaml"])
    assert ended.value.code == 2
    assert "Give yourself the right to read it" in capsys.readouterr().err
