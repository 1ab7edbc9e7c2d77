"""The likeliest text that a field may hold: prefix beam search through its automaton.

Paths that spell the same prefix are reckoned together (Graves and Jaitly, 2014; Hannun et al.,
2014), and a prefix is dropped as soon as the field holds no text that begins so, or none that
still fits into the frames that are left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.text.graph import CANNOT
from engine.text.lattice import Floats
from engine.text.walk import Walk

WIDTH = 8
"""Prefixes that are followed at once."""

LEAST = 1e-3
"""A character less likely than this share of its frame's likeliest channel is not tried, nor is a
prefix followed that is less likely than this share of the likeliest. It is a twentieth of
`reading.LEAST_SHARE`, so what is left out would seldom be read anyway."""

SMALL = 1e-100
"""Prefixes less likely than that are scaled up, so that they never underflow."""

DEAD = -1

Frame = tuple[int, float, list[tuple[int, float]]]
"""Frames that are left behind it, the blank's probability, and the characters worth trying."""

Beam = list[tuple[float, int, float, float]]
"""Of each prefix: probability of all its paths, the node, those in a blank, those in a character.
All up to one common factor."""


class _Tree:
    """Prefixes, each a node; the first is the empty one.

    Attributes:
        parents: the node of the prefix before.
        labels: the character that was added to it.
        states: where the prefix leads in the automaton.
        rows: where each character leads from there.
        children: by label, the nodes of the prefixes with one character more.
    """

    def __init__(self, walked: Walk) -> None:
        self.walked = walked
        self.parents: list[int] = []
        self.labels: list[int] = []
        self.states: list[int] = []
        self.rows: list[list[int]] = []
        self.children: list[dict[int, int]] = []
        self.grow(DEAD, DEAD, 0)

    def grow(self, node: int, label: int, state: int) -> int:
        """The node of the prefix with another character."""
        self.parents.append(node)
        self.labels.append(label)
        self.states.append(state)
        self.rows.append(self.walked.row(state))
        self.children.append({})
        return len(self.parents) - 1

    def spell(self, node: int) -> list[int]:
        """The labels of a prefix."""
        labels = []
        while node:
            labels.append(self.labels[node])
            node = self.parents[node]
        return labels[::-1]


def search(
    log_probabilities: Floats, walked: Walk, width: int = WIDTH, least: float = LEAST
) -> list[int] | None:
    """The labels of the likeliest text that a field may hold; None where it finds none.

    Args:
        log_probabilities: (frames, channels) of one line, for the automaton's alphabet.
        width: prefixes that are followed at once.
        least: see `LEAST`; with 0 and a great width the search is exact.
    """
    tree, beam = _Tree(walked), [(1.0, 0, 1.0, 0.0)]
    for frame in _frames(log_probabilities, walked.used, least):
        if frame[2]:
            beam = _best(_advance(tree, beam, frame), width, least)
        else:
            # All prefixes shrink alike: only now each may be followed by its last character again.
            beam = [(total, node, total, 0.0) for total, node, _, _ in beam]
    ended = [entry for entry in beam if walked.accepting[tree.states[entry[1]]]]
    return tree.spell(max(ended)[1]) if ended else None


def _frames(log_probabilities: Floats, used: NDArray[np.bool_], least: float) -> list[Frame]:
    """The frames, without those that change nothing: no character after no character."""
    probabilities = np.exp(log_probabilities)
    floor = least * probabilities.max(axis=1, keepdims=True)
    rows, columns = np.nonzero((probabilities[:, 1:] > floor) & used)
    heights = probabilities[rows, columns + 1].tolist()
    ends = np.searchsorted(rows, np.arange(len(probabilities)), side="right").tolist()
    tried = list(zip(columns.tolist(), heights, strict=True))
    frames: list[Frame] = []
    begin, left, quiet = 0, len(probabilities), False
    for blank, end in zip(probabilities[:, 0].tolist(), ends, strict=True):
        left -= 1
        if end > begin or not quiet:
            frames.append((left, blank, tried[begin:end]))
        quiet = end == begin
        begin = end
    return frames


def _advance(tree: _Tree, beam: Beam, frame: Frame) -> Beam:
    """The prefixes after one more frame, with those of one character more."""
    left, blank, tried = frame
    labels, states, to_end = tree.labels, tree.states, tree.walked.to_end
    blanks: dict[int, float] = {}
    characters: dict[int, float] = {}
    for total, node, in_blank, in_character in beam:
        blanks[node] = total * blank
        last, children, row, again = labels[node], tree.children[node], tree.rows[node], 0.0
        for label, height in tried:
            gain = total * height
            if label == last:
                again, gain = in_character * height, in_blank * height
                if not gain:
                    continue
            child = children.get(label)
            if child is None:
                state = row[label]
                open_to = state != CANNOT and to_end[state] <= left
                child = children[label] = tree.grow(node, label, state) if open_to else DEAD
            if child != DEAD:
                characters[child] = characters.get(child, 0.0) + gain
        characters[node] = characters.get(node, 0.0) + again
    return [
        (own + (in_blank := blanks.get(node, 0.0)), node, in_blank, own)
        for node, own in characters.items()
        if to_end[states[node]] <= left
    ]


def _best(beam: Beam, width: int, least: float) -> Beam:
    """The likeliest prefixes."""
    most = max(beam)[0] if beam else 0.0
    floor = least * most
    beam = [entry for entry in beam if entry[0] > floor]
    if len(beam) > width:
        beam.sort(reverse=True)
        del beam[width:]
    if most < SMALL and most:
        beam = [(total / most, n, blank / most, own / most) for total, n, blank, own in beam]
    return beam
