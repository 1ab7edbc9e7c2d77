"""Pictures that dltrain draws, as files. The user's own files are never written."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.atomic import write_atomically


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """A picture (H, W, 3) in RGB, or (H, W), as a PNG file."""
    shown = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    _, data = cv2.imencode(".png", shown)
    return data.tobytes()


def write_png(path: Path, picture: NDArray[np.uint8]) -> None:
    """Writes a picture whole or not at all, and makes its folder.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as file:
        file.write(encode_png(picture))
