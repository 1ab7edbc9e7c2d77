"""How alike things look to one another and to themselves, as they lie and turned."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.crops import MARGIN_PX, SIDE_PX, Crops

SHIFTS = range(2 * MARGIN_PX + 1)
FULL_TURN = 360.0


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
        self._crops, self._mask, self._edges_only = crops, mask, edges_only
        self._still = _vectors(self._layers(crops), mask, MARGIN_PX, MARGIN_PX)
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
        layers = self._layers(others)
        best = np.full((len(self._crops),) * 2, -1.0, np.float32)
        for down in SHIFTS:
            for across in SHIFTS:
                shifted = _vectors(layers, self._mask, down, across)
                np.maximum(best, self._still @ shifted.T, out=best)
        return best

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


def _vectors(
    layers: tuple[Crops, ...], mask: NDArray[np.bool_], down: int, across: int
) -> NDArray[np.float32]:
    """Unit vectors (n, layers x m) of what the mask shows at an offset, each layer as weighty."""
    window = np.s_[:, down : down + SIDE_PX, across : across + SIDE_PX]
    parts = [_unit(layer[window][:, mask]) for layer in layers]
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), np.float32)


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = values - values.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-3))
