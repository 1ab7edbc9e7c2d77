"""What to do about a photo without annotation, and about an annotation without photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.checks.missing_annotation import OF_A_PHOTO, OF_AN_ORPHAN
from engine.recipe import load_recipe
from engine.steps import check
from tests.builders import caps, mask, write_recipe
from tests.data.verdicts.files import good_bad, mvtec

HEAD = "version: 1\nname: caps\ntask: anomaly_detection\ndata:\n  object: image\n"
POOL = "  format: good_bad\n  pool: pool\n  validation: 20 %\n  test: 20 %\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))


def fixes(recipe: Path) -> dict[str, str]:
    """The remedy that ANN309 names, by photo."""
    found = check(load_recipe(recipe)).audit.findings
    return {each.samples[0]: each.fix for each in found if each.code == "ANN309"}


def test_a_lost_mask_where_folders_say_what_is_good(tmp_path: Path) -> None:
    good_bad(tmp_path / "pool", good=8)
    mask(tmp_path / "pool/chip/lost_mask.png", 255)
    recipe = write_recipe(tmp_path, HEAD + POOL)
    assert fixes(recipe) == {"chip/lost_mask.png": OF_AN_ORPHAN}
    assert "unlabelled" not in OF_AN_ORPHAN


def test_a_lost_mask_of_mvtec(tmp_path: Path) -> None:
    mvtec(tmp_path / "set", good=8)
    mask(tmp_path / "set/ground_truth/crack/099_mask.png", 255)
    recipe = write_recipe(tmp_path, HEAD + "  format: mvtec\n  root: set\n")
    assert fixes(recipe) == {"ground_truth/crack/099_mask.png": OF_AN_ORPHAN}


def test_a_photo_and_a_mask_that_lost_each_other(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "train/masks/cap001_a.png").rename(tmp_path / "train/masks/cap901_a.png")
    assert fixes(recipe) == {
        "train/images/cap001_a.png": OF_A_PHOTO,
        "train/masks/cap901_a.png": OF_AN_ORPHAN,
    }
    assert "data.unlabelled: empty" in OF_A_PHOTO
