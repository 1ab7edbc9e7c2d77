from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe
from engine.recipe.render import render
from engine.recipe.units import Share
from tests.recipe.conftest import write

POOL = ["data.train=null", "data.pool=train", "data.test=30 %"]
ROOT = ["data.train=null", "data.root=train", "data.test=null"]
FOLDERS = ["task=anomaly_detection", "data.format=good_bad"]


@pytest.mark.parametrize(
    "overrides",
    [
        POOL,
        [*POOL, "data.validation=69 %"],
        ROOT,
        ["data.test=79 %"],
        ["data.test=.."],
        ["data.validation=validation", "data.test=99 %"],
        ["task=anomaly_detection", "classes={}"],
        ["task=anomaly_detection", "classes=null"],
        ["task=ocr", "margins.crop=10 %", "classes.chip.characters='01'"],
        ["task=ocr", "classes.chip={characters: A-C, ignore_case: true, pattern: '[a-c]+'}"],
        ["task=ocr", "classes.chip={characters: A-C, skip: others}"],
        ["task=ocr", "classes.chip={pattern: 'L[0-9]{4}', skip: others}"],
        ["task=ocr", "classes.chip={characters: A-C-, skip: ' .'}"],
        ["task=ocr", "input.line=2048x128", "model.locate=auto", "augment.synthetic=100 %"],
        ["task=ocr", "accept={cer: 5 %, wer: 0.2, wrong_read_rate: 1 %, reject_rate: 20 %}"],
        ["task=oriented_detection", "classes.chip.symmetry=round"],
        ["task=oriented_detection", "accept={flip_rate: 1 %, angle_error_deg: 3}"],
        ["task=oriented_detection", "classes.chip.symmetry=2", "accept.angle_error_deg=3"],
        ["task=ocr", "accept={field_f1: 0.9, recall: 90 %, precision: 0.9, map50: 0.5}"],
        ["task=segmentation", "margins.crop=null"],
        ["classes={a: {labels: [b]}, b: {labels: [a]}}"],
        ["input.tile=96x64", "model.backbone=mit_b0", "model.architecture=segformer"],
        ["task=ocr", "model.architecture=ctc"],
        ["task=anomaly_detection", "model.architecture=synthetic_defects", "train.epochs=3"],
        [*FOLDERS, "data.good=[MT_Free]", "accept={image_ap: 90 %}"],
        [*FOLDERS, "classes.ok={}", "data.good=[fine]"],
        ["task=anomaly_detection", "data.good=[]"],
    ],
)
def test_what_goes_together(caps: Path, overrides: list[str]) -> None:
    load_recipe(caps, overrides)


