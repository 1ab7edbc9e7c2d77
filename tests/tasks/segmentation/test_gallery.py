from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.evaluate.histogram import PrCurve
from engine.tasks.segmentation.cases import case_of
from engine.tasks.segmentation.gallery import Gallery
from engine.tasks.segmentation.outcome import ImageOutcome, observe
from engine.tasks.worst import SHOWN

NO_CURVE = PrCurve(np.empty(0), np.empty(0), np.empty(0), None)


@dataclass(frozen=True)
class Limits:
    """What the gallery needs of a deployment."""

    class_names: tuple[str, ...] = ("chip",)
    pixel_limits: tuple[float, ...] = (0.5,)
    image_limit: float = 0.4


def photo(
    name: str, part: str, true: float = 0.0, predicted: float = 0.0, shift: int = 0
) -> tuple[ImageOutcome, np.ndarray, np.ndarray, np.ndarray]:
    """A photo with a defect of side 10 px where `true`, predicted with a probability."""
    truth = np.zeros((48, 48), np.uint8)
    if true:
        truth[10:20, 10:20] = 1
    probabilities = np.zeros((48, 48, 1), np.float32)
    probabilities[10 + shift : 20 + shift, 10 + shift : 20 + shift] = predicted
    outcome = observe(name, part, truth, probabilities, (0.5,), 0)
    return outcome, np.full((48, 48, 3), 90, np.uint8), truth, probabilities


def test_what_a_photo_is_an_example_of() -> None:
    kinds = {
        "escaped": photo("1", "a", true=1, predicted=0.1),
        "overkill": photo("2", "a", predicted=0.9),
        "elsewhere": photo("3", "a", true=1, predicted=0.9, shift=25),
        "caught": photo("4", "a", true=1, predicted=0.9),
        "passed": photo("5", "a"),
    }
    found = {name: case_of(parts[0], 0.4) for name, parts in kinds.items()}
    assert {name: case.kind for name, case in found.items()} == {
        "escaped": "miss",
        "overkill": "false_alarm",
        "elsewhere": "miss",
        "caught": "correct",
        "passed": "correct",
    }
    assert found["escaped"].severity > found["elsewhere"].severity
    assert found["escaped"].focus_xywh == (10, 10, 10, 10)
    assert "1 of 1 defect not found" in found["elsewhere"].caption


def test_a_score_just_below_the_threshold_does_not_look_like_it() -> None:
    outcome = photo("1", "a", true=1, predicted=0.25)[0]
    assert case_of(outcome, 0.2504).caption == "bad, called good (score 0.2500, threshold 0.2504)"


def test_the_worst_are_kept_one_an_object_and_the_order_of_photos_does_not_matter() -> None:
    photos = [
        photo(f"{index:02}", f"part{index // 2}", true=1, predicted=0.01 * index)
        for index in range(30)
    ]
    pages = []
    for ordered in (photos, photos[::-1]):
        gallery = Gallery(Limits())  # type: ignore[arg-type]
        for parts in ordered:
            gallery.consider(*parts)
        figures = gallery.figures([parts[0] for parts in ordered], (NO_CURVE,))
        pages.append([figure.title for figure in figures if figure.kind == "miss"])
    assert pages[0] == pages[1] == [f"{2 * index:02}" for index in range(SHOWN)]


def test_figures_are_whole_files() -> None:
    gallery = Gallery(Limits())  # type: ignore[arg-type]
    parts = photo("1", "a")
    gallery.consider(*parts)
    figures = gallery.figures([parts[0]], (NO_CURVE,))
    assert [figure.kind for figure in figures] == ["chart", "chart", "correct"]
    assert figures[2].data.startswith(b"\xff\xd8") and figures[2].data.endswith(b"\xff\xd9")
