"""What a recipe and its photos decide."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from engine.data.load import load_dataset
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.records import IGNORE, Split
from engine.tasks.detection.compile import compile_recipe
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.options import DetectionOptions, largest_extent_px, resolve
from engine.tasks.detection.patches import PatchSampler, index_things
from tests.e2e.trays import trays

OFFERED = (2, 4, 8, 16, 32)


def things(*boxes: tuple[float, ...], label: int = 0) -> Things:
    return Things(np.array(boxes, np.float32).reshape(-1, 5), np.full(len(boxes), label, np.uint8))


@pytest.fixture
def recipe_path(tmp_path: Path) -> Path:
    path = trays(tmp_path, train=8, test=3)
    text = path.read_text("utf-8").replace("input:\n  tile: 96x96\n", "")
    path.write_text(text.replace("  batch_size: 4\n", ""), "utf-8")
    return path


def options(
    path: Path, own: list[Things], *overrides: str, size_hw: tuple[int, int] = (480, 640)
) -> DetectionOptions:
    return resolve(load_recipe(path, list(overrides)), own, [size_hw] * len(own), OFFERED)


SMALL = (200.0, 200.0, 20.0, 16.0)
LARGE = (200.0, 200.0, 180.0, 150.0)


def test_the_patch_and_its_levels_follow_the_things(recipe_path: Path) -> None:
    small = options(recipe_path, [things((*SMALL, 0.1))] * 4)
    large = options(recipe_path, [things((*LARGE, 0.1))] * 4)
    assert (small.patch_hw, small.strides) == ((128, 128), (4,))
    assert (large.patch_hw, large.strides) == ((320, 320), (32,))
    assert small.schedule.batch > large.schedule.batch == 4
    narrow = options(recipe_path, [things((*LARGE, 0.1))] * 4, size_hw=(120, 640))
    assert narrow.patch_hw == (128, 320)


@pytest.mark.parametrize(
    ("sides", "photo_hw"),
    [
        ((20, 16), (480, 640)),
        ((92, 64), (480, 640)),
        ((200, 30), (480, 640)),
        ((400, 60), (480, 640)),
        ((380, 280), (960, 1280)),
        ((900, 700), (1200, 1600)),
    ],
)
def test_things_of_any_size_are_learnt(
    recipe_path: Path, sides: tuple[int, int], photo_hw: tuple[int, int]
) -> None:
    height, width = photo_hw
    own = [things((width / 2, height / 2, *sides, angle)) for angle in np.linspace(-3, 3, 8)]
    chosen = options(recipe_path, own, size_hw=photo_hw)
    assert chosen.augmentation.rotate_deg == 180
    photo = np.zeros((*photo_hw, 3), np.uint8)
    sampler = PatchSampler(
        images=lambda _: photo,
        things=own,
        margins_px=[0.0] * len(own),
        index=index_things(own, [str(n) for n in range(len(own))], 2),
        orders=chosen.orders,
        oriented=True,
        augmentation=chosen.augmentation,
        white_16_bit=65535.0,
        grid=Grid(chosen.strides, chosen.patch_hw),
        seed=0,
    )
    learnt = [bool(sampler.draw(0, position)[3].any()) for position in range(40)]
    assert np.mean(learnt) > 0.5  # two thirds are drawn around a thing


def test_a_tile_that_no_thing_fits_into_is_refused(recipe_path: Path) -> None:
    own = [things((*LARGE, 0.1))] * 4
    with pytest.raises(UsageError, match="smallest thing is 180 px") as caught:
        options(recipe_path, own, "input.tile=128x160")
    assert caught.value.where == "input.tile"
    assert options(recipe_path, own, "input.tile=192x192").patch_hw == (192, 192)


def test_things_larger_than_any_patch_are_refused_with_the_key_that_shrinks_them(
    recipe_path: Path,
) -> None:
    own = [things((1000, 700, 1500.0, 26.0, 0.1))] * 4
    with pytest.raises(UsageError, match="smallest thing is 1500 px") as caught:
        options(recipe_path, own, size_hw=(1400, 2000))
    assert caught.value.where == "input.size"
    assert "input.size" in str(caught.value)


def test_ignored_things_decide_nothing(recipe_path: Path) -> None:
    own = [things((*SMALL, 0.1)), things((*LARGE, 0.1), label=IGNORE)]
    assert options(recipe_path, own).strides == (4,)
    assert largest_extent_px(own) == pytest.approx(np.hypot(20, 16))
    assert largest_extent_px([things()]) == 0


@pytest.mark.parametrize(("spread", "turn"), [(0.3, 15.0), (2 * np.pi, 180.0)])
def test_photos_are_turned_where_things_lie_at_all_angles(
    recipe_path: Path, spread: float, turn: float
) -> None:
    angles = np.linspace(0, spread, 20, endpoint=False)
    own = [things((*SMALL, float(angle))) for angle in angles]
    assert options(recipe_path, own).augmentation.rotate_deg == turn
    assert options(recipe_path, own, "augment.rotate=7 deg").augmentation.rotate_deg == 7
    assert options(recipe_path, own, "augment.rotate=off").augmentation.rotate_deg == 0


def test_photos_are_mirrored_unless_a_class_has_a_heading(recipe_path: Path) -> None:
    own = [things((*SMALL, 0.1))] * 4
    for overrides, mirrored in (
        ((), False),
        (("classes.arrow.symmetry=2",), True),
        (("task=detection", "classes.dot={}"), True),
        (("augment.flip=both",), True),
    ):
        augmentation = options(recipe_path, own, *overrides).augmentation
        assert (augmentation.flip_horizontal, augmentation.flip_vertical) == (mirrored,) * 2
    only = options(recipe_path, own, "augment.flip=vertical").augmentation
    assert (only.flip_horizontal, only.flip_vertical) == (False, True)


def test_upright_boxes_are_not_turned_and_round_things_are(tmp_path: Path) -> None:
    own = [things((*SMALL, 0.0))] * 4
    upright = trays(tmp_path / "upright", train=4, test=2, upright=True)
    assert options(upright, own).augmentation.rotate_deg == 0
    assert options(upright, own).orders == (0, 0)
    oriented = trays(tmp_path / "oriented", train=4, test=2)
    dots = [things((*SMALL, 0.0), label=1)] * 4
    assert options(oriented, dots).augmentation.rotate_deg == 180


@pytest.mark.parametrize(
    ("override", "field", "expected"),
    [
        ("train.learning_rate=1e-4", "schedule.learning_rate", 1e-4),
        ("train.batch_size=6", "schedule.batch", 6),
        ("train.steps=99", "schedule.steps", 99),
        ("train.patience=4", "schedule.patience", 4),
        ("train.seed=5", "schedule.seed", 5),
        ("input.tile=160x128", "patch_hw", (128, 160)),
        ("input.overlap=40 %", "overlap", 0.4),
        ("model.backbone=mobilenet_v3_small", "backbone", "mobilenet_v3_small"),
    ],
)
def test_what_the_recipe_says_is_done(
    recipe_path: Path, override: str, field: str, expected: object
) -> None:
    own = [things((*SMALL, 0.1))] * 4
    assert attrgetter(field)(options(recipe_path, own, override)) == expected


def test_a_recipe_is_compiled_with_what_its_photos_say(recipe_path: Path) -> None:
    recipe = load_recipe(recipe_path, ["train.steps=9", "train.batch_size=8"])
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    assert (compiled.plan.steps, compiled.plan.batch) == (9, 8)
    assert compiled.parameters["strides"] == "4"
    assert compiled.deployment.orders == (1, 0)
    assert compiled.deployment.inference.extent_px == pytest.approx(np.hypot(16, 26), abs=0.1)
    drawn = compiled.trainable.draw(0, 0)
    shapes = [array.shape for array in drawn]
    assert shapes == [shape for shape, _ in compiled.trainable.example]
    model = compiled.trainable.build()
    outputs = model(drawn[0][None])
    sums = compiled.trainable.loss_sums(tuple(each[None] for each in drawn[1:]), outputs)
    assert np.isfinite(float(compiled.trainable.loss(sums)))


@pytest.mark.parametrize(
    ("changes", "xla"),
    [
        (["train.steps=800"], True),
        (["train.steps=799"], False),
        (["train.time_budget=200 s"], True),
        (["train.time_budget=199 s"], False),
        (["train.steps=800", "train.deterministic=true"], False),
        (["train.steps=800", "model.backbone=mobilenet_v3_small"], False),
    ],
)
def test_xla_is_used_where_it_pays(recipe_path: Path, changes: list[str], xla: bool) -> None:
    text = recipe_path.read_text("utf-8")
    recipe_path.write_text(re.sub(r"(?m)^  (steps|time_budget|epochs):.*\n", "", text), "utf-8")
    recipe = load_recipe(recipe_path, changes)
    assert compile_recipe(recipe, Split.of(load_dataset(recipe))).plan.xla is xla


@pytest.mark.parametrize("backbone", ["mit_b0", "yolov8_xs"])
def test_a_transformer_predicts_on_tiles_of_the_size_that_it_learnt_on(
    recipe_path: Path, backbone: str
) -> None:
    recipe = load_recipe(recipe_path, [f"model.backbone={backbone}"])
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    (shape, _), *_ = compiled.trainable.example
    tile_hw = compiled.deployment.inference.tile_hw
    assert tile_hw == (shape[:2] if backbone == "mit_b0" else (1024, 1024))