def test_with_root_the_layout_gives_the_parts(caps: Path) -> None:
    caps.write_text(caps.read_text().replace("  validation: 20 %\n", ""))
    data = load_recipe(caps, ROOT).data
    assert data.validation is None
    assert data.test is None
    assert load_recipe(caps, [*ROOT, "data.validation=10 %"]).data.validation == Share(0.1)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["model.backbone=resnet51"], "Did you mean 'resnet50_v2'?"),
        (["model.architecture=transformer"], "allowed: unet, deeplab_v3_plus, segformer."),
        (["input.tile=100x64"], "input.tile: the network works on multiples of 32 px. Write '128x"),
        (["data.pool=train"], "data.pool: 'train' is given too"),
        (["data.root=train"], "data.root: 'train' is given too"),
        (["data.train=null"], "data: no training data"),
        (["data.test=null"], "data.test: required key is missing"),
        ([*POOL, "data.test=test"], "data.test: with 'pool' it can only be a share"),
        ([*POOL, "data.validation=test"], "data.validation: with 'pool' it can only be a share"),
        ([*ROOT, "data.test=test"], "data.test: 'root' brings its own test set"),
        ([*ROOT, "data.validation=test"], "data.validation: with 'root' it can only be a share"),
        (["data.test=80 %"], "data.test: validation and test take 100 % and leave nothing"),
        (["data.train={labels: labels}"], "data.train: a source needs either 'images' or 'path'"),
        (["classes={}"], "classes: no class is given"),
        (["classes.CHIP={}"], "classes.CHIP: the class 'chip' differs only in upper and lower"),
        (["classes.chip.labels=[scratch]"], "classes.chip.labels.0: the label 'scratch' already"),
        (["classes={a: {labels: ['#ff0000']}, b: {labels: ['#FF0000']}}"],
         "classes.b.labels.0: the label '#FF0000' already means class 'a'"),
        (["classes={a: {labels: [1]}, '1': {}}"], "classes.1: the label '1' already means"),
        (["classes.chip.labels=[]"], "classes.chip.labels: the list is empty"),
        (["ignore=[unsure, chip]"], "ignore.1: the label 'chip' means class 'chip'"),
        (["classes.chip.symmetry=none"], "classes.chip.symmetry: not for task segmentation"),
        (["classes.chip.pattern=a"], "classes.chip.pattern: not for task segmentation"),
        (["classes.chip.ignore_case=true"], "classes.chip.ignore_case: not for task segmentation"),
        (["classes.chip.skip=others"], "classes.chip.skip: not for task segmentation"),
        (["input.line=320x32"], "input.line: not for task segmentation. It belongs to: ocr."),
        (["model.locate=true"], "model.locate: not for task segmentation"),
        (["augment.synthetic=off"], "augment.synthetic: not for task segmentation"),
        (["task=ocr", "input.line=300x40"], "multiples of 32 px. Write '320x64'"),
        (["task=ocr", "input.line=320x160"], "input.line: Received: '320x160'; allowed: width x"),
        (["task=ocr", "input.line=8x32"], "each at least 16"),
        (["task=ocr", "model.locate=maybe"], "allowed: auto, true or false"),
        (["task=ocr", "augment.synthetic=101 %"], "a percentage from 0 % to 100 %"),
        (["task=ocr", "augment.flip=both"], "augment.flip: Received: 'both'; allowed: auto, off"),
        (["task=ocr", "accept.cer=3"], "accept.cer: Received: 3; allowed: a number from 0 to 1"),
        (["task=detection", "margins.crop=1 px"], "margins.crop: not for task detection"),
        (["train.epochs=1", "train.steps=1"], "train.steps: 'epochs' is given too"),
        (["model.freeze=true"], "model.freeze: a backbone without trained weights"),
        (["input.size=64x64"], "input.size: needs 'resize: fit' or 'resize: stretch'"),
        (["input.resize=fit"], "input.resize: 'fit' needs a size"),
        (["task=oriented_detection", "classes={nut: {symmetry: 6}}", "accept.flip_rate=1 %"],
         "accept.flip_rate: no class has it: it is measured where 'symmetry' is none."),
        (["task=oriented_detection", "classes={nut: {symmetry: round}}",
          "accept.angle_error_deg_p90=9"], "accept.angle_error_deg_p90: no class has it"),
        (["task=ocr", "accept.map50_95=0.5"], "accept.map50_95: task ocr has no such metric"),
        (["accept.cer=0.1"], "accept.cer: task segmentation has no such metric. Allowed: escape"),
        (["data.good=[fine]"], "data.good: not for task segmentation"),
        (["task=anomaly_detection", "augment.elastic=1 px"], "augment.elastic: not for task"),
        (["task=anomaly_detection", "classes.OK={}"],
         "classes.OK: the label 'OK' means that a photo is good. Classes are kinds of defect; "
         "leave it out, or give it another name."),
        ([*FOLDERS, "data.good=[Fine]", "classes.x={labels: [fine]}"],
         "classes.x: the label 'fine' means that a photo is good. Classes are kinds of defect; "
         "leave it out, or name what means good with data.good."),
        (["task=anomaly_detection", "data.good=[MT_Free]"],
         "data.good: format masks has no folders of good photos; good_bad and mvtec have. "
         "Leave it out, or choose one of these formats."),
        ([*FOLDERS, "data.unlabelled=empty"],
         "data.unlabelled: format good_bad has folders that say which photos are good"),
        (["task=anomaly_detection", "ignore=[good]"], "ignore.0: the label 'good' means"),
        ([*FOLDERS, "data.good=[a/b]"], "the name of a folder, without"),
        (["task=anomaly_detection", "model.architecture=unet"], "patch_memory, synthetic_defects"),
        (["task=anomaly_detection", "model.architecture=patch_memory"],
         "model.architecture: 'patch_memory' compares the features of a trained backbone"),
        ([f"classes={{{', '.join(f'c{n}: ' for n in range(255))}}}"], "at most 254 are allowed"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(caps: Path, overrides: list[str], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(caps, overrides)
    (problem,) = caught.value.problems
    assert message in str(problem)


ANOMALY = "task=anomaly_detection"


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], ("synthetic_defects", "plain_s", False)),
        (["model.weights=imagenet"], ("patch_memory", "mobilenet_v2_035", True)),
        (["model.weights=best.weights.h5"], ("patch_memory", "mobilenet_v2_035", True)),
        (
            ["model.weights=imagenet", "model.architecture=synthetic_defects"],
            ("synthetic_defects", "plain_s", False),
        ),
        (
            ["model.weights=imagenet", "model.backbone=resnet18_v2"],
            ("patch_memory", "resnet18_v2", True),
        ),
    ],
)
def test_weights_decide_how_anomalies_are_found(
    caps: Path, overrides: list[str], expected: tuple[str, str, bool]
) -> None:
    model = load_recipe(caps, [ANOMALY, *overrides]).model
    assert (model.architecture, model.backbone, model.freeze) == expected


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("model.freeze=false", "model.freeze: 'patch_memory' never trains its backbone"),
        (
            "train.steps=9",
            "train.steps: 'patch_memory' remembers patches of good photos and is "
            "not trained in steps. Leave it out, or choose 'architecture: synthetic_defects'.",
        ),
        ("train.patience=9", "train.patience: 'patch_memory' remembers patches of good"),
        ("train.time_budget=60s", "train.time_budget: 'patch_memory' remembers patches of good"),
        ("train.batch_size=4", "train.batch_size: 'patch_memory' remembers patches of good"),
    ],
)
def test_a_memory_is_not_trained(caps: Path, override: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(caps, [ANOMALY, "model.weights=imagenet", override])
    (problem,) = caught.value.problems
    assert message in str(problem)


def test_what_means_good_is_resolved(caps: Path) -> None:
    assert load_recipe(caps, FOLDERS).data.good == ("good", "ok", "normal")
    assert load_recipe(caps, [*FOLDERS, "data.good=[MT_Free]"]).data.good == ("MT_Free",)
    assert load_recipe(caps).data.good == ()
    without_folders = load_recipe(caps, ["task=anomaly_detection"])
    assert without_folders.data.good == ()
    assert load_recipe(write(render(without_folders), "again.yaml")) == without_folders
