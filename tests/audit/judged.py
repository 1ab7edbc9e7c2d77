"""Photos with a verdict, files and all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.data.verdicts.verdict import verdict
from engine.records import MaskAnnotation, Sample
from tests.builders import mask, photo, picture


def judged(
    folder: Path,
    name: str,
    defect: int | None,
    marks: int | None = None,
    object_name: str | None = None,
    pixels: np.ndarray | None = None,
) -> Sample:
    """A photo of 24 x 32 px, or of other pixels.

    Args:
        folder: where it is written.
        name: its id, which also decides what it shows.
        defect: the kind; None is good.
        marks: how many places its mask marks; None has no mask.
        object_name: the part that it shows; the photo itself where None.
        pixels: what it shows instead.
    """
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    path = photo(folder / name, seed) if pixels is None else picture(folder / name, pixels)
    masks: Sequence[MaskAnnotation] = ()
    if marks is not None:
        file = mask(folder / f"masks/{name}", *[255] * marks)
        masks = [MaskAnnotation(file, ((0, 0), (255, 1)), 127, frozenset([0] if marks else []))]
    return Sample(
        id=name,
        image=path,
        size_hw=(24, 32) if pixels is None else (pixels.shape[0], pixels.shape[1]),
        annotation=verdict(defect, masks),
        object=object_name or name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
