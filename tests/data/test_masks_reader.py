"""The masks format end to end: files on disk to samples, problems and label maps."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.readers import LabelTable, Reading, ReadRequest, formats
from engine.data.readers.masks import FORMAT, read_label_map
from engine.data.source import PhotoSource
from engine.errors import UnreadableImage
from engine.records import IGNORE, MaskAnnotation
from tests.builders import mask, photo, picture

TABLE = LabelTable(("scratch", "chip"), (("scratch",), ("chip",)))


def read(root: Path, table: LabelTable = TABLE, **options: object) -> Reading:
    return FORMAT.read(ReadRequest(PhotoSource("data.train", root), table, **options))


def test_index_masks(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png", seed=1)
    mask(tmp_path / "masks/a.png", 2, 1)
    photo(tmp_path / "images/b.jpg", seed=2)
    mask(tmp_path / "masks/b.png")
    calls: list[tuple[int, int]] = []
    found = read(tmp_path, progress=lambda done, total: calls.append((done, total)))
    assert found.problems == ()
    assert [(s.id, s.classes, s.size_hw) for s in found.samples] == [
        ("images/a.png", {0, 1}, (24, 32)),
        ("images/b.jpg", frozenset(), (24, 32)),
    ]
    assert calls == [(1, 2), (2, 2)]
    first = found.samples[0]
    label_map = read_label_map(first.annotation, first.size_hw)
    assert label_map.dtype == np.uint8
    assert np.bincount(label_map.ravel()).tolist() == [24 * 32 - 32, 16, 16]


def test_16_bit_photos_are_told(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png", np.full((8, 9), 4000, np.uint16))
    mask(tmp_path / "masks/a.png", size_hw=(8, 9))
    assert read(tmp_path).samples[0].bit_depth == 16


def test_a_class_a_folder_as_in_magnetic_tile(tmp_path: Path) -> None:
    for folder, seed in (("MT_Crack", 1), ("MT_Free", 2)):
        photo(tmp_path / folder / "Imgs/x.jpg", seed=seed)
        mask(tmp_path / folder / "Imgs/x.png", *([3, 250] if seed == 1 else []))
    table = LabelTable(("chip", "crack"), (("chip",), ("MT_Crack",)))
    found = read(tmp_path, table)
    assert [(s.id, s.classes) for s in found.samples] == [
        ("MT_Crack/Imgs/x.jpg", {1}),
        ("MT_Free/Imgs/x.jpg", frozenset()),
    ]
    assert found.samples[0].annotation.threshold == 127
    label_map = read_label_map(found.samples[0].annotation, (24, 32))
    assert np.bincount(label_map.ravel()).tolist() == [24 * 32 - 16, 0, 16]


def test_a_folder_that_is_no_label(tmp_path: Path) -> None:
    for folder in ("MT_Crack", "MT_Cracks"):
        photo(tmp_path / folder / "x.jpg")
        mask(tmp_path / folder / "x.png", 255)
    found = read(tmp_path, LabelTable(("crack",), (("MT_Crack",),)))
    assert [s.id for s in found.samples] == ["MT_Crack/x.jpg"]
    assert found.problems[0].kind == "unknown_label"
    assert "Did you mean the label 'MT_Crack'?" in found.problems[0].message


def test_one_binary_mask_a_class_and_their_overlap(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png")
    mask(tmp_path / "masks/scratch/a.png", 255, 255)
    mask(tmp_path / "masks/chip/a.png", 255)
    mask(tmp_path / "masks/unsure/a.png", 0, 255)
    found = read(tmp_path, replace(TABLE, ignore=("unsure",)))
    annotation = found.samples[0].annotation
    assert annotation.classes == {0, 1}
    label_map = read_label_map(annotation, (24, 32))
    assert (label_map[3, 3], label_map[3, 9], label_map[20, 20]) == (2, IGNORE, 0)


@pytest.mark.parametrize(
    ("spoil", "kind", "text"),
    [
        (lambda p: (p / "images/a.png").write_bytes(b""), "unreadable_image", "empty"),
        (lambda p: (p / "masks/a.png").write_text("no"), "unreadable_mask", "no image"),
        (lambda p: (p / "masks/a.png").unlink(), "missing_annotation", "no mask"),
        (lambda p: mask(p / "masks/a.png", size_hw=(32, 24)), "size_mismatch", "EXIF"),
        (lambda p: mask(p / "masks/a.png", size_hw=(9, 9)), "size_mismatch", "9 x 9 px"),
        (lambda p: mask(p / "masks/a.png", 7), "unknown_label", r"7 \(16 px\)"),
        (lambda p: mask(p / "masks/a.png", 255), "unknown_label", r"ignore: \[255\]"),
    ],
)
def test_what_is_wrong_is_a_problem_and_left_out(
    tmp_path: Path, spoil: object, kind: str, text: str
) -> None:
    for name in "ab":
        photo(tmp_path / "images" / f"{name}.png")
        mask(tmp_path / "masks" / f"{name}.png", 1)
    spoil(tmp_path)
    found = read(tmp_path)
    assert [s.id for s in found.samples] == ["images/b.png"]
    assert [(p.kind, p.sample) for p in found.problems] == [(kind, "images/a.png")]
    assert re.search(text, found.problems[0].message)


def test_jpeg_masks_are_refused(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png")
    mask(tmp_path / "masks/a.jpg", 1)
    assert [p.kind for p in read(tmp_path).problems] == ["lossy_mask"]


def test_unlabelled_photos_may_be_declared_good(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png")
    assert [p.kind for p in read(tmp_path).problems] == ["missing_annotation"]
    good = read(tmp_path, unlabelled="empty")
    assert good.samples[0].annotation == MaskAnnotation(path=None)
    assert not read_label_map(good.samples[0].annotation, (24, 32)).any()


def test_exif_orientation_of_the_photo_counts(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(tmp_path / "a.jpg", np.zeros((24, 32, 3), np.uint8), exif=exif)
    mask(tmp_path / "a.png", 1, size_hw=(32, 24))
    found = read(tmp_path)
    assert found.problems == ()
    assert found.samples[0].size_hw == (32, 24)


def test_a_mask_that_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    path = mask(tmp_path / "m.png", 1)
    annotation = MaskAnnotation(path, ((0, 0), (1, 1)))
    assert read_label_map(annotation, (24, 32)).max() == 1
    mask(path, 5)
    with pytest.raises(UnreadableImage, match="Received: 5"):
        read_label_map(annotation, (24, 32))
    with pytest.raises(UnreadableImage, match="another size"):
        read_label_map(annotation, (32, 24))


def test_reading_changes_no_file(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png")
    mask(tmp_path / "masks/a.png", 1)
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*.png")}
    read(tmp_path)
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*.png")}


def test_every_format_is_found_and_described() -> None:
    known = formats()
    assert "masks" in known
    for name, each in known.items():
        assert each.name == name
        assert each.description
