"""Files that are written whole or not at all: to a temporary name first, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Opens a temporary file beside `path` and renames it to `path` when the block succeeds.

    Raises:
        OSError: the folder cannot be written, or the disk is full; `path` is then as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 text whole or not at all."""
    with write_atomically(path) as file:
        file.write(text.encode("utf-8"))
