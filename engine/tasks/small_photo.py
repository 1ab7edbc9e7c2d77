"""A photo smaller than those that a model was trained on shows it nothing that it knows."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from engine.data.view import View
from engine.errors import UsageError
from engine.recipe.networks import STRIDE
from engine.records import Sample


def least_side_px(samples: Iterable[Sample], view: View) -> int:
    """The shorter side in px that a photo's region of interest must have to be judged.

    It is that of the smallest training photo, or where that is more one cell of the network's
    coarsest level, at the scale at which the network sees training photos.

    Args:
        samples: that were trained on; 1 is the answer where there are none.
        view: how the network sees them.
    """
    return min((_least(view.frame_hw(sample.size_hw), view) for sample in samples), default=1)


def require_side(name: str, frame_hw: tuple[int, int], least_px: int) -> None:
    """Refuses a photo whose region of interest is smaller than the model was trained on.

    Args:
        name: of the photo, for the message.
        frame_hw: height and width in px of its region of interest.
        least_px: as `least_side_px` told of the training photos.

    Raises:
        UsageError: its shorter side is less.
    """
    if min(frame_hw) < least_px:
        raise UsageError(
            "the photo is smaller than those that the model was trained on, so it cannot be judged",
            where=name,
            received=f"{frame_hw[1]}x{frame_hw[0]} px",
            allowed=f"{least_px} px or more each way",
            fix="Give photos of the size that the model was trained on",
        )


def _least(frame_hw: tuple[int, int], view: View) -> int:
    own, seen = min(frame_hw), min(view.network_size_hw(frame_hw))
    return min(own, ceil(STRIDE * own / seen))
