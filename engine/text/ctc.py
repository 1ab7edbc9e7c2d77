"""Connectionist temporal classification (Graves et al., 2006): texts and their alignments.

A network says for each frame how likely each channel is: channel 0 is the blank, channel k + 1
the character alphabet[k]. A path takes one channel a frame; it spells the text that is left when
repeats are merged and blanks dropped. A text is as likely as all paths that spell it together.

A line among many costs a fraction of what it costs alone, so all functions take a batch of lines,
(lines, frames, channels), all of one length.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.text.lattice import (
    LIKELIEST,
    LOGARITHMS,
    PROBABILITIES,
    Floats,
    Labels,
    build_lattice,
    sweep,
)

TINY = 1e-200
"""A text less likely than that is reckoned again in logarithms; see `text_log_probabilities`."""


class Spelt(NamedTuple):
    """A text along one path.

    Attributes:
        labels: indices into the alphabet.
        probabilities: of each character at its likeliest frame of the path.
    """

    labels: list[int]
    probabilities: list[float]


def greedy_lines(log_probabilities: Floats) -> list[Spelt]:
    """What the likeliest path of each line spells.

    The likeliest path of all is also the likeliest that spells its text, so that the
    probabilities are those of `align_lines`.
    """
    lines, frames, _ = log_probabilities.shape
    if not lines:
        return []
    best = log_probabilities.argmax(axis=2)
    height = np.take_along_axis(log_probabilities, best[..., None], axis=2).ravel()
    flat = best.ravel()
    begins = np.append(True, flat[1:] != flat[:-1])
    begins[::frames] = True
    starts = np.flatnonzero(begins)
    spells = flat[starts] > 0
    labels = (flat[starts][spells] - 1).tolist()
    peaks = np.exp(np.maximum.reduceat(height, starts)[spells]).tolist()
    cuts = np.searchsorted(starts[spells], np.arange(lines + 1) * frames).tolist()
    return [Spelt(labels[begin:end], peaks[begin:end]) for begin, end in pairwise(cuts)]


def text_log_probabilities(
    log_probabilities: Floats, texts: Sequence[Labels]
) -> NDArray[np.float64]:
    """The logarithm of the probability of a text for each line, over all its paths, (lines,).

    -inf where a line has too few frames for its text.

    Plain probabilities are summed, in double precision: what underflows is less likely than 1e-300
    and changes nothing of a text that is more likely than `TINY`. Of the others, which no reading
    is made of, logarithms are summed, at several times the cost.
    """
    lattice = build_lattice(texts)
    table = sweep(lattice, np.exp(lattice.emitted(log_probabilities)), PROBABILITIES)
    total = lattice.ends(table).sum(axis=1)
    logs: NDArray[np.float64] = np.log(np.maximum(total, TINY))
    small = np.flatnonzero(total < TINY)
    if len(small):
        lattice = build_lattice([texts[line] for line in small.tolist()])
        table = sweep(lattice, lattice.emitted(log_probabilities[small]), LOGARITHMS)
        logs[small] = np.logaddexp(*lattice.ends(table).T)
    return logs


def align_lines(log_probabilities: Floats, texts: Sequence[Labels]) -> list[list[float]]:
    """The probability of each character at its likeliest frame of its text's likeliest path.

    Args:
        texts: one for each line.

    Raises:
        ValueError: when there are too few frames for one of the texts.
    """
    frames = log_probabilities.shape[1]
    for labels in texts:
        if (needed := frames_needed(labels)) > frames:
            raise ValueError(f"{len(labels)} characters need {needed} frames; there are {frames}")
    if not texts:
        return []
    lattice = build_lattice(texts)
    emitted = lattice.emitted(log_probabilities)
    table = sweep(lattice, emitted, LIKELIEST)
    states = lattice.likeliest_states(table)
    heights = np.take_along_axis(emitted, states[..., None], axis=2)[..., 0]
    peaks = np.full(lattice.channels.shape, -np.inf)
    np.maximum.at(peaks, (np.arange(len(texts))[None], states), heights)
    probabilities = np.exp(peaks[:, 1::2]).tolist()
    return [own[: len(labels)] for own, labels in zip(probabilities, texts, strict=True)]


def frames_needed(labels: Labels) -> int:
    """The fewest frames that spell a text: a blank has to part two equal neighbours."""
    return len(labels) + sum(bool(a == b) for a, b in pairwise(labels))
