"""Steps of compression: what a coefficient says about having gone through a JPEG file.

A JPEG keeps whole multiples of a step for each frequency. Stored without loss, a coefficient lies
near such a multiple; stored as JPEG once more, some multiples of the new step are left out. Pixels
that were made afterwards know nothing of either. (Lin et al., Fast, automatic and fine-grained
tampered JPEG image detection via DCT coefficient analysis, Pattern Recognition 42, 2009.)
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.blocks import BINS, RESOLUTION

Floats = NDArray[np.float32]

LARGEST_STEP = 40
COARSEST_LAST = 11
"""Steps of the last file above which too little is left of an earlier one."""

_ROUNDING = 0.33
"""Spread of a coefficient of an unchanged block, in levels: pixels were rounded."""

_STRANGE = 0.03
"""Share of unchanged coefficients that may lie anywhere, for whatever reason."""

_LEAST_CLOSE = 0.72
"""Share of coefficients near multiples of a step of 4 or more; fewer are where a second, very fine
JPEG blurred what it got. Smaller steps are not found any more then."""

_FEWEST = 24
_CLEAR, _FAINT, _LEAST_GAIN = 0.75, 0.05, 12.0
_SIZES = np.arange(BINS) / RESOLUTION
_STEPS = np.arange(2, LARGEST_STEP + 1)


def lossless_evidence(counts: Floats) -> dict[int, Floats]:
    """Evidence of a photo that a JPEG came before, by frequency, where it did.

    Args:
        counts: (frequencies, BINS), how many blocks have a coefficient of each size.

    Returns:
        by frequency: (BINS,), log odds that a coefficient of that size was made afterwards.
    """
    able = _capped(np.where(_SIZES > 0.8, counts, 0), 0.04)
    totals = np.maximum(able.sum(axis=1), 1)
    in_step = able @ _combs().T / totals[:, None]
    beyond = able @ (_SIZES[:, None] >= np.maximum(_STEPS / 2, 0.9)).astype(np.float32)
    expected = np.exp(-2 * (np.pi * _ROUNDING / _STEPS) ** 2)
    fits = (in_step > _CLEAR * expected) & (in_step > 4 / np.sqrt(2 * totals)[:, None])
    fits &= (beyond >= 20) & (totals >= _FEWEST)[:, None]
    fits &= (able @ _close().T >= _LEAST_CLOSE * totals[:, None]) | (_STEPS < 4)
    largest = np.where(fits.any(axis=1), LARGEST_STEP - fits[:, ::-1].argmax(axis=1), 0)
    return {
        frequency: _off_step(int(step), frequency > 0)
        for frequency, step in enumerate(largest)
        if step
    }


def compressed_evidence(counts: Floats, last_steps: tuple[int, ...]) -> dict[int, Floats]:
    """The same of a photo that is a JPEG, of which an earlier JPEG was the original.

    Args:
        counts: as above.
        last_steps: of the file, by frequency.
    """
    found = {}
    for frequency, last in enumerate(last_steps):
        if not 1 <= last <= COARSEST_LAST:
            continue
        multiples, odds = _twice(last)
        own = np.bincount(multiples, counts[frequency], odds.shape[1]).astype(np.float32)
        own[-1] = 0
        if frequency:
            own[0] = 0
        if own.sum() < _FEWEST:
            continue
        own = _capped(own[None], 0.1)[0]
        gains = -(odds @ own)
        best = int(np.argmax(gains))
        if gains[best] > max(_LEAST_GAIN, _FAINT * own.sum()):
            of_size = odds[best][multiples]
            if frequency:
                of_size[multiples == 0] = 0
            found[frequency] = of_size
    return found


def _capped(counts: Floats, share: float) -> Floats:
    """No size counts for more than a share of all: large even areas have one brightness."""
    most = np.maximum(3, share * counts.sum(axis=1, keepdims=True))
    return np.asarray(np.minimum(counts, most), np.float32)


@cache
def _combs() -> Floats:
    """(steps, BINS): 1 on multiples of the step, -1 between them and where none may be."""
    combs = np.cos(2 * np.pi * _SIZES / _STEPS[:, None])
    below = np.where(_SIZES > 1.5, -1.0, 0.0)
    return np.where(_STEPS[:, None] / 2 > _SIZES, below, combs).astype(np.float32)


@cache
def _close() -> Floats:
    """(steps, BINS): 1 where rounding alone explains the distance to a multiple."""
    off = _SIZES - _STEPS[:, None] * np.rint(_SIZES / _STEPS[:, None])
    return np.asarray((np.abs(off) <= 1.5 * _ROUNDING) & (_SIZES >= 0.8), np.float32)


@cache
def _off_step(step: int, may_be_none: bool) -> Floats:
    """Log odds by size; what is near zero may be a smooth fill as well as a smooth original."""
    off = _SIZES - step * np.rint(_SIZES / step)
    period = np.linspace(-step / 2, step / 2, 201)
    dense = np.exp(-0.5 * (off / _ROUNDING) ** 2)
    dense /= np.exp(-0.5 * (period / _ROUNDING) ** 2).mean()
    odds = -np.log((1 - _STRANGE) * dense + _STRANGE)
    if may_be_none:
        odds[step / 2 > _SIZES] = np.maximum(odds[step / 2 > _SIZES], 0)
    return np.asarray(odds, np.float32)


@cache
def _twice(last: int) -> tuple[NDArray[np.int64], Floats]:
    """Which multiple of the last step each size is, and log odds (earlier steps, multiples)."""
    multiples = np.rint(_SIZES / last).astype(np.int64)
    count = int(multiples[-1]) + 1
    rows = [_left_out(first, last) for first in range(last + 1, LARGEST_STEP + 1)]
    return multiples, np.stack([np.resize(row, count) for row in rows]).astype(np.float32)


def _left_out(first: int, last: int) -> NDArray[np.float64]:
    """Log odds over one period of multiples of `last` that a step `first` came before."""
    period = first // math.gcd(first, last)
    earlier = first * np.arange(-3, 4 + period * last // first)
    edges = last * (np.arange(period + 1) - 0.5)
    spread = _ROUNDING * math.sqrt(2)
    below = [[math.erf((edge - value) / spread) / 2 for value in earlier] for edge in edges]
    reached = np.diff(np.array(below), axis=0).sum(axis=1)
    return np.asarray(-np.log((1 - _STRANGE) * first * reached / last + _STRANGE), np.float64)
