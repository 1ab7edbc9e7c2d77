"""`dltrain predict --out`: refused before any model is loaded where nothing can be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.folder_of_photos import name_photos_of
from cli.main import main


def test_a_file_in_the_place_of_the_folder_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["predict", str(tmp_path / "no-run"), "a.png", "--out", str(taken)])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "--out: overlays cannot be written there" in said
    assert str(taken) in said
    assert taken.read_text() == "mine"


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["a.png", "b.png", "notes.txt", "c.JPG"], "Name the photos in it: {0}/*.png {0}/*.JPG."),
        (["a.tif"], "Name the photos in it: {0}/*.tif."),
        (["good/a.bmp", "bad/b.bmp", "x.csv"], "Name the photos in its folders: {0}/*/*.bmp."),
        ([], "The folder is empty: name files of photos."),
        (["x.csv", ".hidden.png"], "No photo lies in it: name files of photos (PNG, JPEG, "),
        (["deep/er/a.png"], "No photo lies in it: name files of photos (PNG, JPEG, "),
    ],
)
def test_a_folder_in_place_of_photos_is_told_with_what_is_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: list[str], advice: str
) -> None:
    folder = tmp_path / "new photos"
    folder.mkdir()
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    with pytest.raises(SystemExit) as ended:
        main(["predict", str(tmp_path / "no-run"), str(folder)])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"IMAGE: this is a folder. Received: {folder}." in said
    assert advice.format(f"'{folder}'") in said


def test_a_folder_that_cannot_be_read_is_not_called_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert name_photos_of(tmp_path) == "The folder cannot be read: name files of photos"


def test_a_photo_that_is_not_named_brings_an_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["predict", str(tmp_path)])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "Missing argument 'IMAGE…'.",
        "Example: dltrain predict runs/caps/20260131-120000 photos/*.png",
        "Try 'dltrain --help'.",
    ]


PROGRAM = """
import sys
from dataclasses import dataclass
from pathlib import Path
from cli.main import main
from engine import steps
from engine.errors import UnreadableImage

@dataclass
class Said:
    summary: str = "good"
    result: dict = None

def predict(run, images, observer):
    for image in images:
        if "lost" in str(image):
            yield image, steps.UnusablePhoto(UnreadableImage("is lost", where=str(image)))
        else:
            yield image, Said(result={"verdict": "good"})

steps.predict = predict
main(["predict", "RUN", *sys.argv[1:]])
"""
NAMES = (b"a\n\x1b[31m.png", b"bad\xff.png", "€😀.png".encode(), b"lost\n.png")


def printed(encoding: str, *options: str) -> tuple[bytes, bytes]:
    """What is said of photos with odd names, by a predict whose model is made up."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *options, "--", *NAMES],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_every_name_stays_on_a_line_that_can_be_printed(encoding: str) -> None:
    out, err = printed(encoding)
    lines = out.decode(encoding).splitlines()
    assert len(lines) == 3 and all(line.endswith(": good") for line in lines)
    assert lines[0] == r"a\n\x1b[31m.png: good"
    assert lines[1] == r"bad\udcff.png: good"
    assert err.decode(encoding).splitlines()[0].startswith(r"error: lost\n.png: is lost.")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_json_lines_are_valid_and_name_the_very_files(encoding: str) -> None:
    out, _ = printed(encoding, "--json")
    names = [json.loads(line)["image"] for line in out.decode(encoding).splitlines()]
    assert tuple(os.fsencode(name) for name in names) == NAMES
