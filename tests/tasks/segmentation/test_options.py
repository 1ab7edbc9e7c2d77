"""Options of a recipe: what it says, and what the data suggest where it says nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.recipe import Recipe, load_recipe
from engine.records import Sample
from engine.tasks.segmentation.options import (
    DEFAULT_STEPS,
    LARGEST_PATCH,
    SMALLEST_PATCH,
    SegmentationOptions,
    fit_to_defects,
    resolve,
)
from tests.builders import caps, sample

TRAINING = (sample("a.png"), sample("b.png"))


@pytest.fixture(scope="module")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return caps(tmp_path_factory.mktemp("data"), train=4, test=2)


def options(path: Path, *overrides: str) -> SegmentationOptions:
    return resolve(_recipe(path, *overrides))


def _recipe(path: Path, *overrides: str) -> Recipe:
    return load_recipe(path, overrides)


def sized(*sizes_hw: tuple[int, int]) -> tuple[Sample, ...]:
    return tuple(replace(sample(f"{size}.png"), size_hw=size) for size in sizes_hw)


def test_the_recipe_s_own_words(recipe_path: Path) -> None:
    chosen = options(
        recipe_path,
        "input.tile=96x64",
        "input.overlap=50 %",
        "input.roi=[1, 2, 20, 10]",
        "input.channels=gray",
        "model.architecture=segformer",
        "model.backbone=mit_b0",
        "model.freeze=true",
        "model.weights=imagenet",
        "train.batch_size=5",
        "train.steps=7",
        "train.learning_rate=1e-3",
        "train.patience=3",
        "train.seed=11",
        "margins.edge=2 px",
    )
    assert chosen.class_names == ("scratch", "chip")
    assert chosen.patch_hw == chosen.tile_hw == (64, 96)
    assert (chosen.overlap, chosen.schedule.batch, chosen.schedule.steps) == (0.5, 5, 7)
    assert chosen.view.roi_xywh == (1, 2, 20, 10)
    assert chosen.view.grey
    assert (chosen.architecture, chosen.backbone, chosen.freeze) == ("segformer", "mit_b0", True)
    assert (chosen.schedule.learning_rate, chosen.schedule.patience, chosen.schedule.seed) == (
        1e-3,
        3,
        11,
    )
    assert chosen.margin.to_px((100, 100)) == 2
    assert not chosen.schedule.batch_may_shrink


def test_defaults(recipe_path: Path) -> None:
    chosen = options(recipe_path)
    assert chosen.schedule.steps == DEFAULT_STEPS
    assert chosen.schedule.epochs is None
    assert chosen.schedule.batch_may_shrink
    assert not chosen.patch_is_given
    assert chosen.schedule.learning_rate > 0


@pytest.mark.parametrize("given", ["train.epochs=3", "train.time_budget=10 min"])
def test_any_budget_replaces_the_default_steps(recipe_path: Path, given: str) -> None:
    assert options(recipe_path, given).schedule.steps is None


@pytest.mark.parametrize(
    ("key", "value", "field", "wanted"),
    [
        ("flip", "horizontal", "flip_horizontal", True),
        ("flip", "vertical", "flip_vertical", True),
        ("rotate", "30 deg", "rotate_deg", 30.0),
        ("scale", "20 %", "scale", 0.2),
        ("shift", "5 %", "shift", 0.05),
        ("brightness", "30 %", "brightness", 0.3),
        ("contrast", "40 %", "contrast", 0.4),
        ("blur", "1.5 px", "blur_px", 1.5),
        ("noise", "2 %", "noise", 0.02),
        ("elastic", "4 px", "elastic_px", 4.0),
    ],
)
def test_each_augmentation_of_the_recipe_takes_effect_and_can_be_off(
    recipe_path: Path, key: str, value: str, field: str, wanted: object
) -> None:
    on = options(recipe_path, f"augment.{key}={value}").augmentation
    off = options(recipe_path, f"augment.{key}=off").augmentation
    assert getattr(on, field) == pytest.approx(wanted)
    assert not getattr(off, field)


@pytest.mark.parametrize(
    ("extents", "size_hw", "patch_hw"),
    [
        ([], (1000, 1000), (192, 192)),
        ([10], (1000, 1000), (SMALLEST_PATCH, SMALLEST_PATCH)),
        ([60] * 9 + [400], (1000, 1000), (192, 192)),
        ([900], (1000, 1000), (LARGEST_PATCH, LARGEST_PATCH)),
        ([900], (130, 70), (160, 96)),
        ([10], (8, 8), (32, 32)),
    ],
)
def test_the_patch_suits_the_defects_and_the_photos(
    recipe_path: Path, extents: list[int], size_hw: tuple[int, int], patch_hw: tuple[int, int]
) -> None:
    recipe = _recipe(recipe_path)
    fitted = fit_to_defects(options(recipe_path), recipe, sized(size_hw), extents)
    assert fitted.patch_hw == patch_hw
    assert 4 <= fitted.schedule.batch <= 32


def test_the_patch_is_that_of_the_view(recipe_path: Path) -> None:
    seen = options(recipe_path, "input.roi=[0, 0, 64, 40]")
    recipe = _recipe(recipe_path)
    assert fit_to_defects(seen, recipe, sized((500, 500)), [300]).patch_hw == (64, 64)
    shrunk = options(recipe_path, "input.size=64x64", "input.resize=fit")
    assert fit_to_defects(shrunk, recipe, sized((500, 1000)), [300]).patch_hw == (32, 64)


def test_a_given_patch_stays(recipe_path: Path) -> None:
    given = options(recipe_path, "input.tile=64x64")
    assert fit_to_defects(given, _recipe(recipe_path), TRAINING, [500]) is given


def test_percent_of_augmentation_are_of_the_patch(recipe_path: Path) -> None:
    override = "augment.elastic=4 %"
    recipe = _recipe(recipe_path, override)
    fitted = fit_to_defects(options(recipe_path, override), recipe, sized((1000, 1000)), [900])
    assert fitted.patch_hw == (LARGEST_PATCH, LARGEST_PATCH)
    assert fitted.augmentation.elastic_px == pytest.approx(0.04 * LARGEST_PATCH)
