"""What the reader is trained with: its options, its training lines, and the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from engine import kcv
from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.data.intensity import white_level
from engine.data.view import View
from engine.errors import UsageError
from engine.phrasing import percent
from engine.recipe import Recipe
from engine.records import Sample, Split
from engine.tasks.ocr.drawn_texts import drawn_fields
from engine.tasks.ocr.line_size import FRAME_PX, too_long
from engine.tasks.ocr.lines import Line, fields_of, lines_of
from engine.tasks.ocr.model import build_reader
from engine.tasks.ocr.options import OcrOptions, resolve, seen_in
from engine.tasks.ocr.reader import Reader
from engine.tasks.ocr.sampler import LineSampler, group
from engine.tasks.ocr.synthesis import Synthesis, clearing
from engine.tasks.trainable import make_ready


@dataclass(frozen=True, slots=True)
class ReadingHalf:
    """What the reader is trained with.

    Attributes:
        reader: how lines are read by what was trained.
        sampler: draws training lines.
        notes: what a reader of the report must know.
    """

    options: OcrOptions
    reader: Reader
    sampler: LineSampler
    notes: tuple[str, ...]


def reading_half(
    recipe: Recipe, split: Split, view: View, margins_px: Sequence[float], *, locate: bool
) -> ReadingHalf:
    """Opens the training photos, of which none is read yet, and decides what their lines suggest.

    Args:
        view: region of interest and colours; lines are read at full resolution.
        margins_px: of each training photo; lines whose middle lies there are not learnt.
        locate: whether fields are located; else each photo is a line.
    """
    samples = split.train.samples
    photos = ArrayCache(lambda index: view.frame(read_image(samples[index].image)))
    white = white_level(
        photos(index) for index, sample in enumerate(samples) if sample.bit_depth > 8
    )
    lines = lines_of(samples, view, margins_px, located=locate)
    options = resolve(recipe, lines, locate=locate)
    lines, notes = _learnable(lines, options.alphabet)
    notes += _too_long(split, view, options.patch_hw, locate=locate)
    drawn, lacking = drawn_fields(
        options.fields, lines, options.longest, options.patch_hw[1] // FRAME_PX
    )
    if lacking and options.synthetic:
        notes.append(f"No typeface draws {lacking!r}: these are learnt from photos alone.")
    synthesis = Synthesis(
        fields=drawn,
        photos=photos,
        lines=lines,
        boxes=[_boxes(sample, view) for sample in samples],
        cleared=clearing(
            lambda number: photos(lines[number].photo), white, options.window.line_hw[0]
        ),
        located=locate,
        padding=options.window.padding,
        white_16_bit=white,
    )
    if options.synthetic and drawn:
        notes.append(
            f"{percent(options.synthetic)} of the training lines were drawn (augment.synthetic)"
            ": texts that the fields could hold, on grounds of training photos."
        )
    sampler = LineSampler(
        photos=photos,
        lines=lines,
        groups=group(lines, [sample.object for sample in samples], len(options.class_names)),
        window=options.window,
        moves=options.augmentation,
        synthesis=synthesis if options.synthetic and drawn else None,
        share=options.synthetic,
        white_16_bit=white,
        alphabet=options.alphabet,
        longest=options.longest,
        tight=locate,
        seed=options.seed,
    )
    seen = tuple(seen_in(lines, index) for index in range(len(options.class_names)))
    reader = Reader(options.window, white, options.alphabet, options.fields, seen)
    return ReadingHalf(options, reader, sampler, tuple(notes))


def _too_long(split: Split, view: View, line_hw: tuple[int, int], *, locate: bool) -> Iterator[str]:
    """What is said of texts that have no room on lines, whose size training texts chose."""
    for part, own in (("validation", split.validation), ("test", split.test)):
        yield from too_long(_texts(own.samples, view, locate=locate), part, line_hw)


def _texts(samples: Sequence[Sample], view: View, *, locate: bool) -> list[str]:
    """The texts of photos that are to be read."""
    fields = [fields_of(sample, view, located=locate) for sample in samples]
    return [
        text
        for own in fields
        for text, ignored in zip(own.texts, own.things.ignored.tolist(), strict=True)
        if not ignored
    ]


def _boxes(sample: Sample, view: View) -> NDArray[np.float32]:
    """Corners (n, 4, 2) of all that is annotated, in px of the region of interest."""
    return fields_of(sample, view, located=True).things.corners


def _learnable(lines: Sequence[Line], alphabet: str) -> tuple[tuple[Line, ...], list[str]]:
    """The lines whose every character the reader can tell, and what is said of the others.

    Raises:
        UsageError: there is none.
    """
    known = set(alphabet)
    kept = tuple(line for line in lines if known.issuperset(line.text))
    left_out = [line.text for line in lines if not known.issuperset(line.text)]
    if not left_out:
        return kept, []
    if not kept:
        raise UsageError(
            "no training text can be read",
            where="classes",
            received=f"texts such as {left_out[0]!r}, with characters that no field holds",
            allowed=f"texts of {alphabet!r}",
            fix="State all characters of each field, or `skip` those that are not to be read",
        )
    if len(left_out) == 1:
        told = "1 training text holds characters that its field does not"
        return kept, [f"{told}: {left_out[0]!r} is not learnt (ANN308)."]
    return kept, [
        f"{len(left_out)} training texts hold characters that their fields do not, such as "
        f"{left_out[0]!r}: they are not learnt (ANN308)."
    ]


def build_reader_of(options: OcrOptions) -> tuple[keras.Model, kcv.WeightsRecord]:
    """The reader of the options, and what weights its backbone starts from.

    Raises:
        UsageError: unknown backbone, or weights that do not fit it.
        RunFailed: weights that cannot be fetched.
    """
    backbone = kcv.build_backbone(options.backbone)
    record = kcv.load_weights(backbone, options.weights)
    model = build_reader(backbone, len(options.alphabet), options.patch_hw)
    make_ready(model, backbone, freeze=options.freeze)
    return model, record
