"""Where a recipe's good photos lie, in the words of a remedy."""

from __future__ import annotations

from engine.recipe.good_names import FOLDER_FORMATS, GOOD_NAMES
from engine.recipe.schema.data import Data
from engine.recipe.units import Share
from engine.records import SplitName


def add_good(data: Data, part: SplitName) -> str:
    """What to do where a part of the split has no photo of a good part.

    It names the folder that is missing, and `data.good` where the format has it.
    """
    shared = isinstance(getattr(data, part), Share) or data.pool is not None
    source = "data.pool" if data.pool else f"data.{'train' if shared else part}"
    in_root = data.root is not None
    folder = "train" if shared else part
    if data.format not in FOLDER_FORMATS:
        empty = "an empty mask" if data.unlabelled == "error" else "an empty mask or none"
        place = f"{folder}/ of data.root" if in_root else source
        return f"Add photos of good parts to {place}, each with {empty}"
    name = data.good[0] if data.good else GOOD_NAMES[0]
    place = f"{folder}/{name} of data.root" if in_root else f"a folder {name} in {source}"
    return f"Add photos of good parts to {place}, or name their folder with data.good"
