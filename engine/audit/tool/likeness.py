"""How alike things look to one another and to themselves, as they lie and turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.audit.tool.crops import MARGIN_PX, SIDE_PX, Crops

SHIFTS = 2 * MARGIN_PX + 1
FULL_TURN = 360.0
FLAT = 1e-3
"""Length of a window's deviations from its mean below which it counts as so long."""

LEAST_POWER = 1e-5
"""Share of a crop's squares below which a window of it is flat: the rest is the FFT's error."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Correlations after turning every second thing.

    Attributes:
        pairs: (n, n), of thing i as it lies with thing j turned; the diagonal is of no account.
        own: (n,), of each thing with itself turned.
    """

    pairs: NDArray[np.float32]
    own: NDArray[np.float32]


class Likeness:
    """Compares n crops; things may lie up to 5 px of 40 off one another in their boxes."""

    def __init__(self, crops: Crops, mask: NDArray[np.bool_], *, edges_only: bool = False) -> None:
        """`crops` (n, 50, 50) and `mask` (40, 40), the pixels that count.

        By edges only, a dark thing with a bright end is like a bright one with a dark end.
        """
        self._crops, self._edges_only = crops, edges_only
        self._mask = np.zeros(crops.shape[1:], np.float32)
        self._mask[:SIDE_PX, :SIDE_PX] = mask
        middle = np.s_[:, MARGIN_PX : MARGIN_PX + SIDE_PX, MARGIN_PX : MARGIN_PX + SIDE_PX]
        self._still = [self._templates(layer[middle]) for layer in self._layers(crops)]
        self._known: dict[float, Turned] = {}

    def turned(self, degrees: float) -> Turned:
        """The correlations after a turn."""
        degrees %= FULL_TURN
        if degrees not in self._known:
            best = self._compare(_turn(self._crops, degrees))
            pairs = (best + best.T) / 2 if degrees % 180 == 0 else best
            self._known[degrees] = Turned(np.asarray(pairs, np.float32), np.diag(best).copy())
        return self._known[degrees]

    def mirrored(self) -> NDArray[np.float32]:
        """(n, n), of thing i as it lies with thing j mirrored, across or down, the better way."""
        best = [self._compare(np.flip(self._crops, axis)) for axis in (1, 2)]
        return np.asarray(np.maximum(*[(each + each.T) / 2 for each in best]), np.float32)

    def _compare(self, others: Crops) -> NDArray[np.float32]:
        """(n, n), of the crops with others, each shifted the best way."""
        layers = zip(self._still, self._layers(others), strict=True)
        found = np.mean([self._correlations(still, layer) for still, layer in layers], axis=0)
        return np.asarray(found.max(axis=(2, 3)), np.float32)

    def _templates(self, windows: Crops) -> Crops:
        """What the mask shows of windows (n, 40, 40), as unit vectors around 0, in (n, 50, 50)."""
        found = np.zeros((len(windows), *self._mask.shape), np.float32)
        found[:, :SIDE_PX, :SIDE_PX] = windows
        found -= (found * self._mask).sum(axis=(1, 2), keepdims=True) / self._mask.sum()
        found *= self._mask
        length = np.linalg.norm(found, axis=(1, 2), keepdims=True)
        return np.asarray(found / np.maximum(length, FLAT))

    def _correlations(self, templates: Crops, crops: Crops) -> NDArray[np.float32]:
        """(n, k, 11, 11), of n templates with k crops at every shift; 0 where a window is flat."""
        # Around their own mean, so that the squares of bright crops do not hide the differences,
        # which would be lost in float32.
        exact = crops.astype(np.float64)
        exact -= exact.mean(axis=(1, 2), keepdims=True)
        mask = self._mask.astype(np.float64)
        total = _sums(fft.rfft2(exact), mask)
        squares = _sums(fft.rfft2(exact**2), mask) - total**2 / mask.sum()
        power = (exact**2).sum(axis=(1, 2))[:, None, None]
        flat = squares <= np.maximum(LEAST_POWER * power, FLAT**2)
        scale = np.where(flat, 0.0, 1.0 / np.sqrt(np.where(flat, 1.0, squares))).astype(np.float32)
        spectra = fft.rfft2(exact.astype(np.float32))
        found = [_sums(spectra, template) * scale for template in templates]
        return np.clip(np.asarray(found, np.float32), -1.0, 1.0)

    def _layers(self, crops: Crops) -> tuple[Crops, ...]:
        """Brightness, and strength of edges."""
        edges = np.asarray([_edges(crop) for crop in crops], np.float32)
        return (edges,) if self._edges_only else (crops, edges)


def _turn(crops: Crops, degrees: float) -> Crops:
    if degrees == 0:
        return crops
    side = crops.shape[1]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, 1.0)
    turned = [
        cv2.warpAffine(crop, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
        for crop in crops
    ]
    return np.asarray(turned, np.float32)


def _edges(crop: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.0)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _sums(spectra: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """(n, 11, 11): crops summed up with weights (50, 50) that are shifted over them.

    Args:
        spectra: `rfft2` of n crops of the size of the weights.
        weights: nothing beyond the first 40 rows and columns, so that no shift wraps around.
    """
    shifted = fft.irfft2(spectra * np.conj(fft.rfft2(weights)), s=weights.shape)
    return np.asarray(shifted[:, :SHIFTS, :SHIFTS])
