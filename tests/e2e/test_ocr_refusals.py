"""What suits no line or no photo is refused by `check` as by `run`, before anything is trained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command import dltrain, fails
from tests.e2e.ocr_sets import codes, lines

LONG = {"train": "12 21 1 2 12 21 " + "12" * 20, "test": "12"}


def refused(
    capsys: pytest.CaptureFixture[str], folder: Path, words: str, recipe: Path, *settings: str
) -> None:
    """By both, with exit code 2, and without a model or an opening of the test set."""
    given = [part for setting in settings for part in ("--set", setting)]
    fails(capsys, 2, words, "check", recipe, *given, "--out", folder / "audit")
    assert not (folder / "audit").exists()
    fails(capsys, 2, words, "run", recipe, *given, "--out", folder / "runs")
    for name in ("model.keras", "test_openings.jsonl", "checkpoints/*"):
        assert not any((folder / "runs").rglob(name))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("accept.field_f1=0.9", "accept.field_f1: the metric is not measured where each photo is "),
        ("accept.recall=90 %", "accept.recall: .*Allowed: escape_rate, .*exact_match"),
        ("margins.edge=2 px", "margins.edge: the key has no meaning where each photo is one line"),
        ("input.tile=64x64", "input.tile: the key has no meaning"),
    ],
)
def test_what_has_no_meaning_for_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, words: str
) -> None:
    refused(capsys, tmp_path, words, lines(tmp_path), setting)


def test_a_bound_is_told_at_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = lines(tmp_path)
    recipe.write_text(recipe.read_text() + "accept:\n  cer: 2 %\n  map50: 0.9\n", encoding="utf-8")
    refused(capsys, tmp_path, r"digits\.yaml:22:10: accept\.map50: ", recipe)


@pytest.mark.parametrize(
    ("texts", "settings", "words"),
    [
        (LONG, ("input.line=64x32",), r"input.line: .*longer than the reader.*`.*line: 160x32\}`"),
        ({**LONG, "train": "12 21 1 2 12 " + "12" * 257}, (), "input.line: .*several lines"),
    ],
)
def test_a_text_that_no_line_has_room_for(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    texts: dict[str, str],
    settings: tuple[str, ...],
    words: str,
) -> None:
    refused(capsys, tmp_path, words, lines(tmp_path, texts), "data.validation=12 %", *settings)


def test_photos_with_fields_are_no_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = r"model.locate: .* must be located.*Leave model.locate out"
    refused(capsys, tmp_path, words, codes(tmp_path, train=6, test=2), "model.locate=false")


def test_bounds_of_located_fields_are_taken_where_fields_are_located(tmp_path: Path) -> None:
    recipe = codes(tmp_path, train=6, test=2)
    bounds = "accept={field_f1: 0.9, recall: 90 %, precision: 0.9, map50: 0.5}"
    arguments = ("check", recipe, "--set", bounds, "--out", tmp_path / "audit")
    assert dltrain(*arguments) == 0


def test_checking_texts_imports_no_tensorflow(tmp_path: Path) -> None:
    recipe, out = lines(tmp_path), str(tmp_path / "o")
    code = (
        "import sys\nfrom tests.e2e.command import dltrain\n"
        f"assert dltrain('check', {str(recipe)!r}, '--out', {out!r}) == 0\n"
        "heavy = {'tensorflow', 'keras', 'keras_cv', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
