"""Weights from preset folders, files, our own models, and a hub that cannot be reached."""

from __future__ import annotations

import os
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from keras_cv.src.utils.preset_utils import save_to_preset

from engine.errors import RunFailed, UsageError
from engine.kcv import BACKBONES, Backbone, build_backbone, load_weights
from engine.kcv.hub import cache_path

NAME = "yolov8_xs"


@pytest.fixture(scope="module")
def trained() -> Backbone:
    """A backbone whose every tensor differs from any fresh one's."""
    backbone = build_backbone(NAME)
    rng = np.random.default_rng(5)
    backbone.core.set_weights([rng.random(v.shape, np.float32) for v in backbone.core.weights])
    return backbone


@pytest.fixture(scope="module")
def files(trained: Backbone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the trained backbone in every layout."""
    folder = tmp_path_factory.mktemp("weights")
    published = trained.spec.published()
    published.set_weights(trained.core.get_weights())
    save_to_preset(published, str(folder / "preset"))
    published.save_weights(folder / "published.weights.h5")
    trained.core.save_weights(folder / "core.weights.h5")
    trained.model.save_weights(folder / "whole.weights.h5")
    mask = keras.layers.Conv2D(2, 1, name="mask")(trained.pyramid[4])
    keras.Model(trained.model.input, mask).save(folder / "trained.keras")
    return folder


@pytest.fixture
def fresh() -> Backbone:
    return build_backbone(NAME)


@pytest.mark.parametrize(
    "file",
    [
        "preset",
        "published.weights.h5",
        pytest.param("core.weights.h5", marks=pytest.mark.slow),
        pytest.param("whole.weights.h5", marks=pytest.mark.slow),
        "trained.keras",
    ],
)
def test_every_layout_gives_the_same_weights(
    file: str, files: Path, fresh: Backbone, trained: Backbone
) -> None:
    record = load_weights(fresh, files / file)
    assert record.tensors_loaded == len(trained.core.weights)
    assert record.source == str(files / file)
    assert len(record.digest) == 64
    for ours, theirs in zip(fresh.core.get_weights(), trained.core.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    # A model of ours ends with a layer that the backbone has no use for.
    assert bool(record.skipped) == (file == "trained.keras")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("published.weights.h5", "named.h5"),
        ("published.weights.h5", "named"),
        ("published.weights.h5", "named.hdf5"),
        ("trained.keras", "named.h5"),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_name(
    file: str, name: str, files: Path, fresh: Backbone, trained: Backbone, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes((files / file).read_bytes())
    assert load_weights(fresh, tmp_path / name).tensors_loaded == len(trained.core.weights)
    for ours, theirs in zip(fresh.core.get_weights(), trained.core.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_none_loads_nothing(fresh: Backbone) -> None:
    assert load_weights(fresh, "none").tensors_loaded == 0


def test_a_preset_in_the_cache_needs_no_network(
    files: Path, fresh: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    folder = cache_path(fresh.spec.presets["coco"])
    folder.parent.mkdir(parents=True)
    folder.symlink_to(files / "preset", target_is_directory=True)
    record = load_weights(fresh, "coco")
    assert record.source == fresh.spec.presets["coco"]
    assert record.tensors_loaded == len(fresh.core.weights)


@pytest.mark.parametrize("file", ["preset", "published.weights.h5", "trained.keras"])
def test_another_architecture_is_refused_and_nothing_changes(file: str, files: Path) -> None:
    other = build_backbone("mobilenet_v2_035")
    before = other.core.get_weights()
    with pytest.raises(UsageError, match="mobilenet_v2_035") as refused:
        load_weights(other, files / file)
    assert refused.value.exit_code == 2
    assert refused.value.received and refused.value.allowed
    for old, new in zip(before, other.core.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("file", ["published.weights.h5", "trained.keras"])
@pytest.mark.parametrize("length", [0, 100_000])
def test_a_truncated_file_is_refused(
    file: str, length: int, files: Path, fresh: Backbone, tmp_path: Path
) -> None:
    broken = tmp_path / file
    broken.write_bytes((files / file).read_bytes()[:length])
    with pytest.raises(UsageError, match="cannot be read"):
        load_weights(fresh, broken)


def test_a_model_without_a_backbone_of_ours_says_what_to_save(
    fresh: Backbone, tmp_path: Path
) -> None:
    inputs = keras.Input((8, 8, 3))
    keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs)).save(tmp_path / "foreign.keras")
    with pytest.raises(UsageError, match=r"no backbone of ours.*save_weights"):
        load_weights(fresh, tmp_path / "foreign.keras")


def test_a_preset_with_truncated_weights_is_refused(
    files: Path, fresh: Backbone, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_bytes((files / "preset" / "config.json").read_bytes())
    (tmp_path / "model.weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(UsageError, match="cannot be read"):
        load_weights(fresh, tmp_path)


@pytest.mark.parametrize("path", ["absent.weights.h5", "text.txt", "."])
def test_what_is_no_weights_file_is_refused(path: str, fresh: Backbone, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("no weights")
    with pytest.raises(UsageError) as refused:
        load_weights(fresh, tmp_path / path)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", [NAME, "mobilenet_v2_035"])
def test_without_a_network_the_message_has_the_commands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    # Hosts with a network shall see the failure too.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    backbone = build_backbone(name)
    (trained_on,) = backbone.spec.presets
    started = time.monotonic()
    with pytest.raises(RunFailed) as failed:
        load_weights(backbone, trained_on)
    assert time.monotonic() - started < 20
    assert str(tmp_path) in (failed.value.fix or "")
    assert "model_download" in (failed.value.fix or "") or "curl" in (failed.value.fix or "")
    assert capsys.readouterr().out == ""


def test_imagenet_that_is_not_published_names_what_is(fresh: Backbone) -> None:
    with pytest.raises(UsageError, match=r"published: kaggle://keras/yolov8/.*give its path"):
        load_weights(fresh, "imagenet")


@pytest.mark.slow
def test_every_handle_is_one_that_keras_cv_lists() -> None:
    for spec in BACKBONES.values():
        if spec.family != "mobilenet_v2":
            listed = {p["kaggle_handle"] for p in type(spec.published()).presets.values()}
            assert set(spec.presets.values()) <= listed


@pytest.mark.shared_data
def test_real_imagenet_weights_load() -> None:
    file = "weights/mobilenet_v2_0.35_224_no_top.weights.h5"
    backbone = build_backbone("mobilenet_v2_035")
    record = load_weights(backbone, Path(os.environ["DLTRAIN_DATA"]) / file)
    assert record.tensors_loaded == len(backbone.core.weights) == 260
