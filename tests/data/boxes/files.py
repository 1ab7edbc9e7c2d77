"""Files of boxes on disk, and what a format reads of them."""

from __future__ import annotations

from pathlib import Path

from engine.data.readers import LabelTable, Reading, ReadRequest, formats
from engine.data.source import PhotoSource
from engine.records import BoxAnnotation, Sample

NAMED = LabelTable(("bolt", "nut"), (("bolt",), ("nut",)))
ONE = LabelTable(("text",), (("text",),))


def read(name: str, root: Path, table: LabelTable = NAMED, **options: object) -> Reading:
    source = PhotoSource("data.train", root, labels=options.pop("labels", None),  # type: ignore[arg-type]
                         list=options.pop("list", None))  # type: ignore[arg-type]  # fmt: skip
    return formats()[name].read(ReadRequest(source, table, **options))  # type: ignore[arg-type]


def boxes(sample: Sample) -> BoxAnnotation:
    assert isinstance(sample.annotation, BoxAnnotation)
    return sample.annotation


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def only(reading: Reading) -> BoxAnnotation:
    assert reading.problems == ()
    (sample,) = reading.samples
    return boxes(sample)
