"""What every format of texts must do: round trip, truncated, empty and hostile files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.boxes.geometry import turned_box
from engine.data.readers import Reading, formats
from engine.errors import UsageError
from engine.records import IGNORE
from tests.builders import photo
from tests.data.boxes.files import NAMED, ONE, boxes, read
from tests.data.boxes.texts import LINES, PLACED, Written

ALL = {**PLACED, **LINES}
SIZE_HW = (60, 120)
WHOLE = [[0.0, 0.0], [120.0, 0.0], [120.0, 60.0], [0.0, 60.0]]

texts = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"\\'), min_size=1, max_size=8
).map(lambda text: f"{text}, {text}" if len(text) > 4 else text)


def photos(folder: Path, count: int = 2) -> list[str]:
    names = [f"{at}.png" for at in range(count)]
    for at, name in enumerate(names):
        photo(folder / name, seed=at, size_hw=SIZE_HW)
    return names


def placed(names: list[str], each: list[str]) -> Written:
    """Two texts a photo, each at an angle of its own."""
    corners = [
        [list(point) for point in turned_box((40 + 20 * at, 30), (30, 10), 0.7 * at)]
        for at in range(len(each))
    ]
    return {
        name: [(corners[at], each[at]), (corners[at + 1], each[at + 1])]
        for name, at in zip(names, (0, 2), strict=True)
    }


def lines(names: list[str], each: list[str]) -> Written:
    return {name: [(WHOLE, text)] for name, text in zip(names, each, strict=False)}


def test_all_formats_of_texts_are_tried() -> None:
    serving = {name for name, each in formats().items() if "ocr" in each.tasks}
    assert serving == {name for name, _ in ALL.values()} | {"text_in_name"}


@pytest.mark.parametrize("case", ALL)
@settings(max_examples=20, deadline=None)
@given(each=st.lists(texts, min_size=4, max_size=4))
def test_round_trip(case: str, each: list[str]) -> None:
    name, writer = ALL[case]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        names = photos(folder)
        stored = placed(names, each) if case in PLACED else lines(names, each)
        writer(folder, stored)
        found = read(name, folder, ONE)
        assert found.problems == ()
        for sample in found.samples:
            own = boxes(sample)
            assert own.texts == tuple(text.strip() for _, text in stored[sample.id])
            expected = np.array([corners for corners, _ in stored[sample.id]])
            np.testing.assert_allclose(own.corners, expected, atol=1e-2)


def usable(name: str, folder: Path) -> Reading | None:
    """What was read, if the file was not refused; nothing else may come up."""
    try:
        return read(name, folder, ONE)
    except UsageError as error:
        assert error.fix and error.where
        return None


@pytest.mark.parametrize("case", ALL)
def test_truncated_files(case: str, tmp_path: Path) -> None:
    name, writer = ALL[case]
    names = photos(tmp_path)
    each = ["AB", "CD", "EF", "GH"]
    path = writer(tmp_path, placed(names, each) if case in PLACED else lines(names, each))[-1]
    whole = path.read_bytes()
    for length in range(0, len(whole), 3):
        path.write_bytes(whole[:length])
        found = usable(name, tmp_path)
        if found is not None:
            assert {s.id for s in found.samples} | {p.sample for p in found.problems} >= set(names)


HOSTILE = [
    b"",
    b"\n\n\n",
    b"\xff\xfe0\x00,\x00",
    b"0.png\t[{}]\n1.png\t[]\n",
    b'0.png\t[{"transcription": 1, "points": [[1, 2], [3, 4], [5, 6], [7, 8]]}]\n',
    b'0.png\t[{"transcription": "A", "points": [[1, 2], [3, NaN], [5, 6], [7, 8]]}]\n',
    b'0.png\t[{"transcription": "A", "points": [[1e999, 2], [3, 4], [5, 6], [7, 8]]}]\n',
    b'0.png\t[{"transcription": "A", "points": [[1, 2], [3, 4], [5]]}]\n',
    b"0.png\t" + b"[" * 100_000 + b"\n",
    b"[" * 100_000,
    b'{"0.png": "A", "0.png": "B"}',
    b'{"0.png": ["A"]}',
    b'{"0.png": "A\\u0007B"}',
    b'{"0.png": "\\ud800"}',
    b'{"imgs": [], "anns": []}',
    b'{"imgs": {"1": {"id": 1, "file_name": "0.png"}}, "anns": {"1": {"image_id": 1, '
    b'"utf8_string": "A", "bbox": [1e300, 1, 5, 5]}}}',
    b'{"imgs": {"1": {"id": 1, "file_name": "0.png"}}, "anns": {"1": {"image_id": [1], '
    b'"utf8_string": "A", "mask": [1, 1, 5]}}}',
    b'{"imgs": {"1": {"id": 1, "file_name": "../../etc/passwd"}}, "anns": {}}',
    b'image,text\n0.png,"A\n1.png,B\n',
    b"image,text\n0.png\n",
    b"10,10,nan,10,60,20,10,20,A\n1,2,3\n",
    b"1e400,10,60,10,60,20,10,20,A\n",
    b"10,10,60,10,60,20,10,20,\n",
]


@pytest.mark.parametrize("case", ALL)
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files(case: str, content: bytes, tmp_path: Path) -> None:
    name, writer = ALL[case]
    names = photos(tmp_path)
    stored = {each: [(WHOLE, "A")] for each in names}
    for path in writer(tmp_path, stored):
        path.write_bytes(content)
    found = usable(name, tmp_path)
    for sample in found.samples if found else ():
        own = boxes(sample)
        assert np.isfinite(own.corners).all()
        assert all(
            text and text.isprintable()
            for text, index in zip(own.texts or (), own.class_indices, strict=True)
            if index != IGNORE
        )


@pytest.mark.parametrize("case", ALL)
def test_empty_texts_are_told(case: str, tmp_path: Path) -> None:
    name, writer = ALL[case]
    names = photos(tmp_path)
    writer(tmp_path, {each: [(WHOLE, text)] for each, text in zip(names, ("A", ""), strict=True)})
    found = read(name, tmp_path, ONE)
    if name == "coco_text":  # whose own way to say that a text is illegible it is
        assert [boxes(each).class_indices.tolist() for each in found.samples] == [[0], [IGNORE]]
        return
    (problem,) = found.problems
    assert (problem.kind, problem.sample) == ("unreadable_boxes", "1.png")
    assert "the text is empty; what nobody can read is annotated as ###" in problem.message


@pytest.mark.parametrize("case", ALL)
def test_what_nobody_can_read_is_ignored(case: str, tmp_path: Path) -> None:
    name, writer = ALL[case]
    names = photos(tmp_path)
    writer(
        tmp_path, {each: [(WHOLE, text)] for each, text in zip(names, ("A", "###"), strict=True)}
    )
    found = read(name, tmp_path, ONE)
    assert [boxes(each).class_indices.tolist() for each in found.samples] == [[0], [IGNORE]]


@pytest.mark.parametrize("case", ALL)
def test_other_encodings_are_told_by_byte_and_line(case: str, tmp_path: Path) -> None:
    name, writer = ALL[case]
    names = photos(tmp_path)
    texts = {each: [(WHOLE, "É")] for each in names}
    for path in writer(tmp_path, texts):
        latin = path.read_text(encoding="utf-8-sig").replace("\\u00c9", "É").encode("latin-1")
        path.write_bytes(latin)
    try:
        said = "".join(p.message + p.fix for p in read(name, tmp_path, ONE).problems)
    except UsageError as error:
        said = str(error)
    assert "the byte 0xc9 at position" in said and "is not UTF-8" in said
    assert "Save it as UTF-8" in said


@pytest.mark.parametrize("case", ALL)
def test_the_format_without_classes_serves_one(case: str, tmp_path: Path) -> None:
    name, writer = ALL[case]
    writer(tmp_path, {each: [(WHOLE, "A")] for each in photos(tmp_path)})
    with pytest.raises(UsageError, match="tells no classes"):
        read(name, tmp_path, NAMED)
