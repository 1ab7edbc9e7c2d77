"""Every format of texts, written: what a reader of it must give back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.data.boxes.files import write

Corners = Sequence[Sequence[float]]
Written = Mapping[str, Sequence[tuple[Corners, str]]]
"""The texts of each photo and where they are; formats of lines have one around the whole photo."""


def icdar(folder: Path, texts: Written) -> list[Path]:
    paths = []
    for photo, own in texts.items():
        lines = [",".join([*(f"{v:g}" for p in c for v in p), text]) for c, text in own]
        paths.append(write(folder / f"gt_{Path(photo).stem}.txt", "\ufeff" + "\r\n".join(lines)))
    return paths


def paddle_ocr(folder: Path, texts: Written) -> list[Path]:
    lines = [
        f"{photo}\t{json.dumps([{'transcription': t, 'points': c} for c, t in own])}\n"
        for photo, own in texts.items()
    ]
    return [write(folder / "Label.txt", "".join(lines))]


def coco_text(folder: Path, texts: Written) -> list[Path]:
    images = {str(at): {"id": at, "file_name": name} for at, name in enumerate(texts)}
    rows = [
        {"image_id": at, "utf8_string": text, "legibility": "legible",
         "mask": [value for point in corners for value in point]}
        for at, own in enumerate(texts.values()) for corners, text in own
    ]  # fmt: skip
    stored = {"imgs": images, "anns": {str(at): row for at, row in enumerate(rows)}}
    return [write(folder / "cocotext.json", json.dumps(stored))]


def quoted_list(folder: Path, texts: Written) -> list[Path]:
    quoted = {photo: own[0][1].replace('"', '\\"') for photo, own in texts.items()}
    return [write(folder / "gt.txt", "".join(f'{p}, "{t}"\r\n' for p, t in quoted.items()))]


def tab_list(folder: Path, texts: Written) -> list[Path]:
    lines = [f"{photo}\t{own[0][1]}\n" for photo, own in texts.items()]
    return [write(folder / "rec_gt.txt", "".join(lines))]


def table(folder: Path, texts: Written) -> list[Path]:
    stream = io.StringIO()
    rows = csv.writer(stream)
    rows.writerow(["region", "filename", "words"])
    rows.writerows([["x", photo, own[0][1]] for photo, own in texts.items()])
    return [write(folder / "labels.csv", stream.getvalue())]


def doctr(folder: Path, texts: Written) -> list[Path]:
    stored = {photo: own[0][1] for photo, own in texts.items()}
    return [write(folder / "labels.json", json.dumps(stored, ensure_ascii=False))]


PLACED: dict[str, tuple[str, Callable[[Path, Written], list[Path]]]] = {
    "icdar": ("icdar", icdar),
    "paddle_ocr": ("paddle_ocr", paddle_ocr),
    "coco_text": ("coco_text", coco_text),
}
"""Format and writer of those that tell where on a photo a text is."""

LINES: dict[str, tuple[str, Callable[[Path, Written], list[Path]]]] = {
    "quoted list": ("word_list", quoted_list),
    "tab list": ("word_list", tab_list),
    "table": ("word_list", table),
    "doctr": ("doctr", doctr),
}
"""Those of photos that show one text each."""
