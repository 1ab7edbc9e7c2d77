"""The trained model as a file, and back."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import keras

from engine import kcv  # noqa: F401 - Keras knows the backbones' layers once it is imported
from engine.errors import RunFailed


def save_model(model: Any, path: Path) -> None:
    """Writes the model whole or not at all.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    temporary = path.with_name(f".{path.stem}.part.keras")
    try:
        model.save(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load_model(path: Path) -> Any:
    """A stored model. The task that it was trained for must have been imported (`find_task`).

    Raises:
        RunFailed: the file is missing or damaged.
    """
    _require_whole(path)
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise RunFailed(
            "the model cannot be loaded",
            where=str(path),
            received=str(error).splitlines()[0][:300],
            fix="Restore the file, or train again",
        ) from error


def _require_whole(path: Path) -> None:
    """Refuses a file that is no whole archive, of which Keras says that it was not found."""
    if zipfile.is_zipfile(path):
        return
    there = path.is_file()
    raise RunFailed(
        "the model's file is damaged" if there else "the model's file is missing",
        where=str(path),
        received=f"{path.stat().st_size} bytes that are no whole .keras archive" if there else None,
        fix="Restore the file, or train again",
    )
