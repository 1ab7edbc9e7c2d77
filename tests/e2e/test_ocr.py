"""`dltrain run`, `evaluate` and `predict` with texts, located first and as lines already."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.data.images import read_image
from engine.tasks.ocr.model import LOCATOR, READER
from engine.tasks.task import find_task
from engine.train.model_file import load_model
from tests.e2e.command import dltrain, report, status
from tests.e2e.ocr_sets import codes, lines

OF_TEXTS = {"exact_match", "cer", "wer", "wrong_read_rate", "reject_rate"}
OF_FIELDS = {"field_f1", "map50", "recall", "precision", "flip_rate"}


def run_of(recipe: Path, *settings: str) -> Path:
    out = recipe.parent.parent / "runs"
    overrides = [word for setting in settings for word in ("--set", setting)]
    assert dltrain("run", recipe, *overrides, "--out", out) == 0
    (folder,) = (path for path in (out / recipe.stem).iterdir() if path.is_dir())
    return folder


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run on photos that are lines."""
    recipe = lines(tmp_path_factory.mktemp("lines") / "data")
    return run_of(recipe, "accept.wrong_read_rate=50 %", "accept.exact_match=1 %")


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of a run on photos with fields of two classes."""
    return run_of(codes(tmp_path_factory.mktemp("codes") / "data"))


def folder_of(kind: str, request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(kind)
    return folder


def values(folder: Path, name: str, region: str = "all") -> dict[str | None, float | None]:
    """The values of a metric by class."""
    return {
        metric["class"]: metric["value"]
        for metric in report(folder)["metrics"]
        if metric["name"] == name and metric["region"] == region
    }


def test_lines_are_read_and_reported_as_the_contract_has_it(read: Path) -> None:
    assert status(read)["status"] == "done"
    found = report(read)
    assert found["recipe"]["task"] == "ocr"
    assert {metric["name"] for metric in found["metrics"]} == OF_TEXTS
    assert {metric["class"] for metric in found["metrics"]} == {None, "number"}
    assert {"all", "interior"} <= {metric["region"] for metric in found["metrics"]}
    assert [(each["name"], each["class"]) for each in found["thresholds"]] == [
        ("readable", None),
        ("reading", None),
    ]
    assert {each["chosen_on"] for each in found["thresholds"]} == {"validation"}
    assert found["verdict"]["accepted"] is True
    page = (read / "report" / "report.html").read_text("utf-8")
    assert "20 % of the training lines were drawn" in page


def test_a_few_seconds_teach_two_digits(read: Path) -> None:
    exact = values(read, "exact_match")["number"]
    assert exact is not None and exact >= 0.5


def test_fields_are_located_and_reported_as_the_contract_has_it(located: Path) -> None:
    assert status(located)["status"] == "done"
    found = report(located)
    assert {metric["name"] for metric in found["metrics"]} == OF_TEXTS | OF_FIELDS
    assert {metric["class"] for metric in found["metrics"]} == {None, "lot", "day"}
    assert {metric["region"] for metric in found["metrics"]} == {"all", "interior", "edge"}
    assert [(each["name"], each["class"]) for each in found["thresholds"]] == [
        ("score", "lot"),
        ("score", "day"),
        ("readable", None),
        ("reading", None),
    ]
    average = values(located, "map50")[None]
    assert average is not None and average > 0.1
    assert (located / "report" / "unannotated.json").is_file()


def test_what_was_decided_is_on_record(read: Path, located: Path) -> None:
    for folder, line in ((read, "64x32"), (located, "64x32")):
        stored = (folder / "environment.json").read_text("utf-8")
        assert json.loads(stored)["steps"] in (36, 60)
        events = EventAccumulator(str(folder / "tensorboard")).Reload()
        tags = str(events.summary_metadata)
        assert "synthetic" in tags and line in tags


@pytest.mark.parametrize(
    ("kind", "scalars", "pictures"),
    [
        ("read", {"exact_match/mean", "cer/mean"}, {"lines_1"}),
        ("located", {"exact_match/mean", "map50/mean", "field_f1/mean"}, {"train/"}),
    ],
)
def test_tensorboard_shows_scalars_and_pictures(
    kind: str, scalars: set[str], pictures: set[str], request: pytest.FixtureRequest
) -> None:
    folder = folder_of(kind, request) / "tensorboard"
    tags = set(EventAccumulator(str(folder / "validation")).Reload().Tags()["tensors"])
    assert scalars <= tags
    for name in pictures:
        assert any(tag.startswith(f"truth_and_prediction/{name}") for tag in tags)
    curves = {tag for tag in tags if tag.startswith("precision_recall/")}
    assert bool(curves) == (kind == "located")
    graph = EventAccumulator(str(folder / "train")).Reload()
    assert graph.Tags()["graph"]
    assert any(READER in node.name for node in graph.Graph().node) or kind == "read"


def test_there_is_a_line_for_every_test_photo(read: Path, located: Path) -> None:
    for folder, count in ((read, 4), (located, 3)):
        stored = (folder / "report" / "predictions.jsonl").read_text("utf-8").splitlines()
        photos = [json.loads(line) for line in stored]
        assert len({photo["image"] for photo in photos}) == count
        for photo in photos:
            assert set(photo) == {"image", "object", "things", "missed"}
            told = [thing for thing in photo["things"] if "truth" in thing]
            assert len(told) + len(photo["missed"]) >= 1
            for thing in photo["things"]:
                assert len(thing["characters"]) == len(thing["read"])
                assert thing["text"] == (thing["read"] if thing["accepted"] else None)


def test_predict_reads_lines(
    read: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = sorted((read.parents[2] / "data" / "test").glob("*.png"))
    assert dltrain("predict", read, *images, "--out", tmp_path / "drawn", "--json") == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(line["image"]) for line in said] == images
    for line in said:
        (thing,) = line["things"]
        assert thing["class"] == "number" and set(thing["read"]) <= set("12")
        assert 0 <= thing["confidence"] <= 1
        assert "corners" not in thing
        overlay = read_image(Path(line["overlay"]))
        assert overlay.shape[1] > 64 and overlay.shape[0] > 32
    assert dltrain("predict", read, images[0]) == 0
    assert capsys.readouterr().out.startswith(f"{images[0]}: ")


def test_predict_locates_and_reads_fields(
    located: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = sorted((located.parents[2] / "data" / "test").glob("*.png"))
    images += sorted((located.parents[2] / "data" / "train").glob("*.png"))
    assert dltrain("predict", located, *images, "--out", tmp_path / "drawn", "--json") == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    things = [thing for line in said for thing in line["things"]]
    assert things
    for thing in things:
        assert thing["class"] in ("lot", "day")
        assert np.array(thing["corners"]).shape == (4, 2)
        assert 0 <= thing["angle_deg"] < 360
        assert thing["region"] in ("interior", "edge")
        assert set(thing) >= {"text", "read", "raw", "confidence", "characters", "score"}
    assert all(read_image(Path(line["overlay"])).shape == (128, 128, 3) for line in said)


@pytest.mark.parametrize("kind", ["read", "located"])
def test_evaluate_says_the_same_again(kind: str, request: pytest.FixtureRequest) -> None:
    folder = folder_of(kind, request)
    before = report(folder)
    assert dltrain("evaluate", folder) == 0
    after = report(folder)
    assert after["metrics"] == before["metrics"]
    assert after["thresholds"] == before["thresholds"]
    assert after["data"]["test_openings"] == before["data"]["test_openings"] + 1


@pytest.mark.parametrize(("kind", "layers"), [("read", set()), ("located", {READER, LOCATOR})])
def test_what_was_stored_is_read_as_it_is(
    kind: str, layers: set[str], request: pytest.FixtureRequest
) -> None:
    folder, task = folder_of(kind, request), find_task("ocr")
    text = (folder / "inference.json").read_text("utf-8")
    deployment = task.load(text)
    assert task.dump(deployment) == text
    assert deployment.locates == (kind == "located")
    assert deployment.readings.slope > 0
    model = load_model(folder / "model.keras")
    assert layers <= {layer.name for layer in model.layers}
