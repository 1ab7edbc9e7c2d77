"""A trained reader measured: confidences and thresholds of validation, figures of test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.evaluate.weighted import weighted_values
from engine.recipe import Recipe, load_recipe
from engine.records import IGNORE, BoxAnnotation, Sample, TestSet, ValidationSet
from engine.tasks.ocr import calibrate as chosen
from engine.tasks.ocr import evaluate as measured
from engine.tasks.ocr import validate as watched
from engine.tasks.ocr.calibrate import calibrate
from engine.tasks.ocr.deployment import Deployment, dump, load
from engine.tasks.ocr.evaluate import evaluate
from engine.tasks.ocr.infer import Network, see
from engine.tasks.ocr.validate import validate
from engine.tasks.task import Evaluation
from tests.e2e.ocr_sets import lines
from tests.tasks.ocr.spoken import Said, deployed, line, network, photo

RIGHT, UNSURE, WRONG, BLANK, FAINT = 40, 80, 120, 160, 200
TABLE: dict[int, Said] = {RIGHT: ("A12", 0.999), UNSURE: ("B34", 0.9), WRONG: ("A56", 0.7)}


@pytest.fixture(scope="module")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines(tmp_path_factory.mktemp("recipe"), {"train": "1", "test": "2"})


def recipe(path: Path, **accept: str) -> Recipe:
    return load_recipe(path, [f"accept.{name}={bound}" for name, bound in accept.items()])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is its table; `model` says what it is."""
    for module in (chosen, measured, watched):
        monkeypatch.setattr(module, "network_of", lambda model, deployment: model)


def many(folder: Path, *rows: tuple[int, str, int]) -> list[Sample]:
    """So many lines of each level, with the text that stands there."""
    return [
        line(folder, f"{level}_{text}_{number}", level, text)
        for level, text, count in rows
        for number in range(count)
    ]


def usual(folder: Path) -> list[Sample]:
    return many(folder, (RIGHT, "A12", 12), (UNSURE, "B34", 8), (WRONG, "A50", 6))


def calibrated(
    model: Network, samples: Sequence[Sample], recipe: Recipe, deployment: Deployment | None = None
) -> Deployment:
    heard: list[tuple[int, int]] = []
    validation = ValidationSet(tuple(samples))
    found = calibrate(
        model, deployment or deployed(), validation, recipe, lambda *done: heard.append(done)
    )
    assert heard[-1] == (len(samples), len(samples))
    return found


def evaluated(model: Network, deployment: Deployment, samples: Sequence[Sample]) -> Evaluation:
    return evaluate(model, deployment, TestSet(tuple(samples)), lambda *_: None)


def value(found: Evaluation, name: str, region: str = "interior") -> float:
    (own,) = (
        each
        for each in found.statistics
        if (each.name, each.class_name, each.region) == (name, None, region)
    )
    return float(weighted_values(own, np.ones((1, own.object_count)), {})[0])


@pytest.mark.usefixtures("asked")
def test_a_reading_threshold_keeps_the_wrong_ones_back(recipe_path: Path, tmp_path: Path) -> None:
    model = network(TABLE)
    found = calibrated(model, usual(tmp_path), recipe(recipe_path, wrong_read_rate="5 %"))
    readable, threshold = found.thresholds
    assert (readable.name, readable.class_name) == ("readable", None)
    assert (threshold.name, threshold.class_name) == ("reading", None)
    own = [found.readings.of(3 * np.log(TABLE[level][1])) for level in (WRONG, UNSURE, RIGHT)]
    assert own[0] < threshold.value < own[1] < own[2]
    said = evaluated(model, found, usual(tmp_path))
    assert value(said, "wrong_read_rate") == 0
    assert value(said, "reject_rate") == pytest.approx(6 / 26)
    assert value(said, "exact_match") == pytest.approx(20 / 26)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("name", ["wrong_read_rate", "escape_rate"])
def test_other_words_for_a_bound_mean_the_same(
    recipe_path: Path, tmp_path: Path, name: str
) -> None:
    found = calibrated(network(TABLE), usual(tmp_path), recipe(recipe_path, **{name: "5 %"}))
    assert 0 < found.limits.reading < 1


@pytest.mark.usefixtures("asked")
def test_without_a_bound_nothing_is_rejected(recipe_path: Path, tmp_path: Path) -> None:
    found = calibrated(network(TABLE), usual(tmp_path), recipe(recipe_path))
    assert found.limits.reading == 0
    assert "no reading is rejected" in found.thresholds[-1].note


