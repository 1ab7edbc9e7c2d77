from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.objects import objects_by_pattern, objects_by_table, read_object_table
from engine.errors import UsageError


def table(path: Path, text: str, image: str = "image", name: str = "part"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_object_table(path, image, name)


def test_by_pattern() -> None:
    paths = ["a/cap01_x.png", "cap02.png", "other.png"]
    assert objects_by_pattern(paths, r"(?P<object>cap\d+)") == {
        "a/cap01_x.png": "cap01",
        "cap02.png": "cap02",
        "other.png": None,
    }


@pytest.mark.parametrize(
    "row", ["photos/x/a.png,p1", "x/a.png,p1", "x\\a.png,p1", "./x/a.png,p1", '"x/a.png",p1']
)
def test_by_table(tmp_path: Path, row: str) -> None:
    rows = table(tmp_path / "parts.csv", f"image,part\n{row}\n")
    found = objects_by_table(["x/a.png", "x/b.png"], tmp_path / "photos", rows)
    assert found == {"x/a.png": "p1", "x/b.png": None}


@pytest.mark.parametrize("text", ["\ufeffimage;part\na;p\n", "image\tpart\r\na\tp\r\n"])
def test_other_delimiters_and_a_byte_order_mark(tmp_path: Path, text: str) -> None:
    assert table(tmp_path / "t.csv", text).objects == {"a": "p"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "lacks a column"),
        ("image,object\n", r"lacks a column.*'part'.*'image', 'object'"),
        ("image,part\na,p\na,q\n", r"t.csv:3: .*two objects for one image.*p and q"),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        table(tmp_path / "t.csv", text)


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\xff")
    for name in ("t.csv", "none.csv"):
        with pytest.raises(UsageError, match="cannot be read"):
            read_object_table(tmp_path / name, "image", "part")
