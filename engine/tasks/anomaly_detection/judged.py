"""What is known of a photo: whether it is bad in which region, and which pixels are anomalous.

*Photos.* In the regions `all`, `interior` and `edge` a good photo is **good**. A photo of a defect
is **bad** where a marked defect belongs to the region, and is not judged (None) where its defects
belong elsewhere, also beyond the region of interest: a photo of a defect says nothing about what
good looks like. Where nobody marked the defect, the photo is bad in `all` and in the `interior`,
and not judged in the `edge`. A region of which nothing is counted is not judged.

*Defects.* A defect is a connected piece (8-neighbourhood) of the mask. It belongs to the `interior`
when at least half of its pixels lie there, else to the `edge`, and counts there with all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.components import find_components
from engine.data.view import View
from engine.errors import DltrainError
from engine.evaluate.metric import HEADLINE
from engine.recipe.units import Length
from engine.records import BACKGROUND, IGNORE, Sample
from engine.tasks.anomaly_detection.truth import read_truth, verdict_of
from engine.tasks.segmentation.regions import Region, region_masks


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of the pixels of a photo.

    Attributes:
        counted: (H, W), what is not ignored.
        marked: (H, W), what is anomalous; None where nobody marked the defect.
        defects: indices into the flattened photo of each defect's pixels, and its region.
    """

    counted: NDArray[np.bool_]
    marked: NDArray[np.bool_] | None
    defects: tuple[tuple[NDArray[np.int64], Region], ...]


def verdicts(
    sample_id: str,
    kind: int | None,
    truth: NDArray[np.uint8] | None,
    size_hw: tuple[int, int],
    margin_px: int,
) -> dict[Region, bool | None]:
    """Whether a photo is bad in each region, as `observe` has it; needs no scores."""
    return judge(kind, known_truth(sample_id, kind, truth, size_hw, margin_px), margin_px)


def is_bad(sample: Sample, view: View, margin: Length) -> bool | None:
    """Whether a photo is bad where the report's headline looks; None: it is not judged there.

    Args:
        sample: its mask is read where it has one.
        view: its region of interest.
        margin: the edge band.
    """
    frame_hw = view.frame_hw(sample.size_hw)
    truth, kind = read_truth(sample, view), verdict_of(sample).defect
    return verdicts(sample.id, kind, truth, frame_hw, margin.to_px(frame_hw))[HEADLINE]


def known_truth(
    sample_id: str,
    kind: int | None,
    truth: NDArray[np.uint8] | None,
    size_hw: tuple[int, int],
    margin_px: int,
) -> Truth:
    """What is known of the pixels of a photo; arguments as of `outcome.observe`.

    A truth of a bad photo that marks nothing says that its defects lie beyond the region of
    interest; where nobody marked them it is None.

    Raises:
        DltrainError: truth and scores differ in size, or a good photo has marked pixels.
    """
    if truth is None:
        nothing = None if kind is not None else np.zeros(size_hw, bool)
        return Truth(np.ones(size_hw, bool), nothing, ())
    if truth.shape != size_hw:
        raise DltrainError(
            "truth and scores differ in size",
            where=sample_id,
            received=f"truth {truth.shape}, scores {size_hw} (height, width)",
            allowed="a truth of the size of the photo's region of interest",
            fix="Store the mask in the size of its photo; `dltrain check` names those that differ",
        )
    counted = truth != IGNORE
    marked = counted & (truth != BACKGROUND)
    if kind is None and marked.any():
        raise DltrainError(
            "a photo that is called good has marked pixels",
            where=sample_id,
            received=f"{int(marked.sum())} px marked",
            allowed="marks on photos of defects alone",
            fix="Move the photo to the folder of its defect, or clear the mask (ANN310)",
        )
    interior = region_masks(size_hw, margin_px)["interior"].ravel()
    defects: list[tuple[NDArray[np.int64], Region]] = []
    for piece in find_components(marked.astype(np.uint8)):
        inside = 2 * int(np.count_nonzero(interior[piece.pixels])) >= piece.area_px
        defects.append((piece.pixels, "interior" if inside else "edge"))
    return Truth(counted, marked, tuple(defects))


def judge(kind: int | None, known: Truth, margin_px: int) -> dict[Region, bool | None]:
    """Whether a photo is bad in each region that it has; None: not judged there."""
    found: dict[Region, bool | None] = {}
    size_hw = (known.counted.shape[0], known.counted.shape[1])
    for name, mask in region_masks(size_hw, margin_px).items():
        if not (mask & known.counted).any():
            found[name] = None
        elif kind is None:
            found[name] = False
        elif known.marked is None:
            found[name] = True if name != "edge" else None
        else:
            own = any(name in ("all", region) for _, region in known.defects)
            found[name] = True if own else None
    return found
