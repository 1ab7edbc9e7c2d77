"""Lines of print that a machine sets in one go: a block, before it has a place on a package.

Lengths are px of the photo; (0, 0) is the middle of the block and its text runs to the right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from examples.packages.codes import NAMES, Codes, FieldName
from examples.packages.printing import FINE, Printer, printed
from examples.relief import Array


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of letters.

    Attributes:
        text: what it says.
        field: which field it is; None for print that is none.
        middle: of its ink.
        mask: its ink, `FINE` times the photo's size.
        spoiled: nobody can read it.
    """

    text: str
    field: FieldName | None
    middle: tuple[float, float]
    mask: Array
    spoiled: bool = False

    @property
    def size_wh(self) -> tuple[float, float]:
        """Of its ink."""
        return self.mask.shape[1] / FINE, self.mask.shape[0] / FINE


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces of one `printer`, and the size of them all."""

    pieces: tuple[Piece, ...]
    size_wh: tuple[float, float]
    printer: Printer


Row = list[tuple[str, FieldName | None]]


def set_blocks(
    codes: Codes, printers: tuple[Printer, Printer], rng: np.random.Generator
) -> tuple[Block, ...]:
    """All blocks of one package: the fields below one another, side by side, or far apart."""
    names = {field: str(rng.choice(NAMES[field])) for field in codes.fields}
    rows: list[Row] = [
        [*([(names[field], None)] if codes.names else []), (text, field)]
        for field, text in codes.fields.items()
    ]
    way, extra = rng.random(), _extra(codes)
    align = float(rng.choice([0.0, 0.0, 0.5]))
    groups: list[tuple[list[Row], Printer]]
    if len(rows) == 2 and way < 0.28:
        pair = printers if rng.random() < 0.5 else (printers[0], printers[0])
        groups = [([rows[0], *extra], pair[0]), ([rows[1]], pair[1])]
    elif len(rows) == 2 and way < 0.42 and not codes.names and printers[0].capital < 23:
        groups = [([rows[0] + rows[1], *extra], printers[0])]
    else:
        groups = [([*rows, *extra], printers[0])]
    blocks = [_composed(group, printer, align, rng) for group, printer in groups]
    return tuple(_spoil(block, codes.spoiled) for block in blocks)


def _extra(codes: Codes) -> list[Row]:
    return [[(codes.extra, None)]] if codes.extra else []


def _composed(rows: list[Row], printer: Printer, align: float, rng: np.random.Generator) -> Block:
    """Rows below one another; `align` 0 sets them to the left, 0.5 to the middle."""
    space = printer.capital * float(rng.uniform(0.75, 1.3))
    lead = printer.capital * float(rng.uniform(0.4, 0.85))
    laid: list[tuple[list[Piece], float]] = []
    top = 0.0
    for row in rows:
        pieces, right = [], 0.0
        for text, field in row:
            mask = printed(text, printer)
            width = mask.shape[1] / FINE
            middle = (right + width / 2, top + printer.capital / 2)
            pieces.append(Piece(text, field, middle, mask))
            right += width + space
        laid.append((pieces, right - space))
        top += printer.capital + lead
    width, height = max(wide for _, wide in laid), top - lead
    moved = [
        _moved(piece, align * (width - wide) - width / 2, -height / 2)
        for pieces, wide in laid
        for piece in pieces
    ]
    return Block(tuple(moved), (width, height), printer)


def _moved(piece: Piece, right: float, down: float) -> Piece:
    x, y = piece.middle
    return replace(piece, middle=(x + right, y + down))


def _spoil(block: Block, field: FieldName | None) -> Block:
    pieces = (
        replace(piece, spoiled=field is not None and piece.field == field) for piece in block.pieces
    )
    return replace(block, pieces=tuple(pieces))