@pytest.mark.usefixtures("asked")
def test_confidences_are_those_of_validation(recipe_path: Path, tmp_path: Path) -> None:
    """What the network says with 0.7 a character is right there as often as validation shows."""
    good = many(tmp_path / "good", (WRONG, "A56", 40), (RIGHT, "A12", 40))
    bad = many(tmp_path / "bad", (WRONG, "A50", 40), (RIGHT, "A12", 40))
    sure, unsure = (calibrated(network(TABLE), own, recipe(recipe_path)) for own in (good, bad))
    at = 3 * np.log(0.7)
    assert sure.readings.of(at) > 0.9
    assert unsure.readings.of(at) < 0.2
    assert sure.characters.of(np.log(0.7)) > 0.9
    assert unsure.characters.of(np.log(0.7)) == pytest.approx(2 / 3, abs=0.12)


@pytest.mark.usefixtures("asked")
def test_test_photos_decide_nothing(recipe_path: Path, tmp_path: Path) -> None:
    """Whatever stands on them, what is said of them and what is passed on is the same."""
    model = network(TABLE)
    found = calibrated(model, usual(tmp_path / "v"), recipe(recipe_path, wrong_read_rate="5 %"))
    before = replace(found)
    as_read = many(tmp_path / "t", (RIGHT, "A12", 3), (WRONG, "A56", 3))
    otherwise = many(tmp_path / "t", (RIGHT, "B99", 3), (WRONG, "B99", 3))
    one, other = evaluated(model, found, as_read), evaluated(model, found, otherwise)
    assert found == before
    assert value(one, "exact_match") == 1 and value(other, "exact_match") == 0
    assert value(one, "reject_rate") == value(other, "reject_rate") == 0.5
    kept = ("text", "accepted", "read", "confidence", "characters")
    for first, second in zip(one.predictions, other.predictions, strict=True):
        for own, its in zip(first["things"], second["things"], strict=True):
            assert [own[key] for key in kept] == [its[key] for key in kept]


@pytest.mark.usefixtures("asked")
def test_a_blank_line_is_unreadable_and_breaks_nothing(recipe_path: Path, tmp_path: Path) -> None:
    own = many(tmp_path, (BLANK, "A12", 3))
    found = calibrated(network(TABLE), own, recipe(recipe_path, wrong_read_rate="5 %"))
    assert np.isfinite(found.limits.reading)
    said = evaluated(network(TABLE), found, own)
    (thing,) = said.predictions[0]["things"]
    assert (thing["text"], thing["read"], thing["characters"], thing["right"]) == (
        None, "", [], False,
    )  # fmt: skip
    assert value(said, "cer") == value(said, "reject_rate") == 1


@pytest.mark.usefixtures("asked")
def test_what_is_too_faint_is_unreadable_everywhere(recipe_path: Path, tmp_path: Path) -> None:
    """What the network reads rightly on validation says how plain texts are; test has no say."""
    model = network({RIGHT: ("A12", 0.999), FAINT: ("A12345", 0.51)})
    own = many(tmp_path / "v", (RIGHT, "A12", 15), (FAINT, "A99", 2))
    found = calibrated(model, own, recipe(recipe_path))
    assert found.plain == found.thresholds[0].value == pytest.approx(0.999, abs=1e-4)
    assert found.thresholds[0].note == ""
    assert load(dump(found)).plain == found.plain
    tested = many(tmp_path / "t", (FAINT, "A12345", 1), (RIGHT, "A12", 1))
    said = evaluated(model, found, tested)
    things = [line["things"][0] for line in said.predictions]
    assert [each["text"] for each in things] == [None, "A12"]
    assert (things[0]["read"], things[0]["right"]) == ("A12345", False)
    assert 0 < things[0]["confidence"] < 0.2 and len(things[0]["characters"]) == 6
    assert value(said, "exact_match") == 0.5 and value(said, "wrong_read_rate") == 0
    photo = measured.read_image(tested[0].image)
    assert see(model, photo, found).said.readings[0].text is None
    assert see(model, photo, deployed()).said.readings[0].text == "A12345"  # nothing was chosen yet


@pytest.mark.usefixtures("asked")
def test_few_right_readings_do_not_choose_alone(recipe_path: Path, tmp_path: Path) -> None:
    own = many(tmp_path, (RIGHT, "A12", 3))
    found = calibrated(network(TABLE), own, recipe(recipe_path))
    assert 0.5 < found.plain < 0.9
    assert found.thresholds[0].note.startswith("chosen by 3 right readings on validation")


