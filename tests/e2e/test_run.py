"""`dltrain run`, `evaluate`, `predict` as a user meets them."""

from __future__ import annotations

import csv
import json
import math
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.audit.checks import all_checks
from engine.audit.seal import read_seal
from engine.data.images import read_image
from engine.recipe import load_recipe
from engine.tasks.task import find_task
from engine.train.model_file import load_model
from tests.builders import picture
from tests.e2e.command import dltrain, only_run, report, status
from tests.e2e.parts import digests, parts
from tests.train.launcher import ROOT, environment

DEADLINE_S = 200.0
REGIONS = {"all", "interior", "edge"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that went through, made by a process of its own."""
    home = tmp_path_factory.mktemp("finished")
    recipe = parts(home / "data")
    before = digests(home / "data")
    command = [sys.executable, "-m", "cli.main", "run", str(recipe), "--out", str(home / "runs")]
    done = subprocess.run(
        command, cwd=ROOT, env=environment({}), capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "report.html" in done.stdout
    assert "Traceback" not in done.stderr
    after = digests(home / "data")
    seal = home / "data" / "caps.sealed.json"
    assert {path for path in after if path not in before} == {seal}
    assert {path: after[path] for path in before} == before
    assert len(read_seal(seal)) == 6
    return only_run(home / "runs")


def test_the_run_folder_is_whole(finished: Path) -> None:
    expected = {
        "recipe.yaml",
        "split.csv",
        "audit/findings.json",
        "audit/audit.html",
        "checkpoints/last.npz",
        "checkpoints/best.weights.h5",
        "model.keras",
        "inference.json",
        "report/report.json",
        "report/unannotated.json",
        "report/report.html",
        "report/predictions.jsonl",
        "environment.json",
        "status.json",
        "log.txt",
    }
    found = {str(path.relative_to(finished)) for path in finished.rglob("*") if path.is_file()}
    events = {name for name in found if name.startswith("tensorboard/")}
    assert found - events == expected
    folders = {Path(name).parent.name for name in events}
    assert folders == {"tensorboard", "train", "validation"}
    assert re.fullmatch(r"\d{8}-\d{6}", finished.name)
    assert status(finished)["status"] == "done"


def test_every_file_of_the_run_folder_can_be_read(finished: Path) -> None:
    recipe = load_recipe(finished / "recipe.yaml")
    assert (recipe.name, recipe.train.steps) == ("caps", 12)
    findings = json.loads((finished / "audit/findings.json").read_text("utf-8"))
    assert set(findings["checked"]) == {
        code for code, check in all_checks().items() if check.applies_to("segmentation")
    }
    surroundings = json.loads((finished / "environment.json").read_text("utf-8"))
    assert surroundings["steps"] == 12
    assert surroundings["versions"]["keras"]
    assert surroundings["recipe_digest"] == report(finished)["recipe"]["digest"]
    log = (finished / "log.txt").read_text("utf-8")
    assert "validation at step 12" in log
    assert re.search(r"train \d+ photos of \d+ objects, .*; audit: 0 errors", log)
    assert re.search(r"training on .*, float32", log)
    assert log.splitlines()[-1].endswith(" done")
    status = json.loads((finished / "status.json").read_text("utf-8"))
    assert report(finished)["run"]["started"] == status["started"] <= status["time"]
    find_task("segmentation")  # its layers are known from here on
    assert load_model(finished / "model.keras").output_shape[-1] == 3
    scalars = EventAccumulator(str(finished / "tensorboard" / "validation")).Reload()
    assert {"loss", "iou/mean", "iou/scratch", "iou/chip"} <= set(scalars.Tags()["tensors"])


def test_the_split_is_disjoint_and_complete(finished: Path) -> None:
    with (finished / "split.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"image", "object", "split", "sha256"}
    assert len(rows) == 21
    owners: dict[str, set[str]] = {}
    for row in rows:
        owners.setdefault(row["object"], set()).add(row["split"])
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
    assert all(len(parts) == 1 for parts in owners.values())
    assert {row["split"] for row in rows} == {"train", "validation", "test"}


def test_the_report_keeps_the_contract(finished: Path) -> None:
    found = report(finished)
    assert set(found["recipe"]) >= {"name", "task", "digest"}
    assert set(found["run"]) >= {
        "id",
        "started",
        "finished",
        "train_seconds",
        "device",
        "versions",
    }
    assert found["run"]["id"] == finished.name
    for name, images in (("train", 11), ("validation", 4), ("test", 6)):
        assert set(found["data"][name]) >= {"images", "objects", "digest"}
        assert found["data"][name]["images"] == pytest.approx(images, abs=1)
    assert found["data"]["disjoint"] is True
    assert found["data"]["test_openings"] == 1
    assert {(t["name"], t["class"]) for t in found["thresholds"]} == {
        ("pixel", "scratch"),
        ("pixel", "chip"),
        ("image", None),
    }
    assert {t["chosen_on"] for t in found["thresholds"]} == {"validation"}
    assert found["verdict"]["accepted"] is None
    assert set(found["findings"]) == {"error", "warn"}
    assert isinstance(found["waivers"], list)


def test_the_metrics_of_the_report_keep_the_contract(finished: Path) -> None:
    metrics = report(finished)["metrics"]
    assert {metric["name"] for metric in metrics} == {
        "iou",
        "dice",
        "defect_recall",
        "defect_precision",
        "image_escape_rate",
        "image_overkill_rate",
        "image_auroc",
    }
    assert {metric["region"] for metric in metrics} == REGIONS
    assert {metric["class"] for metric in metrics} == {"scratch", "chip", None}
    for metric in metrics:
        assert set(metric) == {"name", "class", "region", "value", "low", "high", "n", "unit"}
        numbers = [metric[key] for key in ("low", "value", "high")]
        if None not in numbers:
            assert all(math.isfinite(number) for number in numbers)
            assert numbers == sorted(numbers), metric


def test_the_page_stands_alone(finished: Path) -> None:
    page = (finished / "report" / "report.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page)
    assert "<script" not in page
    for word in ("scratch", "chip", finished.name):
        assert word in page


def test_there_is_a_line_for_every_test_photo(finished: Path) -> None:
    lines = (finished / "report" / "predictions.jsonl").read_text("utf-8").splitlines()
    photos = [json.loads(line) for line in lines]
    assert len({photo["image"] for photo in photos}) == 6
    assert all(set(photo["regions"]) == REGIONS for photo in photos)


def test_predict_prints_one_json_object_a_photo_and_draws(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = sorted((finished.parents[2] / "data" / "test" / "images").iterdir())[:2]
    assert dltrain("predict", finished, *images, "--out", tmp_path / "drawn", "--json") == 0
    printed = capsys.readouterr().out.splitlines()
    lines = [json.loads(line) for line in printed]
    assert [Path(line["image"]) for line in lines] == images
    for line in lines:
        assert line["verdict"] in ("good", "bad")
        assert 0 <= line["score"] <= 1
        drawn = read_image(Path(line["overlay"]))
        assert drawn.shape == (64, 64, 3)
    assert dltrain("predict", finished, images[0]) == 0
    assert capsys.readouterr().out.startswith(f"{images[0]}: ")


def test_predict_on_what_is_no_photo(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    photo = next((finished.parents[2] / "data" / "test" / "images").iterdir())
    assert dltrain("predict", finished, tmp_path / "a.png", photo, "--json") == 1
    printed = capsys.readouterr()
    bad, good = (json.loads(line) for line in printed.out.splitlines())
    assert set(bad) == {"image", "error"} and "a.png" in bad["error"]
    assert Path(good["image"]) == photo and good["verdict"] in ("good", "bad")
    assert "a.png" in printed.err
    assert "1 of 2 photos could not be used" in printed.err


def test_evaluate_measures_the_same_again_and_counts_it(finished: Path) -> None:
    before = report(finished)
    try:
        assert dltrain("evaluate", finished) == 0
        after = report(finished)
        assert after["data"]["test_openings"] == 2
        assert after["metrics"] == before["metrics"]
        assert after["thresholds"] == before["thresholds"]
        assert status(finished)["status"] == "done"
    finally:
        (finished / "report" / "report.json").write_text(json.dumps(before), encoding="utf-8")


def test_a_run_that_is_done_is_not_resumed(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dltrain("run", finished / "recipe.yaml", "--resume", finished) == 2
    assert "nothing to resume" in capsys.readouterr().err


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end and process.poll() is None and not condition():
        time.sleep(0.05)


def test_a_run_stopped_by_sigterm_is_resumed(tmp_path: Path) -> None:
    recipe, out = parts(tmp_path / "data"), tmp_path / "runs"
    settings = ("--set", "train.steps=60")
    command = [sys.executable, "-m", "cli.main", "run", str(recipe), *settings, "--out", str(out)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment({}), stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(lambda: any(out.glob("caps/*/checkpoints/last.npz")), process)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=DEADLINE_S)
    finally:
        process.kill()
    assert process.returncode == 130, said[-3000:]
    assert "--resume" in said
    assert "Traceback" not in said
    run = only_run(out)
    assert status(run)["status"] == "interrupted"
    assert (run / "checkpoints" / "last.npz").is_file()
    assert not (run / "model.keras").exists()
    assert dltrain("evaluate", run) == 2
    assert dltrain("run", recipe, "--set", "train.steps=61", "--resume", run) == 2
    assert dltrain("run", recipe, *settings, "--resume", run) == 0
    assert status(run)["status"] == "done"
    assert "resumed at step" in (run / "log.txt").read_text("utf-8")
    assert json.loads((run / "environment.json").read_text("utf-8"))["steps"] == 60


def test_16_bit_grey_photos_of_many_sizes(tmp_path: Path) -> None:
    recipe = parts(tmp_path / "data")
    for path in (tmp_path / "data").rglob("images/*.png"):
        grey = read_image(path)[..., 0].astype(np.uint16) * 16
        number = int(path.stem[3:6]) % 5
        annotation = path.parents[1] / "masks" / path.name
        picture(path, np.pad(grey, ((0, number), (0, 2 * number)), mode="edge"))
        marked = np.asarray(read_image(annotation))
        picture(annotation, np.pad(marked, ((0, number), (0, 2 * number))))
    settings = ("--set", "train.steps=2", "--set", "input.channels=gray")
    assert dltrain("run", recipe, *settings, "--out", tmp_path / "runs") == 0
    inference = json.loads((only_run(tmp_path / "runs") / "inference.json").read_text("utf-8"))
    assert inference["inference"]["white_16_bit"] == 4095.0
