"""Pictures of lines as the reader saw them: what stands there, and what was read, wrong in red.

The two texts stand below each other character by character, with gaps where one of them has
nothing, so that a reader of the report sees at a glance what was mistaken for what.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from engine.tasks.drawing import Rgb, font, short_name
from engine.tasks.ocr.edits import aligned
from engine.tasks.ocr.layout import Cell, Layout, lay_out

COLUMNS = 2
CARD_PX = 372
LINE_HW = (84, CARD_PX)
"""Most that a line may cover; smaller ones are enlarged up to `MOST_ENLARGED` times."""

MOST_ENLARGED = 6.0
MOST_NOTED = 52
"""Letters of a note."""

_LEFT_PX, _GAP_PX, _NOTE_PX = 40, 14, 13
_PAPER, _INK, _SOFT, _FRAME = (255, 255, 255), (40, 48, 60), (107, 118, 134), (200, 208, 218)
_WRONG, _TINT = (179, 38, 30), (253, 226, 222)


def draw_readings(
    crops: Sequence[Rgb],
    truths: Sequence[str],
    readings: Sequence[str | None],
    notes: Sequence[str] = (),
) -> Rgb:
    """A sheet of lines, each with what stands there and what was read below it; (H, W, 3).

    Args:
        crops: uint8 RGB (h, w, 3) of any size, upright; at least one.
        truths: of each, what stands there.
        readings: of each, what was read; None where it is unreadable.
        notes: of each, a few words more, such as the confidence; may be left out.

    Raises:
        ValueError: without lines, or of different numbers of them and texts.
    """
    if not crops:
        raise ValueError("draw_readings needs one line at least. Received: none")
    cards = [
        _card(crop, truth, reading, note)
        for crop, truth, reading, note in zip(
            crops, truths, readings, notes or [""] * len(crops), strict=True
        )
    ]
    columns = min(COLUMNS, len(cards))
    rows = [cards[start : start + columns] for start in range(0, len(cards), columns)]
    height = sum(max(map(len, row)) + _GAP_PX for row in rows) + _GAP_PX
    width = columns * (CARD_PX + _GAP_PX) + _GAP_PX
    sheet = np.full((height, width, 3), _PAPER, np.uint8)
    top = _GAP_PX
    for row in rows:
        for column, card in enumerate(row):
            left = _GAP_PX + column * (CARD_PX + _GAP_PX)
            sheet[top : top + len(card), left : left + CARD_PX] = card
        top += max(map(len, row)) + _GAP_PX
    return sheet


def _card(crop: Rgb, truth: str, reading: str | None, note: str) -> Rgb:
    """One line with its texts."""
    line = _enlarged(crop)
    height, width = line.shape[:2]
    layout = lay_out(aligned(truth, reading or ""), CARD_PX - _LEFT_PX)
    pitch = layout.size_px + 9
    note_top = height + 6 + 2 * pitch * len(layout.rows) + 2
    card = np.full((note_top + _NOTE_PX + 6, CARD_PX, 3), _PAPER, np.uint8)
    card[:height, :width] = line
    picture = Image.fromarray(card)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width - 1, height - 1), outline=_FRAME)
    _draw_texts(draw, layout, height + 6, readable=reading is not None)
    draw.text((_LEFT_PX, note_top), short_name(note, MOST_NOTED), _SOFT, font(_NOTE_PX))
    return np.asarray(picture, np.uint8)


def _draw_texts(draw: ImageDraw.ImageDraw, layout: Layout, top: int, *, readable: bool) -> None:
    """Each row of what stands there, and below it that of what was read."""
    pitch, letters = layout.size_px + 9, font(layout.size_px)
    for number, row in enumerate(layout.rows):
        for is_read, title in enumerate(("is", "read")):
            line_top = top + (2 * number + is_read) * pitch
            middle = line_top + pitch // 2
            if not number:
                draw.text((0, middle), title, _SOFT, font(_NOTE_PX), anchor="lm")
            if is_read and not readable:
                if not number:
                    draw.text((_LEFT_PX, middle), "unreadable", _WRONG, letters, anchor="lm")
                continue
            for cell in row:
                _draw_cell(draw, cell, (line_top, pitch), layout.size_px, is_read=bool(is_read))


def _draw_cell(
    draw: ImageDraw.ImageDraw, cell: Cell, rows: tuple[int, int], size_px: int, *, is_read: bool
) -> None:
    """One character; `rows` is where its line begins, and how high it is."""
    top, pitch = rows
    left, right = _LEFT_PX + cell.left, _LEFT_PX + cell.right
    wrong = cell.wrong and is_read
    if wrong:
        draw.rectangle((left, top + 1, right - 1, top + pitch - 2), fill=_TINT)
        if not cell.read:
            under = top + pitch - 5
            draw.line((left + 2, under, right - 3, under), _WRONG, 2)
    text, middle = (cell.read if is_read else cell.there), ((left + right) // 2, top + pitch // 2)
    draw.text(middle, text, _WRONG if wrong else _INK, font(size_px), anchor="mm")


def _enlarged(crop: Rgb) -> Rgb:
    """A line at the size of a card."""
    height, width = crop.shape[:2]
    if not height or not width:
        return np.full((LINE_HW[0] // 3, LINE_HW[1] // 3, 3), _FRAME, np.uint8)
    scale = min(LINE_HW[0] / height, LINE_HW[1] / width, MOST_ENLARGED)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=how), np.uint8)
