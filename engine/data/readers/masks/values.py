"""What a stored pixel value of a mask means.

In this order:

1. A class whose `labels` hold numbers or colours (`1`, `'#ff0000'`): by value. 0 is background
   unless it is given a meaning.
2. A label in the mask's or the photo's path (`masks/scratch/a.png`, `a_scratch.png`,
   `MT_Crack/Imgs/a.png`): the mask is binary and all of it is that label.
3. One class, no numbers: a binary mask is that class.
4. Otherwise indices: 0 is background, k + 1 is the k-th class of the recipe.

A binary mask holds 0 and 255, 0 and 1, or soft values between 0 and the type's maximum, of which
more than half of the maximum counts. Numbers under `ignore` mean neither class nor background.
Palette images count by index, colours by `#rrggbb`. A value without a meaning is an unknown label
(ANN306), never background.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from engine.data.images import IntegerArray
from engine.data.readers import LabelTable
from engine.records import BACKGROUND, IGNORE

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Meanings:
    """A label table, sorted by how a mask can state a label.

    Attributes:
        names: label-map value of each named label.
        values: label-map value of each label that is a number or a packed colour.
        class_values: whether a class, not only `ignore`, is given by numbers or colours.
        class_count: number of classes.
    """

    names: Mapping[str, int]
    values: Mapping[int, int]
    class_values: bool
    class_count: int


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to turn one mask into a label map; see `engine.records.MaskAnnotation`.

    `unknown` maps stored values without a meaning to their number of pixels.
    """

    values: tuple[tuple[int, int], ...] = ()
    threshold: int | None = None
    classes: frozenset[int] = frozenset()
    unknown: Mapping[int, int] = field(default_factory=dict)


def meanings(table: LabelTable) -> Meanings:
    """Sorts a label table into names and values; a grey `#rrggbb` also means that grey value."""
    names: dict[str, int] = {}
    values: dict[int, int] = {}
    groups = [(index + 1, labels) for index, labels in enumerate(table.labels)]
    class_values = False
    for target, labels in [*groups, (IGNORE, table.ignore)]:
        for label in labels:
            if isinstance(label, int):
                stored = {label}
            elif _COLOUR.fullmatch(label):
                stored = _colour_values(label)
            else:
                names[label] = target
                continue
            values.update(dict.fromkeys(stored, target))
            class_values = class_values or target != IGNORE
    return Meanings(names, values, class_values, len(table.class_names))


def decode_values(
    counts: Mapping[int, int],
    maximum: int,
    target: int | None,
    known: Meanings,
    *,
    lone_class: bool,
) -> Decoding:
    """Finds what the values of one mask mean.

    Args:
        counts: pixels of each stored value that occurs.
        maximum: largest value that the mask's type can store (255 or 65535).
        target: label-map value of the label in the path, if there is one.
        known: the recipe's labels.
        lone_class: whether a binary mask without a label in its path means the only class.
    """
    if set(counts) <= {BACKGROUND} and BACKGROUND not in known.values:
        return Decoding(values=((BACKGROUND, BACKGROUND),))
    if known.class_values:
        return _by_value(counts, {BACKGROUND: BACKGROUND, **known.values})
    if target is not None:
        return _binary(counts, maximum, target, known, soft=True) or _by_value(
            counts, {BACKGROUND: BACKGROUND, **known.values}
        )
    if lone_class and known.class_count == 1 and not known.values:
        binary = _binary(counts, maximum, 1, known, soft=_looks_soft(counts, maximum))
        if binary is not None:
            return binary
    indices = {index: index for index in range(known.class_count + 1)}
    return _by_value(counts, {**indices, **known.values})


def to_label_map(
    mask: IntegerArray, values: tuple[tuple[int, int], ...], threshold: int | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Applies a decoding to a mask (H, W).

    Returns:
        The uint8 label map, and a bool map of the pixels whose stored value has no meaning.
    """
    if threshold is not None:
        mask = np.where(mask > threshold, np.uint8(255), np.uint8(0))
    if mask.dtype != np.uint32:
        size = 256 if mask.dtype == np.uint8 else 65536
        table, unmeant = np.zeros(size, np.uint8), np.ones(size, np.uint8)
        for stored, label in values:
            if stored < size:
                table[stored], unmeant[stored] = label, 0
        return _look_up(mask, table), _look_up(mask, unmeant).astype(np.bool_)
    label_map = np.zeros(mask.shape, np.uint8)
    unknown = np.ones(mask.shape, np.bool_)
    for stored, label in values:
        here = mask == stored
        label_map[here] = label
        unknown[here] = False
    return label_map, unknown


def _look_up(mask: IntegerArray, table: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """`table[mask]`; OpenCV does it in a fraction of the time for 8-bit masks."""
    if mask.dtype != np.uint8:
        return table[mask]
    return np.asarray(cv2.LUT(mask, table)).astype(np.uint8, copy=False)


def _by_value(counts: Mapping[int, int], targets: Mapping[int, int]) -> Decoding:
    unknown = {value: count for value, count in counts.items() if value not in targets}
    classes = frozenset(
        targets[value] - 1
        for value in counts
        if value in targets and targets[value] not in (BACKGROUND, IGNORE)
    )
    return Decoding(tuple(sorted(targets.items())), None, classes, unknown)


def _binary(
    counts: Mapping[int, int], maximum: int, target: int, known: Meanings, *, soft: bool
) -> Decoding | None:
    """The decoding of a binary mask, or None when the values are not those of one."""
    for high in (1, 255, maximum):
        targets = {BACKGROUND: BACKGROUND, high: target, **known.values}
        if set(counts) <= set(targets):
            return _by_value(counts, targets)
    if not soft or known.values or max(counts) <= maximum // 2 or maximum > 0xFFFF:
        return None
    classes = frozenset({target - 1} if target != IGNORE else ())
    return Decoding(((BACKGROUND, BACKGROUND), (255, target)), maximum // 2, classes)


def _looks_soft(counts: Mapping[int, int], maximum: int) -> bool:
    """Soft edges pass through the upper half; {0, 1, 255} is an index mask with a void value."""
    return any(maximum // 2 < value < maximum for value in counts)


def _colour_values(label: str) -> set[int]:
    packed = int(label[1:], 16)
    grey = packed & 0xFF
    return {packed, grey} if packed == grey * 0x010101 else {packed}
