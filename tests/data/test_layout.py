"""Which mask belongs to which photo, for every layout that the format knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.readers.masks.layout import Layout, find_pairs
from engine.data.source import PhotoSource
from engine.errors import UsageError

LABELS = ("scratch", "chip")


def layout(root: Path, files: str, **options: object) -> Layout:
    for name in files.split():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return find_pairs(PhotoSource("data.train", root, **options), LABELS)


def pairs(found: Layout, root: Path) -> dict[str, list[tuple[str, str | None]]]:
    return {
        pair.image: [(m.path.relative_to(root).as_posix(), m.label) for m in pair.masks]
        for pair in found.pairs
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("images/a.png masks/a.png", {"images/a.png": [("masks/a.png", None)]}),
        ("a.jpg ground_truth/a.png", {"a.jpg": [("ground_truth/a.png", None)]}),
        ("x/Images/a.jpg x/Labels/a.png", {"x/Images/a.jpg": [("x/Labels/a.png", None)]}),
        (
            "images/one/a.jpg masks/one/a.png images/two/a.jpg masks/two/a.png",
            {
                "images/one/a.jpg": [("masks/one/a.png", None)],
                "images/two/a.jpg": [("masks/two/a.png", None)],
            },
        ),
        ("images/a.jpg masks/a_mask.png", {"images/a.jpg": [("masks/a_mask.png", None)]}),
        ("MT/Imgs/a.jpg MT/Imgs/a.png", {"MT/Imgs/a.jpg": [("MT/Imgs/a.png", None)]}),
        ("a.bmp a.png", {"a.bmp": [("a.png", None)]}),
        ("a.jpg a.tif", {"a.jpg": [("a.tif", None)]}),
        ("a.png a_mask.png", {"a.png": [("a_mask.png", None)]}),
        ("a.png a_label.png", {"a.png": [("a_label.png", None)]}),
        ("a.png a_gt.png", {"a.png": [("a_gt.png", None)]}),
        ("a.png a.mask.png", {"a.png": [("a.mask.png", None)]}),
        (
            "images/a.png masks/chip/a.png masks/scratch/a.png",
            {
                "images/a.png": [
                    ("masks/chip/a.png", "chip"),
                    ("masks/scratch/a.png", "scratch"),
                ]
            },
        ),
        (
            "images/a.png masks/a_chip.png masks/a_scratch.png",
            {"images/a.png": [("masks/a_chip.png", "chip"), ("masks/a_scratch.png", "scratch")]},
        ),
        ("a.png a_scratch.png", {"a.png": [("a_scratch.png", "scratch")]}),
        ("a.png b.png", {"a.png": [], "b.png": []}),
        ("a.png b_gt.png", {"a.png": [], "b_gt.png": []}),
    ],
)
def test_layouts(
    tmp_path: Path, files: str, expected: dict[str, list[tuple[str, str | None]]]
) -> None:
    found = layout(tmp_path, files)
    assert pairs(found, tmp_path) == expected
    assert found.problems == ()


def test_labels_in_a_folder_apart(tmp_path: Path) -> None:
    found = layout(tmp_path, "p/a.png q/a.png q/b.png", labels=tmp_path / "q")
    assert [pair.image for pair in found.pairs] == ["p/a.png"]
    apart = find_pairs(PhotoSource("data.train", tmp_path / "p", labels=tmp_path / "q"), LABELS)
    assert pairs(apart, tmp_path) == {"a.png": [("q/a.png", None)]}
    assert [problem.sample for problem in apart.problems] == ["../q/b.png"]


@pytest.mark.parametrize(
    ("files", "orphan"),
    [
        ("images/a.png masks/a.png masks/b.png", "masks/b.png"),
        ("a.png a_mask.png b_mask.png", "b_mask.png"),
        ("a.jpg a.png b.png", "b.png"),
    ],
)
def test_masks_without_a_photo_are_problems(tmp_path: Path, files: str, orphan: str) -> None:
    found = layout(tmp_path, files)
    assert len(found.pairs) == 1
    assert [(p.kind, p.sample) for p in found.problems] == [("missing_annotation", orphan)]


def test_a_folder_named_after_a_label(tmp_path: Path) -> None:
    found = layout(tmp_path, "scratch/Imgs/a.jpg scratch/Imgs/a.png good/b.jpg good/b.png")
    assert {p.image: p.folder_label for p in found.pairs} == {
        "good/b.jpg": None,
        "scratch/Imgs/a.jpg": "scratch",
    }


def test_include_exclude_and_order(tmp_path: Path) -> None:
    files = "images/b.png images/a.png images/c.png masks/a.png masks/b.png masks/c.png"
    found = layout(tmp_path, files, include=("images/*",), exclude=("c.png",))
    assert [pair.image for pair in found.pairs] == ["images/a.png", "images/b.png"]
    assert found.problems == ()


def test_a_list_names_photos_and_masks(tmp_path: Path) -> None:
    names = tmp_path / "list.txt"
    names.write_text("images/b.png\n\nimages/a.png\tother/x.png\n", encoding="utf-8")
    files = "images/a.png images/b.png images/c.png masks/b.png masks/c.png other/x.png"
    found = layout(tmp_path, files, list=names)
    assert pairs(found, tmp_path) == {
        "images/a.png": [("other/x.png", None)],
        "images/b.png": [("masks/b.png", None)],
    }
    names.write_text("images/none.png\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"list.txt:1: .*Received: images/none.png"):
        find_pairs(PhotoSource("data.train", tmp_path, list=names), LABELS)


@pytest.mark.parametrize("name", ["with space", "quo'te\"s", "new\nline", "ünï–中文", "<b>&amp;"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.png").touch()
    found = find_pairs(PhotoSource("data.train", tmp_path), LABELS)
    assert [pair.image for pair in found.pairs] == [f"images/{name}.png"]
    assert len(found.pairs[0].masks) == 1


def test_links_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    layout(outside, "secret.png deep/x.png")
    layout(inside, "a.png")
    (inside / "leaves.png").symlink_to(outside / "secret.png")
    (inside / "folder").symlink_to(outside / "deep")
    (inside / "gone.png").symlink_to(outside / "nothing.png")
    (inside / "stays.png").symlink_to(inside / "a.png")
    found = find_pairs(PhotoSource("data.train", inside), LABELS)
    assert [pair.image for pair in found.pairs] == ["a.png", "stays.png"]
    assert {p.sample for p in found.problems} == {"leaves.png", "folder", "gone.png"}
    assert {p.kind for p in found.problems} == {"unreadable_image"}
    fixes = {p.sample: p.fix for p in found.problems}
    assert "copy of the file" in fixes["leaves.png"] and "copy of the file" in fixes["gone.png"]
    assert fixes["folder"].startswith("Name that folder as a source")


def test_a_missing_folder_and_a_file_are_usage_errors(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, reason in (("none", "there is no such folder"), ("file", "this is a file")):
        with pytest.raises(UsageError, match=rf"data.train: {reason}\. Received"):
            find_pairs(PhotoSource("data.train", tmp_path / name), LABELS)


def test_a_path_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad\udcff.png").touch()
    found = find_pairs(PhotoSource("data.train", tmp_path), LABELS)
    assert found.pairs == ()
    assert "UTF-8" in found.problems[0].message
    assert found.problems[0].fix.startswith("Rename the file")
    found.problems[0].sample.encode("utf-8")


def test_pictures_of_a_kind_that_is_not_read_are_told(tmp_path: Path) -> None:
    layout(tmp_path, "a.png b.heic anim.GIF notes.txt")
    found = find_pairs(PhotoSource("data.train", tmp_path), LABELS)
    assert [(p.kind, p.sample) for p in found.problems] == [
        ("unreadable_image", "anim.GIF"),
        ("unreadable_image", "b.heic"),
    ]
    assert "Convert it to PNG" in found.problems[0].fix
