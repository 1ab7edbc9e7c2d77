"""From what a network says of a line to the text that is read, or to "unreadable".

Most lines are read without a search: where the text that the likeliest path spells is one that the
field may hold, and is at least as likely as all others together, no other can be likelier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from engine.text.automaton import Automaton
from engine.text.beam import search
from engine.text.ctc import Spelt, align_lines, greedy_lines, text_log_probabilities
from engine.text.lattice import Floats
from engine.text.walk import walk

HALF = 0.5
"""A text at least that likely is the likeliest of all: the others share the rest."""

LEAST_SHARE = 0.02
"""A text of the field is read where it is at least that share as likely as what is plainly there.

An O for a 0 at 0.3 beside 0.7 leaves a share of 0.43, and four of them on one line 0.03: those are
what a pattern is there to decide. A character too many or too few of which the network is 99 %
sure leaves 0.01: what stands there is not what the field holds, and to read it as such would be a
guess that looks like a reading.
"""

Text = tuple[Spelt, float]
"""With its log probability."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of a line.

    Attributes:
        text: None where unreadable: nothing that the field may hold is likely.
        raw: what the likeliest path spells, whatever the field may hold.
        log_probability: of the text; of `raw` where unreadable.
        character_probabilities: of each character of the text; of `raw` where unreadable.
    """

    text: str | None
    raw: str
    log_probability: float
    character_probabilities: tuple[float, ...]


def read_lines(log_probabilities: Floats, automata: Sequence[Automaton]) -> tuple[Reading, ...]:
    """What is read of lines; many at once cost a line far less than one alone.

    Args:
        log_probabilities: (lines, frames, 1 + characters): the blank, then the alphabet.
        automata: of each line's field, all over the alphabet of the network.

    Raises:
        ValueError: when the shapes do not fit.
    """
    _require_shapes(log_probabilities, automata)
    if not automata:
        return ()
    spelt = greedy_lines(log_probabilities)
    heights = text_log_probabilities(log_probabilities, [line.labels for line in spelt])
    raw = list(zip(spelt, heights.tolist(), strict=True))
    texts: list[Text | None] = []
    found: dict[int, list[int]] = {}
    for line, (automaton, (own, height)) in enumerate(zip(automata, raw, strict=True)):
        walked = walk(automaton)
        fits = walked.accepts(own.labels)
        texts.append((own, height) if fits else None)
        is_likeliest = fits and height >= log(HALF)
        # Where nothing is plainly there, nothing is looked for.
        if own.labels and not is_likeliest:
            labels = search(log_probabilities[line], walked)
            if labels is not None:
                found[line] = labels
    shares = np.array([LEAST_SHARE if text is None else 1.0 for text in texts])
    least = heights + np.log(shares)
    for line, text in _likelier(log_probabilities, found, least).items():
        texts[line] = text
    return tuple(
        _reading(automaton.alphabet, text, plain)
        for automaton, text, plain in zip(automata, texts, raw, strict=True)
    )


def _likelier(
    log_probabilities: Floats, found: Mapping[int, list[int]], least: NDArray[np.float64]
) -> dict[int, Text]:
    """Of the texts found by line, those whose log probability exceeds the line's least."""
    if not found:
        return {}
    lines = np.array([*found])
    heights = text_log_probabilities(log_probabilities[lines], [*found.values()])
    kept = heights > least[lines]
    lines, heights = lines[kept], heights[kept]
    labels = [found[line] for line in lines.tolist()]
    aligned = align_lines(log_probabilities[lines], labels)
    texts = zip(map(Spelt, labels, aligned), heights.tolist(), strict=True)
    return dict(zip(lines.tolist(), texts, strict=True))


def _reading(alphabet: str, text: Text | None, raw: Text) -> Reading:
    spelt, height = text or raw
    return Reading(
        text=None if text is None else _written(alphabet, spelt),
        raw=_written(alphabet, raw[0]),
        log_probability=min(height, 0.0),
        character_probabilities=tuple(spelt.probabilities),
    )


def _written(alphabet: str, spelt: Spelt) -> str:
    return "".join(alphabet[label] for label in spelt.labels)


def _require_shapes(log_probabilities: Floats, automata: Sequence[Automaton]) -> None:
    lines, frames, channels = log_probabilities.shape
    if lines != len(automata) or not frames:
        raise ValueError(f"{lines} lines of {frames} frames for {len(automata)} automata")
    for automaton in automata:
        if len(automaton.alphabet) + 1 != channels:
            raise ValueError(
                f"{channels} channels for an alphabet of {len(automaton.alphabet)} and a blank; "
                "put the automaton on the network's alphabet: Automaton.on"
            )
