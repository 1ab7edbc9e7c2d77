"""Whether a path may hold trained weights, told by its content and without TensorFlow."""

from __future__ import annotations

import zipfile
from pathlib import Path

PRESET_FILES = ("config.json", "model.weights.h5")
_ALLOWED = "a preset folder, an HDF5 file of weights (NAME.weights.h5) or a .keras model"
_AGAIN = "It may be truncated: copy or download it again."


def why_no_weights(path: Path) -> str | None:
    """What is wrong with weights at `path`, in sentences, or None.

    A file is what its content says, whatever its name. Which architecture it fits is not looked
    at: that takes the network.

    Args:
        path: a file or a folder that is there.
    """
    if path.is_dir():
        missing = [name for name in PRESET_FILES if not (path / name).is_file()]
        if not missing:
            return None
        what = f"this folder is no preset, as {' and '.join(missing)} "
        what += f"{'are' if len(missing) > 1 else 'is'} missing"
        return f"{what}. Allowed: {_ALLOWED}. Name the folder or file that holds the weights."
    if not path.is_file():
        return f"this is neither a file nor a folder. Allowed: {_ALLOWED}."
    if not path.stat().st_size:
        return f"this file is empty. Allowed: {_ALLOWED}. Copy or download it again."
    if zipfile.is_zipfile(path):
        return None
    return _why_no_hdf5(path)


def _why_no_hdf5(path: Path) -> str | None:
    import h5py  # a tenth of a second, which recipes without such a file need not wait for

    try:
        with h5py.File(path):
            return None
    except OSError as why:
        if path.suffix == ".keras":
            return f"this file is no whole .keras model. Allowed: {_ALLOWED}. {_AGAIN}"
        if path.suffix in (".h5", ".hdf5"):
            return f"this file is no whole HDF5 file ({why}). Allowed: {_ALLOWED}. {_AGAIN}"
    return (
        f"this is no file of weights. Allowed: {_ALLOWED}. Save the backbone with "
        "save_weights('NAME.weights.h5')."
    )
