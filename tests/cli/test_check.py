"""`dltrain check`, `explain` and `formats` as a user meets them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.check import _row, _rows_of, _summary, check
from cli.explain import explain
from cli.formats import formats
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult, Finding
from engine.errors import UsageError
from tests.builders import caps, mask, photo, write_recipe


def run(command: Callable[..., None], *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_good_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(check, str(caps(tmp_path)))
    assert result.exit_code == 0
    assert "train 9 photos, validation 3 photos, test 6 photos" in result.stdout
    assert "0 errors" in result.stdout
    assert sorted(path.name for path in (tmp_path / "runs/caps/audit").iterdir()) == [
        "audit.html",
        "findings.json",
    ]


def test_errors_are_a_table_and_exit_code_1(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    for number in range(4):
        mask(tmp_path / f"train/masks/cap00{number}_a.png", 9)
    result = run(check, str(recipe), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    row = next(line for line in result.stdout.splitlines() if line.startswith("ANN306"))
    assert row.split()[1:4] == ["unknown-label", "error", "4"]
    assert "train/images/cap000_a.png" in row
    assert "and 1 more" in row
    told = [line for line in result.stdout.splitlines() if line.startswith("ANN306 ")][1:]
    assert len(told) == 3
    assert told[0].startswith("ANN306 train/images/cap000_a.png: ")
    assert "Name the label under classes.<name>.labels" in told[0]
    assert "ANN306: and 1 more in findings.json" in result.stdout


def test_warnings_say_what_they_found(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    photo(tmp_path / "train/images/cap003_a.png", seed=3, size_hw=(40, 30))
    mask(tmp_path / "train/masks/cap003_a.png", size_hw=(40, 30))
    result = run(check, str(recipe), "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    told = [line for line in result.stdout.splitlines() if line.startswith("IMG404 ")]
    assert len(told) == 2 and told[1] == (
        "IMG404 train/images/cap003_a.png: the photos differ in size (32x24 in 17 photos, 30x40 in "
        "1 photo). Export all photos the same way, or leave the odd ones out with `exclude`."
    )
    # Of a class as a whole the table says it.
    assert not any(line.startswith("DIV201 the class") for line in result.stdout.splitlines())


def test_json_alone_on_stdout(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "test/masks/cap500_a.png").unlink()
    result = run(check, str(recipe), "--json", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert [f["code"] for f in document["findings"]] == ["ANN309", "DIV201", "DIV201"]
    assert document == json.loads((tmp_path / "out/findings.json").read_text(encoding="utf-8"))


def test_overrides(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "test/masks/cap500_a.png").unlink()
    out = str(tmp_path / "out")
    assert run(check, str(recipe), "--set", "checks.ANN309=warn", "--out", out).exit_code == 0
    assert run(check, str(recipe), "--set", "data.unlabelled=empty", "--out", out).exit_code == 0


def test_findings_of_two_severities_are_two_rows() -> None:
    found = [
        Finding("DIV201", "few", severity, (f"{severity}.png",), "few")
        for severity in ("error", "warn", "warn", "advice")
    ]
    rows = [_row(group) for group in _rows_of(found)]
    assert [row[2:] for row in rows] == [
        ("error", "1", "error.png"),
        ("warn", "2", "warn.png"),
        ("advice", "1", "advice.png"),
    ]
    summary = _summary(AuditResult(tuple(found), (), ("DIV201",)))
    assert summary.startswith("The data are refused: 1 error, 2 warnings, 1 piece of advice, 1 ch")


def test_a_waiver_that_matches_nothing_is_told(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    text = recipe.read_text() + "waive:\n- {code: ANN301, samples: ['cap*'], reason: mended}\n"
    recipe.write_text(text)
    result = run(check, str(recipe), "--out", str(tmp_path / "out"))
    assert "note: the waiver of ANN301 (cap*) matches nothing\n" in result.stdout


def test_a_folder_that_cannot_be_written_is_told_before_the_data_are_read(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "file").touch()
    shutil.rmtree(tmp_path / "train" / "images")
    result = run(check, str(recipe), "--out", str(tmp_path / "file" / "deep"))
    assert isinstance(result.exception, UsageError)
    assert "--out: the findings cannot be written there" in str(result.exception)


def test_data_that_cannot_be_read_leave_no_folder(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    shutil.rmtree(tmp_path / "train")
    (tmp_path / "train").mkdir()
    result = run(check, str(recipe), "--out", str(tmp_path / "new" / "deep"))
    assert result.exception is not None
    assert not (tmp_path / "new").exists()


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "train/images/cap9_\x1b[31m\n.png").write_bytes(b"")
    result = run(check, str(recipe), "--out", str(tmp_path / "out"))
    assert "\x1b" not in result.stdout
    assert r"\x1b[31m\n" in result.stdout


def test_explain_every_check() -> None:
    listed = run(explain).stdout
    for code in all_checks():
        assert code in listed
        page = run(explain, code.lower()).stdout
        assert page.startswith(f"## {code} ")
        assert "### How to mend it" in page


def test_explain_an_unknown_code() -> None:
    result = run(explain, "SPL110")
    assert isinstance(result.exception, UsageError)
    assert "Did you mean 'SPL10" in str(result.exception)


def test_formats() -> None:
    assert "masks" in run(formats).stdout
    told = {each["name"]: each["tasks"] for each in json.loads(run(formats, "--json").stdout)}
    assert told["masks"] == ["segmentation", "anomaly_detection"]
    assert told["coco"] == ["detection", "oriented_detection"]


DETECTION = """version: 1
name: parts
task: detection
classes:
  bolt: {}
data:
  format: yolo
  train: train
  validation: 25 %
  test: test
  object: image
"""


def detection(folder: Path) -> Path:
    for part, first, count in (("train", 0, 8), ("test", 50, 4)):
        for seed in range(first, first + count):
            photo(folder / part / "images" / f"{seed}.png", seed=seed)
            labels = folder / part / "labels" / f"{seed}.txt"
            labels.parent.mkdir(exist_ok=True)
            labels.write_text("0 0.5 0.5 0.5 0.5\n", encoding="utf-8")
    return write_recipe(folder, DETECTION)


def test_data_for_a_task_that_cannot_be_trained_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.tasks.task.available_tasks", lambda: ("segmentation",))
    recipe = detection(tmp_path)
    result = run(check, str(recipe), "--out", str(tmp_path / "audit"))
    assert result.exit_code == 0
    assert "can check data for detection, not train on them yet" in result.stderr
    (tmp_path / "train/labels/3.txt").write_text("0 0.5 0.5\n", encoding="utf-8")
    result = run(check, str(recipe), "--out", str(tmp_path / "audit"))
    assert result.exit_code == 1
    assert "ANN305" in result.stdout and "train/images/3.png" in result.stdout


def test_a_format_of_another_task(tmp_path: Path) -> None:
    result = run(check, str(detection(tmp_path)), "--set", "data.format=masks")
    assert isinstance(result.exception, UsageError)
    assert "Allowed: coco, deeppcb, yolo" in str(result.exception)


def test_none_of_them_imports_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom tests.cli.test_check import *\n"
        f"assert run(check, {str(caps(tmp_path))!r}, '--out', {str(tmp_path / 'o')!r})"
        ".exit_code == 0\nrun(explain); run(formats)\n"
        "heavy = {'tensorflow', 'keras', 'keras_cv', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