@pytest.mark.usefixtures("asked")
def test_what_is_to_be_ignored_is_not_measured(recipe_path: Path, tmp_path: Path) -> None:
    own = many(tmp_path, (RIGHT, "A12", 2), (WRONG, "###", 2))
    samples = [
        replace(each, annotation=ignored(each)) if "###" in each.id else each for each in own
    ]
    found = calibrated(network(TABLE), samples, recipe(recipe_path))
    assert value(evaluated(network(TABLE), found, samples), "exact_match") == 1


def ignored(sample: Sample) -> BoxAnnotation:
    own = sample.annotation
    assert isinstance(own, BoxAnnotation)
    return replace(own, class_indices=np.full_like(own.class_indices, IGNORE))


@pytest.mark.usefixtures("asked")
def test_fields_are_located_before_they_are_read(recipe_path: Path, tmp_path: Path) -> None:
    """Brightness is how surely a field is there: 40 is too little, and 160 says another text."""
    model = network({200: ("A12", 0.99), 160: ("B34", 0.9)}, located=True)
    samples = [
        photo(tmp_path, f"p{n}", (10, 20, 200, "A12"), (44, 60, 160, "B35"), (50, 20, 40, "B00"))
        for n in range(6)
    ]
    found = calibrated(model, samples, recipe(recipe_path), deployed(located=True))
    assert [(each.name, each.class_name) for each in found.thresholds] == [
        ("score", "lot"),
        ("score", "day"),
        ("readable", None),
        ("reading", None),
    ]
    assert 0.02 < found.limits.scores[0] < 0.65
    assert found.suspicion is not None
    said = evaluated(model, found, samples)
    assert value(said, "recall") == pytest.approx(2 / 3)
    assert value(said, "exact_match") == 0.5
    assert value(said, "field_f1") == pytest.approx(2 * 1 / (2 + 3))
    things = said.predictions[0]["things"]
    assert [(each["text"], each["truth"]) for each in things] == [("A12", "A12"), ("B34", "B35")]
    np.testing.assert_allclose(
        things[0]["corners"], [[10, 20], [46, 20], [46, 32], [10, 32]], atol=1
    )
    assert [each["truth"] for each in said.predictions[0]["missed"]] == ["B00"]
    assert {figure.kind for figure in said.figures} >= {"misread"}


@pytest.mark.usefixtures("asked")
def test_the_margin_is_measured_apart(recipe_path: Path, tmp_path: Path) -> None:
    model = network({200: ("A12", 0.99), 160: ("B34", 0.9)}, located=True)
    samples = [photo(tmp_path, f"p{n}", (30, 40, 200, "A12"), (2, 2, 160, "B99")) for n in range(3)]
    deployment = deployed(located=True, margin_px=22)
    said = evaluated(model, calibrated(model, samples, recipe(recipe_path), deployment), samples)
    shares = {region: value(said, "exact_match", region) for region in ("all", "interior", "edge")}
    assert shares == {"all": 0.5, "interior": 1.0, "edge": 0.0}


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("located", [False, True])
def test_validation_during_training_shows_lines_and_what_was_read(
    tmp_path: Path, located: bool
) -> None:
    model = network({200: ("A12", 0.99), 160: ("B34", 0.9)}, located=located)
    samples = (
        [photo(tmp_path, "p", (10, 20, 200, "A12"), (44, 60, 160, "B35"))] * 2
        if located
        else many(tmp_path, (200, "A12", 1), (160, "B35", 15))
    )
    photos = [measured.read_image(sample.image) for sample in samples]
    found = validate(model, samples, photos.__getitem__, deployed(located=located))
    assert 0 < found.score < 1
    assert found.scalars["exact_match/mean"] == pytest.approx(0.5 if located else 1 / 16)
    assert {"cer/mean", "cer/lot"} <= set(found.scalars)
    assert np.isfinite(list(found.scalars.values())).all()
    shown = {"lines_1", "p.png"} if located else {"lines_1", "lines_2"}
    assert set(found.pictures) == shown
    for picture in found.pictures.values():
        assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.std() > 1
    assert set(found.curves) == ({"lot", "day"} if located else set())


@pytest.mark.usefixtures("asked")
def test_a_network_that_finds_nothing_scores_nothing(tmp_path: Path) -> None:
    samples = [photo(tmp_path, "p", (10, 20, 3, "A12"))]
    photos = [measured.read_image(sample.image) for sample in samples]
    found = validate(network({}, located=True), samples, photos.__getitem__, deployed(located=True))
    assert found.score == 0
    assert "exact_match/mean" not in found.scalars
