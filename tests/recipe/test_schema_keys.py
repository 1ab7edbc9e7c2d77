"""Every key of the schema: how it is written, and what it becomes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RecipeError
from engine.recipe import Recipe, load_recipe
from engine.recipe.schema import ObjectTable, Waiver
from engine.recipe.schema.verdict import Bound
from engine.recipe.schema.walk import leaves
from engine.recipe.units import Length, Share

SOURCES = ("train", "validation", "test", "pool", "root")

# key, how `--set` writes it, where the recipe holds it, what it holds there
KEYS: list[tuple[str, list[str], str, Any]] = [
    ("version", ["version=1"], "version", 1),
    ("name", ["name=a.b-c_1"], "name", "a.b-c_1"),
    ("task", ["task=detection"], "task", "detection"),
    ("classes.*.labels", ["classes.chip.labels=[a, 3, '#ff00Aa']"], "classes.chip.labels",
     ("a", 3, "#FF00AA")),
    ("classes.*.symmetry", ["task=detection", "classes.chip.symmetry=6"],
     "classes.chip.symmetry", 6),
    ("classes.*.characters", ["task=ocr", "classes.chip.characters='0123'"],
     "classes.chip.characters", "0123"),
    ("classes.*.pattern", ["task=ocr", "classes.chip.pattern='[0-9]+'"],
     "classes.chip.pattern", "[0-9]+"),
    ("classes.*.ignore_case", ["task=ocr", "classes.chip.ignore_case=true"],
     "classes.chip.ignore_case", True),
    ("classes.*.skip", ["task=ocr", "classes.chip.skip=' .-'"], "classes.chip.skip", " .-"),
    ("ignore", ["ignore=[unsure, 255]"], "ignore", ("unsure", 255)),
    ("data.format", ["data.format=coco"], "data.format", "coco"),
    ("data.object.table", ["data.object={table: parts.csv}"], "data.object.table",
     Path("parts.csv")),
    ("data.object.image", ["data.object={table: parts.csv, image: photo}"],
     "data.object.image", "photo"),
    ("data.object.object", ["data.object={table: parts.csv, object: part}"],
     "data.object.object", "part"),
    ("data.good", ["task=anomaly_detection", "data.format=mvtec", "data.good=[MT_Free]"],
     "data.good", ("MT_Free",)),
    ("data.unlabelled", ["data.unlabelled=empty"], "data.unlabelled", "empty"),
    ("margins.edge", ["margins.edge=2 %"], "margins.edge", Length(2, "%")),
    ("margins.crop", ["task=ocr", "margins.crop=4px"], "margins.crop", Length(4, "px")),
    ("input.size", ["input={size: 320x240, resize: fit}"], "input.size_hw", (240, 320)),
    ("input.channels", ["input.channels=gray"], "input.channels", "gray"),
    ("input.resize", ["input={size: 320x240, resize: stretch}"], "input.resize", "stretch"),
    ("input.tile", ["input.tile=128x64"], "input.tile_hw", (64, 128)),
    ("input.line", ["task=ocr", "input.line=320x32"], "input.line_hw", (32, 320)),
    ("input.overlap", ["input.overlap=50 %"], "input.overlap", Share(0.5)),
    ("input.roi", ["input.roi=[1, 2, 30, 40]"], "input.roi_xywh", (1, 2, 30, 40)),
    ("model.backbone", ["model.backbone=mit_b0"], "model.backbone", "mit_b0"),
    ("model.weights", ["model.weights=best.weights.h5"], "model.weights",
     Path("best.weights.h5")),
    ("model.architecture", ["model.architecture=segformer"], "model.architecture", "segformer"),
    ("model.freeze", ["model.freeze=true", "model.weights=imagenet"], "model.freeze", True),
    ("model.locate", ["task=ocr", "model.locate=false"], "model.locate", False),
    ("train.epochs", ["train.epochs=40"], "train.epochs", 40),
    ("train.steps", ["train.steps=500"], "train.steps", 500),
    ("train.time_budget", ["train.time_budget=30 min"], "train.time_budget_s", 1800.0),
    ("train.batch_size", ["train.batch_size=8"], "train.batch_size", 8),
    ("train.learning_rate", ["train.learning_rate=1e-3"], "train.learning_rate", 0.001),
    ("train.patience", ["train.patience=5"], "train.patience", 5),
    ("train.precision", ["train.precision=mixed_bfloat16"], "train.precision", "mixed_bfloat16"),
    ("train.seed", ["train.seed=7"], "train.seed", 7),
    ("train.deterministic", ["train.deterministic=true"], "train.deterministic", True),
    ("augment.flip", ["augment.flip=horizontal"], "augment.flip", "horizontal"),
    ("augment.rotate", ["augment.rotate=180 deg"], "augment.rotate_deg", 180.0),
    ("augment.scale", ["augment.scale=20 %"], "augment.scale", Share(0.2)),
    ("augment.shift", ["augment.shift=5 %"], "augment.shift", Share(0.05)),
    ("augment.brightness", ["augment.brightness=30 %"], "augment.brightness", Share(0.3)),
    ("augment.contrast", ["augment.contrast=30 %"], "augment.contrast", Share(0.3)),
    ("augment.blur", ["augment.blur=1.5 px"], "augment.blur", Length(1.5, "px")),
    ("augment.noise", ["augment.noise=2 %"], "augment.noise", Share(0.02)),
    ("augment.elastic", ["augment.elastic=1 %"], "augment.elastic", Length(1, "%")),
    ("augment.synthetic", ["task=ocr", "augment.synthetic=60 %"], "augment.synthetic",
     Share(0.6)),
    *[(f"checks.*.{key}", [f"checks={{DIV201: {{{key}: 20}}}}"], f"checks.DIV201.{key}", 20)
      for key in ("error", "warn", "advice")],
    *[(f"waive.*.{key}", ["waive=[{code: ANN301, samples: ['a/*'], reason: real}]"], "waive",
       (Waiver(code="ANN301", samples=("a/*",), reason="real"),))
      for key in ("code", "samples", "reason")],
    ("accept", ["accept={escape_rate: 1 %, iou: '>= 0.6', dice: 50 %}"], "accept",
     {"escape_rate": Bound(0.01, "at most", percent=True), "iou": Bound(0.6, "at least"),
      "dice": Bound(0.5, "at least", percent=True)}),
]  # fmt: skip

SOURCE_KEYS: list[tuple[str, str, Any]] = [
    ("path", "{path: labels}", Path("labels")),
    ("images", "{images: labels}", Path("labels")),
    ("labels", "{images: train, labels: labels}", Path("labels")),
    ("list", "{path: train, list: list.txt}", Path("list.txt")),
    ("include", "{path: train, include: ['*.png']}", ("*.png",)),
    ("exclude", "{path: train, exclude: ['*.png', b]}", ("*.png", "b")),
]


def _with_source(source: str, value: str) -> list[str]:
    """Overrides that bring a source in beside what it goes with."""
    if source == "pool":
        return ["data.train=null", f"data.pool={value}", "data.test=20 %"]
    if source == "root":
        return ["data.train=null", f"data.root={value}", "data.test=null"]
    return [f"data.{source}={value}"]


KEYS += [
    (f"data.{source}.{key}", _with_source(source, value), f"data.{source}.{key}", expected)
    for source in SOURCES
    for key, value, expected in SOURCE_KEYS
]


def _get(recipe: Recipe, path: str) -> Any:
    value: Any = recipe
    for part in path.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


def test_every_key_of_the_schema_is_tried() -> None:
    assert sorted(key for key, *_ in KEYS) == sorted(".".join(map(str, p)) for p, _ in leaves())


def test_every_key_says_what_it_means() -> None:
    assert not [path for path, field in leaves() if not (field.description or "").endswith(".")]


@pytest.mark.parametrize(("key", "overrides", "path", "expected"), KEYS, ids=[k[0] for k in KEYS])
def test_key(
    key: str, overrides: list[str], path: str, expected: Any, caps: Path, folder: Path
) -> None:
    if isinstance(expected, Path):
        expected = folder / expected
    assert _get(load_recipe(caps, overrides), path) == expected


def test_checks_have_levels(caps: Path) -> None:
    recipe = load_recipe(caps, ["checks={SPL102: off, DIV201: warn, ANN301: error}"])
    assert recipe.checks == {"SPL102": "off", "DIV201": "warn", "ANN301": "error"}


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ("{ANN301: {error: 3}}", "only DIV201 counts objects"),
        ("{DIV201: {error: 30}}", "the counts must rise: error 30, warn 20, advice 50"),
        ("{DIV201: {error: 0}}", "a whole number from 1 to 1000"),
        ("{DIV201: {errors: 4}}", "Did you mean 'error'"),
        ("{DIV201: loud}", "error | warn | off"),
    ],
)
def test_counts_of_objects_that_make_no_sense(caps: Path, checks: str, words: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(words)):
        load_recipe(caps, [f"checks={checks}"])


@pytest.mark.parametrize("off", ["off", "false"])
def test_augmentation_is_switched_off_by_either_word(off: str, caps: Path) -> None:
    keys = ("rotate", "scale", "shift", "brightness", "contrast", "blur", "noise", "elastic")
    augment = load_recipe(caps, [f"augment.{k}={off}" for k in (*keys, "flip")]).augment
    drawn = load_recipe(caps, ["task=ocr", f"augment.synthetic={off}"]).augment.synthetic
    assert drawn == Share(0)
    assert augment.flip == "off"
    assert augment.rotate_deg == 0
    for share in (augment.scale, augment.shift, augment.brightness, augment.contrast):
        assert share == Share(0)
    assert (augment.noise, augment.blur.value, augment.elastic.value) == (Share(0), 0, 0)


def test_words_that_a_share_or_a_path_could_be_taken_for(caps: Path, folder: Path) -> None:
    (folder / "20").mkdir()
    recipe = load_recipe(caps, ["data.test=./20", "data.object=image", "model.weights=imagenet"])
    assert recipe.data.test.path == folder / "20"  # type: ignore[union-attr]
    assert recipe.data.object == "image"
    assert recipe.model.weights == "imagenet"
    table = load_recipe(caps, ["data.object={table: parts.csv}"]).data.object
    assert table == ObjectTable(table=folder / "parts.csv")
