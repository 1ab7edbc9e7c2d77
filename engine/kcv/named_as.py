"""A file under the name that Keras asks for, without a copy of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def named_as(path: Path, name: str) -> Iterator[Path]:
    """A link to `path` called `name`, in a folder of its own that is removed afterwards.

    Keras goes by how a name ends (`.weights.h5`, `.keras`), whatever the file holds.
    """
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / name
        link.symlink_to(path.resolve())
        yield link
