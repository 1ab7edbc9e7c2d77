"""What native code writes to stderr while it is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from engine.quiet import _stderr_kept_back

ASKED = "from engine.quiet import import_tensorflow; import_tensorflow(); import sys; "
ASKED += "print('tensorflow' in sys.modules, file=sys.stderr)"


def imported(level: str) -> str:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": level}
    command = [sys.executable, "-c", ASKED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stderr


def test_importing_tensorflow_says_nothing() -> None:
    assert imported("3") == "True\n"


def test_it_is_kept_back_and_shown_when_something_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with _stderr_kept_back():
        os.write(2, b"a note\n")
    assert capfd.readouterr().err == ""
    with pytest.raises(ImportError), _stderr_kept_back():
        os.write(2, b"a cause\n")
        raise ImportError
    os.write(2, b"back\n")
    assert capfd.readouterr().err == "a cause\nback\n"
