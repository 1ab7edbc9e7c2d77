"""`dltrain run`, `evaluate` and `predict` with boxes, oriented and upright."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.data.images import read_image
from engine.tasks.task import find_task
from tests.e2e.command import dltrain, report, status
from tests.e2e.trays import trays

COMMON = {
    "map50",
    "map50_95",
    "recall",
    "precision",
    "escape_rate",
    "overkill_rate",
    "position_error_px",
}
ANGLES = {"angle_error_deg", "angle_error_deg_p90", "flip_rate"}


def run_of(home: Path, upright: bool) -> Path:
    recipe = trays(home / "data", upright=upright)
    assert dltrain("run", recipe, "--out", home / "runs") == 0
    (folder,) = (path for path in (home / "runs" / "tray").iterdir() if path.is_dir())
    return folder


@pytest.fixture(scope="module")
def oriented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("oriented"), upright=False)


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("upright"), upright=True)


def test_an_oriented_run_reports_what_the_contract_names(oriented: Path) -> None:
    assert status(oriented)["status"] == "done"
    found = report(oriented)
    assert found["recipe"]["task"] == "oriented_detection"
    assert {metric["name"] for metric in found["metrics"]} == COMMON | ANGLES
    assert {metric["region"] for metric in found["metrics"]} == {"all", "interior", "edge"}
    units = {metric["name"]: metric["unit"] for metric in found["metrics"]}
    assert units["angle_error_deg"] == "deg"
    assert units["position_error_px"] == "px"
    with_flips = {m["class"] for m in found["metrics"] if m["name"] == "flip_rate"}
    assert with_flips == {None, "arrow"}
    assert [(t["name"], t["class"]) for t in found["thresholds"]] == [
        ("score", "arrow"),
        ("score", "dot"),
    ]
    page = (oriented / "report" / "report.html").read_text("utf-8")
    assert "Detection counts" in page
    assert "Pixel is part" not in page


def test_an_upright_run_has_no_angles(upright: Path) -> None:
    assert {metric["name"] for metric in report(upright)["metrics"]} == COMMON
    lines = (upright / "report" / "predictions.jsonl").read_text("utf-8").splitlines()
    for line in (json.loads(text) for text in lines):
        for thing in line["things"]:
            assert "angle_deg" not in thing
            first, second, third, fourth = thing["corners"]
            assert first[1] == second[1]
            assert third[1] == fourth[1]


def test_tensorboard_shows_scalars_pictures_and_curves(oriented: Path) -> None:
    events = EventAccumulator(str(oriented / "tensorboard" / "validation")).Reload()
    tags = set(events.Tags()["tensors"])
    assert {"map50/mean", "map50_95/arrow"} <= tags
    for kind in ("truth_and_prediction/", "precision_recall/dot"):
        assert any(tag.startswith(kind) for tag in tags)


@pytest.mark.parametrize("kind", ["oriented", "upright"])
def test_predict_gives_corners_and_draws(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder: Path = request.getfixturevalue(kind)
    images = sorted((folder.parents[2] / "data" / "test" / "images").iterdir())[:2]
    assert dltrain("predict", folder, *images, "--out", tmp_path / "drawn", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(line["image"]) for line in lines] == images
    for line in lines:
        for thing in line["things"]:
            assert thing["class"] in ("arrow", "dot")
            assert np.array(thing["corners"]).shape == (4, 2)
            assert thing["region"] in ("interior", "edge")
        assert read_image(Path(line["overlay"])).shape == (96, 96, 3)


def test_evaluate_says_the_same_again(upright: Path) -> None:
    before = report(upright)
    assert dltrain("evaluate", upright) == 0
    after = report(upright)
    assert after["metrics"] == before["metrics"]
    assert after["data"]["test_openings"] == before["data"]["test_openings"] + 1


def test_a_deployment_is_stored_and_read_as_it_is(oriented: Path) -> None:
    task = find_task("oriented_detection")
    text = (oriented / "inference.json").read_text("utf-8")
    deployment = task.load(text)
    assert deployment.orders == (1, 0)
    assert len(deployment.limits) == 2
    assert task.dump(deployment) == text
