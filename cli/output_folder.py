"""Whether a folder can be written, asked before minutes are spent on what goes into it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile


def require_writable(folder: Path, what: str) -> None:
    """Tries to make the folder and a file in it; leaves neither behind.

    Args:
        folder: the folder of `--out`.
        what: that would be written, in the plural: "overlays".

    Raises:
        UsageError: nothing can be written there.
    """
    from engine.errors import UsageError

    missing = [path for path in (folder, *folder.parents) if not os.path.exists(path)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"{what} cannot be written there ({error.strerror or error})",
            where="--out",
            received=str(folder),
            allowed="a folder that can be written, or a new one",
            fix="Name another folder, or mend its permissions",
        ) from error
    finally:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
