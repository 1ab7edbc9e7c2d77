"""TensorFlow imported without the notes to its developers that it writes before it can be asked."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


def import_tensorflow() -> None:
    """Imports TensorFlow; what it writes to stderr on the way is shown only where it fails.

    With `TF_CPP_MIN_LOG_LEVEL=0` all of it is shown.
    """
    if "tensorflow" in sys.modules:
        return
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") == "0":
        import tensorflow

        return
    with _stderr_kept_back():
        import tensorflow  # noqa: F401


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
