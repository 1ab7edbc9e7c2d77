"""What the network sees of a photo: its region of interest, grey or colour, resized or not.

Truth and metrics live in the frame of the region of interest at the photo's own resolution;
only the network works on the resized picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError


@dataclass(frozen=True, slots=True)
class View:
    """Attributes:
    roi_xywh: x, y, width, height in px of the photo; None is all of it.
    size_hw: size that `resize` brings the region to.
    resize: `none` leaves it to `scale`; `fit` keeps the proportions and stays within `size_hw`;
        `stretch` does not.
    scale: size of what the network sees where `resize` is `none`, as a share of the region's.
    grey: drop colour.
    """

    roi_xywh: tuple[int, int, int, int] | None = None
    size_hw: tuple[int, int] | None = None
    resize: Literal["none", "fit", "stretch"] = "none"
    grey: bool = False
    scale: float = 1.0

    def lies_on(self, size_hw: tuple[int, int]) -> bool:
        """Whether the region of interest lies on a photo of the given size."""
        x, y, width, height = self.roi_xywh or (0, 0, 0, 0)
        return x + width <= size_hw[1] and y + height <= size_hw[0]

    def require_inside(self, sample: str, size_hw: tuple[int, int]) -> None:
        """Checks that the region of interest lies on a photo of the given size.

        Raises:
            UsageError: it does not.
        """
        if not self.lies_on(size_hw):
            raise UsageError(
                "the region of interest leaves the photo",
                where=f"input.roi on {sample}",
                received=f"{list(self.roi_xywh or ())} on {size_hw[1]}x{size_hw[0]} px",
                allowed="x + w and y + h within the photo",
                fix="Correct input.roi, or leave photos of another size out with `exclude`",
            )

    def crop(self, array: NDArray[Any]) -> NDArray[Any]:
        """The region of interest of a photo or label map, (H, W) or (H, W, C)."""
        if self.roi_xywh is None:
            return array
        x, y, width, height = self.roi_xywh
        return array[y : y + height, x : x + width]

    def frame_hw(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """Height and width in px of the region of interest of a photo of size `size_hw`."""
        return size_hw if self.roi_xywh is None else (self.roi_xywh[3], self.roi_xywh[2])

    def network_size_hw(self, frame_hw: tuple[int, int]) -> tuple[int, int]:
        """Size in px at which the network sees a region of interest of size `frame_hw`."""
        if self.resize == "stretch" and self.size_hw is not None:
            return self.size_hw
        scale = self.scale
        if self.resize == "fit" and self.size_hw is not None:
            scale = min(self.size_hw[0] / frame_hw[0], self.size_hw[1] / frame_hw[1])
        return max(1, round(frame_hw[0] * scale)), max(1, round(frame_hw[1] * scale))

    def frame(self, photo: NDArray[Any]) -> NDArray[Any]:
        """The region of interest of a photo, every pixel of it, grey where colour is dropped."""
        frame = self.crop(photo)
        if self.grey and frame.ndim == 3:
            frame = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY))
        return frame

    def image(self, photo: NDArray[Any]) -> NDArray[Any]:
        """A photo (H, W) or (H, W, 3) as the network sees it, in the dtype it came in."""
        frame = self.frame(photo)
        height, width = self.network_size_hw(frame.shape[:2])
        if (height, width) != frame.shape[:2]:
            smaller = height * width < frame.shape[0] * frame.shape[1]
            method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
            frame = cv2.resize(frame, (width, height), interpolation=method)
        return np.ascontiguousarray(frame)

    def labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A label map (H, W) as the network sees it."""
        frame = self.crop(labels)
        height, width = self.network_size_hw(frame.shape[:2])
        if (height, width) != frame.shape[:2]:
            frame = cv2.resize(frame, (width, height), interpolation=cv2.INTER_NEAREST)
        return np.ascontiguousarray(frame, dtype=np.uint8)

    def restore(self, maps: NDArray[np.float32], frame_hw: tuple[int, int]) -> NDArray[np.float32]:
        """Maps (h, w, C) that the network gave, at the resolution of the region of interest."""
        if maps.shape[:2] == frame_hw:
            return maps
        height, width = frame_hw
        resized = cv2.resize(maps, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(resized.reshape(height, width, maps.shape[2]), dtype=np.float32)
