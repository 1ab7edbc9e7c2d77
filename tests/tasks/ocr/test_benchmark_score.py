"""The benchmark's own judge of readings: what counts as right, whatever side wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ocr.score import score
from benchmarks.ocr.words import normalise, read_words

TEXTS = {"word_1": "Café 1", "word_2": r"\"62-03\"", "word_3": "...", "word_4": "EXIT"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four words, one of which holds nothing to read."""
    folder = tmp_path / "TestSet"
    folder.mkdir()
    for stem in TEXTS:
        (folder / f"{stem}.jpg").touch()
    lines = "".join(f'{stem}.png, "{text}"\r\n' for stem, text in TEXTS.items())
    (folder / "gt.txt").write_bytes(("\ufeff" + lines).encode())
    return folder


def written(folder: Path, name: str, lines: list[Any]) -> Path:
    path = folder.parent / name
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def photo(image: str, text: str | None, read: str | None = None) -> dict[str, Any]:
    return {"image": image, "things": [{"class": "word", "text": text, "read": read or text}]}


def test_words_are_capitals_letters_and_digits(folder: Path) -> None:
    words = read_words(folder)
    assert [(word.image.name, word.text) for word in words] == [
        ("word_1.jpg", "CAF1"),
        ("word_2.jpg", "6203"),
        ("word_4.jpg", "EXIT"),
    ]
    assert normalise("a-z_ß É 09") == "AZSS09"


@pytest.mark.parametrize("line", ['word_9.png, "X"', 'word_1.png, "X"', "word_1.png X"])
def test_a_malformed_line_is_named(folder: Path, line: str) -> None:
    with (folder / "gt.txt").open("a") as file:
        file.write(line)
    with pytest.raises(ValueError, match=r"gt\.txt:5"):
        read_words(folder)


def test_both_sides_are_judged_alike(folder: Path) -> None:
    words = read_words(folder)
    rows = ["image,text", "TestSet/word_1.jpg,caf1", "TestSet/word_2.jpg,6208", "word_4.jpg,EXT"]
    table = written(folder, "a.csv", rows)
    told = [photo("word_1.jpg", "CAF1"), photo("word_2.jpg", "6208"), photo("word_4.jpg", "EXT")]
    report = score(words, table)
    assert report == score(words, written(folder, "a.jsonl", told))
    assert report["text"] == report["read"]
    text: Any = report["text"]
    assert text["exact_match"] == 0.3333
    assert text["cer"] == round(2 / 12, 4)
    assert text["exact_match_95"] == [0.0, 1.0]


def test_rejected_and_missing_words_are_wrong(folder: Path) -> None:
    words = read_words(folder)
    lines = [photo("word_1.jpg", None, "CAF1"), {"image": "word_2.jpg", "things": []}]
    report: Any = score(words, written(folder, "a.jsonl", lines))
    assert (report["missing"], report["rejected"]) == (1, 2)
    assert report["text"]["exact_match"] == 0.0
    assert report["text"]["cer"] == 1.0
    assert report["read"]["exact_match"] == 0.3333


def test_a_training_photo_of_the_same_name_is_not_taken(folder: Path) -> None:
    words = read_words(folder)
    lines = [photo("TrainingSet/word_1.jpg", "NO"), photo("TestSet/word_1.jpg", "CAF1")]
    report: Any = score(words, written(folder, "a.jsonl", lines))
    assert report["text"]["exact_match"] == 0.3333
    with pytest.raises(ValueError, match="2 readings"):
        score(words, written(folder, "a.jsonl", [lines[1], lines[1]]))
    with pytest.raises(ValueError, match="no word has a reading"):
        score(words, written(folder, "a.jsonl", [photo("else.jpg", "X")]))


def test_ahead_is_of_the_same_words(folder: Path) -> None:
    words = read_words(folder)
    good = written(folder, "a.csv", ["image,text", "word_1,CAF1", "word_2,6203", "word_4,EXIT"])
    none = written(folder, "b.csv", ["image,text", "word_1,X", "word_2,X", "word_4,X"])
    report: Any = score(words, good, none)
    assert report["ahead"]["text"] == {"exact_match": 1.0, "exact_match_95": [1.0, 1.0]}
