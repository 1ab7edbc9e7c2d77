"""What the host offers, and which precisions make sense on it."""

from __future__ import annotations

import pytest

from engine.doctor import Gpu, judge_precisions


def _sensible(*gpus: Gpu) -> set[str]:
    return {p.name for p in judge_precisions(gpus) if p.sensible}


def test_a_cpu_trains_in_float32_only() -> None:
    assert _sensible() == {"float32"}


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ((6, 1), {"float32"}),
        ((7, 5), {"float32", "mixed_float16"}),
        ((9, 0), {"float32", "mixed_float16", "mixed_bfloat16"}),
        (None, {"float32"}),
    ],
)
def test_precision_follows_compute_capability(
    capability: tuple[int, int] | None, expected: set[str]
) -> None:
    assert _sensible(Gpu("card", capability)) == expected


def test_the_oldest_gpu_decides() -> None:
    assert _sensible(Gpu("new", (9, 0)), Gpu("old", (6, 1))) == {"float32"}


def test_every_precision_says_why() -> None:
    assert all(p.reason for p in judge_precisions(()))
