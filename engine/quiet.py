"""TensorFlow without its notes to developers, those that it writes on import included."""

from __future__ import annotations

import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import RunFailed

CPU_FLAGS = Path("/proc/cpuinfo")
INTEL = ("x86_64", "AMD64")
LOGGERS = ("tensorflow", "absl")
"""Through which TensorFlow warns, and Keras where it does not use Python's `warnings`."""


def import_tensorflow() -> None:
    """Imports TensorFlow; what it writes to stderr on the way is shown only where that raises.

    Its warnings from Python, which no level of its own holds back, are not shown later either.
    With `TF_CPP_MIN_LOG_LEVEL=0` all of it is shown, also where the process is aborted.

    Raises:
        RunFailed: the processor lacks what TensorFlow would end the process for.
    """
    if "tensorflow" in sys.modules:
        return
    require_avx(platform.machine(), CPU_FLAGS)
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") == "0":
        import tensorflow

        return
    with _stderr_kept_back():
        import tensorflow  # noqa: F401
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)


def require_avx(machine: str, flags: Path) -> None:
    """Refuses a processor without the instructions that TensorFlow is built for.

    Args:
        machine: the processor's kind, as `platform.machine` says it.
        flags: what Linux tells of the processor; without that file nothing is known.
    """
    if machine not in INTEL or not flags.is_file():
        return
    if "avx" not in flags.read_text("utf-8", "replace").split():
        raise RunFailed(
            "this processor lacks the AVX instructions that TensorFlow is built for",
            where=platform.node(),
            received=machine,
            allowed="an x86 processor with AVX (most since 2011), or an ARM one",
            fix="Run it on another host; a virtual machine may have to be told to pass AVX on",
        )


@contextmanager
def _stderr_kept_back() -> Iterator[None]:
    """Keeps back what native code writes to stderr too, and writes it when something is raised."""
    sys.stderr.flush()
    shown = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(shown, kept.read())
            raise
        finally:
            os.dup2(shown, 2)
            os.close(shown)
