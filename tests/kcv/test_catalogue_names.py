"""The names that a recipe may ask for are those of the networks that there are."""

from __future__ import annotations

from typing import get_args

from engine import kcv
from engine.recipe.networks import ARCHITECTURES, BACKBONES
from engine.tasks.segmentation.options import LEARNING_RATES, Architecture


def test_backbones_are_those_of_the_catalogue() -> None:
    assert sorted(BACKBONES) == sorted(kcv.BACKBONES)


def test_architectures_are_those_of_segmentation() -> None:
    assert ARCHITECTURES["segmentation"] == get_args(Architecture) == tuple(LEARNING_RATES)
