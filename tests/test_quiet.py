"""What native code writes to stderr while it is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from engine.errors import RunFailed
from engine.quiet import _stderr_kept_back, require_avx

ASKED = "from engine.quiet import import_tensorflow; import_tensorflow(); import sys; "
ASKED += "print('tensorflow' in sys.modules, file=sys.stderr)"


def imported(level: str, then: str = "") -> str:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": level}
    command = [sys.executable, "-c", f"{ASKED}\n{then}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stderr


def test_importing_tensorflow_says_nothing() -> None:
    assert imported("3") == "True\n"


RETRACED = """
import tensorflow as tf
@tf.function
def twice(values):
    return 2 * values
for length in range(1, 12):
    twice(tf.zeros(length))
from absl import logging
logging.warning("a note")
logging.error("a fault")
"""


def test_warnings_to_developers_are_kept_back_and_errors_are_not() -> None:
    heard = imported("3", RETRACED)
    assert "retracing" not in heard and "a note" not in heard
    assert "a fault" in heard
    everything = imported("0", RETRACED)
    assert "triggered tf.function retracing" in everything and "a note" in everything


def test_it_is_kept_back_and_shown_when_something_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with _stderr_kept_back():
        os.write(2, b"a note\n")
    assert capfd.readouterr().err == ""
    with pytest.raises(ImportError), _stderr_kept_back():
        os.write(2, b"a cause\n")
        raise ImportError
    os.write(2, b"back\n")
    assert capfd.readouterr().err == "a cause\nback\n"


@pytest.mark.parametrize(
    ("machine", "flags", "refused"),
    [
        ("x86_64", "flags : fpu sse sse4_2", True),
        ("x86_64", "flags : fpu sse avx avx2", False),
        ("aarch64", "Features : fp asimd", False),
        ("x86_64", None, False),
    ],
)
def test_a_processor_that_ends_the_process_is_refused(
    tmp_path: Path, machine: str, flags: str | None, refused: bool
) -> None:
    file = tmp_path / "cpuinfo"
    if flags is not None:
        file.write_text(flags, "utf-8")
    with pytest.raises(RunFailed, match="AVX") if refused else nullcontext():
        require_avx(machine, file)
