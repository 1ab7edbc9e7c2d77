"""`dltrain run`, `evaluate` and `predict` where good photos alone train, by both architectures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.data.images import read_image
from engine.tasks.task import find_task
from engine.train.model_file import load_model
from tests.builders import picture
from tests.e2e.command import dltrain, only_run, report, status
from tests.e2e.good_set import good_part, good_set
from tests.e2e.parts import digests
from tests.tasks.anomaly_detection.good_parts import untrained_weights

ARCHITECTURES = ("synthetic_defects", "patch_memory")
METRICS = {
    "image_auroc",
    "image_ap",
    "pixel_auroc",
    "pro",
    "image_escape_rate",
    "image_overkill_rate",
}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that went through."""
    home = tmp_path_factory.mktemp(request.param)
    memory = request.param == "patch_memory"
    recipe = good_set(home / "data", untrained_weights(home) if memory else None)
    before = digests(home / "data" / "set")
    assert dltrain("run", recipe, "--out", home / "runs") == 0
    assert digests(home / "data" / "set") == before
    return only_run(home / "runs")


def strict(text: str) -> Any:
    """JSON without NaN and infinities."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def architecture_of(run: Path) -> str:
    found: str = strict((run / "inference.json").read_text("utf-8"))["architecture"]
    return found


def test_the_run_is_done_and_every_json_is_strict(finished: Path) -> None:
    assert status(finished)["status"] == "done"
    files = list(finished.rglob("*.json"))
    assert {"report.json", "inference.json", "environment.json", "findings.json"} <= {
        path.name for path in files
    }
    for path in files:
        strict(path.read_text("utf-8"))
    for path in finished.rglob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            strict(line)


def test_steps_and_what_was_learnt_from_are_on_record(finished: Path) -> None:
    record = strict((finished / "environment.json").read_text("utf-8"))
    log = (finished / "log.txt").read_text("utf-8")
    if architecture_of(finished) == "patch_memory":
        assert record["steps"] == 0
        assert re.fullmatch(r"\d+ of \d+ patches", record["weights"]["memory"])
        assert record["weights"]["places"] in ("compared in their place", "compared anywhere")
        assert record["weights"]["source"].endswith("mobilenet_v2_035.weights.h5")
        assert not (finished / "checkpoints" / "last.npz").exists()
        assert "validation at step 0" in log
    else:
        assert record["steps"] == 3
        assert "validation at step 3" in log
    assert log.splitlines()[-1].endswith(" done")


def test_only_good_photos_trained(finished: Path) -> None:
    rows = (finished / "split.csv").read_text("utf-8").splitlines()[1:]
    parts: dict[str, list[str]] = {}
    for row in rows:
        image, _, part, _ = row.split(",")
        parts.setdefault(part, []).append(image)
    assert {name: len(images) for name, images in parts.items()} == {
        "train": 8,
        "validation": 2,
        "test": 10,
    }
    assert all("/good/" in image for image in parts["train"] + parts["validation"])


def test_the_report_keeps_the_contract(finished: Path) -> None:
    found = report(finished)
    assert found["recipe"]["task"] == "anomaly_detection"
    assert found["data"]["disjoint"] is True and found["data"]["test_openings"] == 1
    assert {(t["name"], t["class"], t["value"]) for t in found["thresholds"]} == {
        ("pixel", None, 0.5),
        ("image", None, 0.5),
    }
    assert {t["chosen_on"] for t in found["thresholds"]} == {"validation"}
    assert {metric["name"] for metric in found["metrics"]} == METRICS
    assert {metric["region"] for metric in found["metrics"]} == {"all", "interior", "edge"}
    assert {metric["class"] for metric in found["metrics"]} == {None, "scratch", "chip"}
    for metric in found["metrics"]:
        assert set(metric) == {"name", "class", "region", "value", "low", "high", "n", "unit"}
        numbers = [metric[key] for key in ("low", "value", "high")]
        assert None not in numbers or numbers == [None] * 3
        assert numbers[0] is None or numbers == sorted(numbers), metric


def test_the_page_stands_alone(finished: Path) -> None:
    page = (finished / "report" / "report.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page)
    for word in ("scratch", "chip", "pro", finished.name, "0 of 2 good validation photos"):
        assert word in page
    is_memory = architecture_of(finished) == "patch_memory"
    for line in ("Memory", "Places"):
        assert (f"<dt>{line}</dt>" in page) == is_memory


def test_there_is_a_line_for_every_test_photo(finished: Path) -> None:
    lines = (finished / "report" / "predictions.jsonl").read_text("utf-8").splitlines()
    photos = [strict(line) for line in lines]
    assert len({photo["image"] for photo in photos}) == len(photos) == 10
    for photo in photos:
        assert set(photo) == {"image", "object", "kind", "regions", "places"}
        assert set(photo["regions"]) == {"all", "interior", "edge"}
        assert photo["kind"] == (
            None if "/good/" in photo["image"] else photo["image"].split("/")[-2]
        )
        for region in photo["regions"].values():
            assert 0 <= region["score"] <= 1
            assert (region["score"] >= 0.5) == (region["verdict"] == "bad")


def test_tensorboard_has_scalars_and_heat_maps(finished: Path) -> None:
    events = EventAccumulator(
        str(finished / "tensorboard" / "validation"), size_guidance={"tensors": 0}
    ).Reload()
    tags = set(events.Tags()["tensors"])
    assert {"image_auroc", "defect_pixels_found"} <= tags
    heat_maps = [tag for tag in tags if tag.startswith("truth_and_prediction/")]
    # Validation has good photos alone, so the defects are drawn.
    assert heat_maps and all(tag.endswith("(drawn)") for tag in heat_maps)
    width, height, png = events.Tensors(heat_maps[0])[0].tensor_proto.string_val[:3]
    assert int(width) > 2 * int(height) > 200
    assert png.startswith(b"\x89PNG")


def test_the_model_is_whole(finished: Path) -> None:
    find_task("anomaly_detection")
    model = load_model(finished / "model.keras")
    channels = 1 if architecture_of(finished) == "patch_memory" else 2
    assert model(np.zeros((1, 64, 96, 3), np.float32)).shape == (1, 64, 96, channels)


def test_predict_says_what_the_report_says(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = finished.parents[2] / "data" / "set" / "test"
    photos = [test / "good" / "000.png", test / "chip" / "001.png"]
    capsys.readouterr()
    assert dltrain("predict", finished, *photos, "--out", tmp_path / "drawn", "--json") == 0
    lines = [strict(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(line["image"]) for line in lines] == photos
    reported = (finished / "report" / "predictions.jsonl").read_text("utf-8").splitlines()
    known = {"/".join(own["image"].split("/")[-2:]): own for own in map(strict, reported)}
    for photo, line in zip(photos, lines, strict=True):
        own = known[f"{photo.parent.name}/{photo.name}"]
        assert line["score"] == pytest.approx(own["regions"]["interior"]["score"], abs=1e-4)
        assert len(line["places"]) == len(own["places"])
        assert read_image(Path(line["overlay"])).shape == (64, 64, 3)
    assert dltrain("predict", finished, photos[1]) == 0
    assert capsys.readouterr().out.startswith(f"{photos[1]}: ")


def test_predict_tells_what_is_far_too_small_and_goes_on(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [
        picture(tmp_path / name, good_part(0)[:side, :side])
        for name, side in (("small.png", 20), ("whole.png", 64))
    ]
    capsys.readouterr()
    assert dltrain("predict", finished, *photos) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"{photos[1]}: ") and len(said.out.splitlines()) == 1
    assert "small.png: the photo is smaller than those" in said.err
    assert "Received: 20x20 px. Allowed: 32 px or more each way." in said.err
    assert "1 of 2 photos could not be used" in said.err


def test_evaluate_measures_the_same_again_and_counts_it(finished: Path) -> None:
    before = report(finished)
    try:
        assert dltrain("evaluate", finished) == 0
        after = report(finished)
        assert after["data"]["test_openings"] == 2
        assert after["thresholds"] == before["thresholds"]
        assert after["metrics"] == before["metrics"]
    finally:
        (finished / "report" / "report.json").write_text(json.dumps(before), encoding="utf-8")
