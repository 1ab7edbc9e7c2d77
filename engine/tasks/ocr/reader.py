"""Lines of photos to readings: cut out, put through the network, decoded by what fields hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.errors import RunFailed
from engine.tasks.ocr.better import field_of
from engine.tasks.ocr.model import reader_of
from engine.tasks.ocr.window import Window
from engine.text.automaton import Automaton
from engine.text.field import TextField
from engine.text.reading import Reading, read_lines

AT_ONCE = 32
"""Lines that go through the network together."""

LogProbabilities = NDArray[np.float32]
Forward = Callable[[NDArray[np.float32]], LogProbabilities]


@dataclass(frozen=True, slots=True)
class Reader:
    """How lines are put through the network.

    Attributes:
        window: how a line is cut out.
        white_16_bit: white level of 16-bit photos.
        alphabet: the characters of the network's outputs, in their order.
        fields: what each class may hold.
        seen: of each class, the characters of its training texts: what it may hold where neither
            characters nor a pattern is stated.
    """

    window: Window
    white_16_bit: float
    alphabet: str
    fields: tuple[TextField, ...]
    seen: tuple[str, ...]


@lru_cache(maxsize=1)
def forward(model: Any) -> Forward:
    """A compiled function from lines (n, H, W, 3) to log probabilities (n, frames, characters + 1).

    It raises RunFailed where the model gives values that are no numbers. The one of the last model
    is kept: every validation during training asks for it again.
    """
    reader = reader_of(model)
    shape = (None, *reader.input.shape[1:])

    def say(lines: Any) -> Any:
        return tf.nn.log_softmax(tf.cast(reader(lines, training=False), tf.float32))

    said = tf.function(say, input_signature=[tf.TensorSpec(shape, tf.float32)])

    def run(lines: NDArray[np.float32]) -> LogProbabilities:
        parts = [
            said(tf.constant(lines[start : start + AT_ONCE])).numpy()
            for start in range(0, len(lines), AT_ONCE)
        ]
        found = np.concatenate(parts)
        if not np.isfinite(found).all():
            raise RunFailed(
                "the model gives values that are no numbers",
                allowed="finite numbers",
                fix="Train again with a lower train.learning_rate or with train.precision: float32",
            )
        return found

    return run


def cut_lines(
    photo: NDArray[Any], corners: NDArray[np.float32], reader: Reader
) -> NDArray[np.float32]:
    """The lines (n, H, W, 3) in 0…1 of a photo's region of interest; corners (n, 4, 2)."""
    window = reader.window
    cut = [to_unit(window.cut(photo, window.padded(each)), reader.white_16_bit) for each in corners]
    return np.stack(cut) if cut else np.empty((0, *window.line_hw, 3), np.float32)


def read(
    run: Forward,
    lines: NDArray[np.float32],
    classes: Sequence[int],
    reader: Reader,
    plain: float,
) -> list[Reading]:
    """What is written on lines (n, H, W, 3) of fields of these classes; `plain`: `faintest`."""
    if not len(lines):
        return []
    automata = automata_of(reader)
    return list(read_lines(run(lines), [automata[index] for index in classes], plain))


def read_as_any(
    run: Forward, lines: NDArray[np.float32], reader: Reader, plain: float
) -> tuple[list[Reading], list[int]]:
    """What is written on lines (n, H, W, 3), and which field each is, by what is written there."""
    if not len(lines):
        return [], []
    said, automata = run(lines), automata_of(reader)
    by_field = [read_lines(said, [automaton] * len(lines), plain) for automaton in automata]
    readings = list(zip(*by_field, strict=True))
    classes = [field_of(own, automata) for own in readings]
    return [own[index] for own, index in zip(readings, classes, strict=True)], classes


@lru_cache(maxsize=8)
def automata_of(reader: Reader) -> tuple[Automaton, ...]:
    """What each class may hold, over the characters of the network."""
    return tuple(
        field.automaton(seen or reader.alphabet).on(reader.alphabet)
        for field, seen in zip(reader.fields, reader.seen, strict=True)
    )
