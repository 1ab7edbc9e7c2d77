"""The report's figures: the worst first, one an object, cut out around what they are about."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine.data.view import View
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.detection.cases import Case, cases_of
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.gallery import Gallery, picture, window
from engine.tasks.detection.infer import Inference
from engine.tasks.detection.outcome import PhotoOutcome, observe
from engine.tasks.drawing import PANEL_PX, class_colour
from engine.tasks.worst import SHOWN
from tests.tasks.detection.test_outcome import LIMITS, NAMES, ORDERS, found, seen, things

PHOTO = np.full((200, 200, 3), 90, np.uint8)
PLACES = [(25 + 30 * (n % 6), 25 + 30 * (n // 6)) for n in range(36)]


def deployed() -> Deployment:
    inference = Inference(View(), 255.0, ORDERS, (4, 8), (128, 128), 0.25)
    thresholds = tuple(Threshold("score", name, 0.5) for name in NAMES)
    return Deployment(NAMES, True, Length(0.0), inference, thresholds)


def missing(count: int, name: str, object: str) -> PhotoOutcome:
    """A photo on which so many things are missed."""
    return seen(things(*[(2, *place, 20, 20, 0) for place in PLACES[:count]]), found(),
                name=name, object=object)  # fmt: skip


def test_the_worst_are_kept_one_an_object_and_the_order_of_photos_does_not_matter() -> None:
    photos = [missing(1 + n, f"{n:02}", f"part{n // 2}") for n in range(20)]
    pages = []
    for ordered in (photos, photos[::-1]):
        gallery = Gallery(deployed())
        for outcome in ordered:
            gallery.consider(outcome, PHOTO)
        figures = gallery.figures(ordered)
        pages.append([figure.title for figure in figures if figure.kind == "miss"])
    assert pages[0] == pages[1] == [f"{19 - 2 * n:02}" for n in range(SHOWN)]


def test_surest_false_alarms_come_first() -> None:
    gallery = Gallery(deployed())
    outcomes = [
        seen(things(), found((2, 50, 50, 20, 20, 0, score)), name=name, object=name)
        for name, score in (("a", 0.6), ("b", 0.95), ("c", 0.4), ("d", 0.8))
    ]
    for outcome in outcomes:
        gallery.consider(outcome, PHOTO)
    figures = gallery.figures(outcomes)
    assert [f.title for f in figures if f.kind == "false_alarm"] == ["b", "d", "a"]
    assert [f.title for f in figures if f.kind == "correct"] == ["c"]
    assert "1 x washer (surest 0.95)" in next(f for f in figures if f.title == "b").caption


def test_charts_come_first_and_figures_are_whole_files() -> None:
    gallery = Gallery(deployed())
    outcome = missing(0, "a", "a")
    gallery.consider(outcome, PHOTO)
    figures = gallery.figures([outcome])
    assert [figure.kind for figure in figures] == ["chart", "chart", "correct"]
    for chart in figures[:2]:
        assert chart.data.lstrip().startswith(b"<?xml")
    assert Image.open(io.BytesIO(figures[2].data)).format == "JPEG"


def test_a_large_photo_is_cut_to_what_the_case_is_about() -> None:
    size_hw = (1200, 1600)
    own = things((2, 1400, 1000, 20, 20, 0), (2, 100, 100, 20, 20, 0))
    said = found((2, 100, 100, 20, 20, 0, 0.9))
    outcome = observe("a.png", "a", size_hw, own, said, 0, ORDERS)
    (case,) = cases_of(outcome, NAMES, ORDERS, LIMITS)
    assert case.kind == "miss"
    photo = np.full((*size_hw, 3), 90, np.uint8)
    shown = picture(outcome, case, photo, deployed())
    truth = shown[22 : 22 + PANEL_PX, PANEL_PX + 6 : 2 * PANEL_PX + 6]
    rows, columns = np.nonzero(np.abs(truth.astype(int) - class_colour(2)).sum(axis=2) < 30)
    assert 20 <= np.ptp(rows) <= 28 and 20 <= np.ptp(columns) <= 28
    assert abs(rows.mean() - 192) < 40 and abs(columns.mean() - 192) < 40


def test_a_cut_shows_as_many_as_it_can_and_says_where_it_lies() -> None:
    own = things((2, 60, 60, 20, 20, 0), *[(2, 1300 + n, 900, 20, 20, 0) for n in (0, 40, 80)])
    outcome = observe("a.png", "a", (1200, 1600), own, found(), 0, ORDERS)
    (case,) = cases_of(outcome, NAMES, ORDERS, LIMITS)
    shown = window(outcome, case)
    assert shown is not None
    assert shown[0].start <= 890 and shown[0].stop >= 910
    assert shown[1].start <= 1290 and shown[1].stop >= 1390
    gallery = Gallery(deployed())
    gallery.consider(outcome, np.full((1200, 1600, 3), 90, np.uint8))
    caption = gallery.figures([outcome])[2].caption
    place = f"{shown[1].start}, {shown[0].start} px"
    assert caption == f"4 of 4 things not found: 4 x washer; shown: 384 x 384 px from {place} on"


def test_of_false_alarms_the_surest_is_shown() -> None:
    crowd = [(2, 1300 + 40 * n, 900, 20, 20, 0, 0.6) for n in range(3)]
    said = found((2, 60, 60, 20, 20, 0, 0.9), *crowd)
    outcome = observe("a.png", "a", (1200, 1600), things(), said, 0, ORDERS)
    (case,) = cases_of(outcome, NAMES, ORDERS, LIMITS)
    assert window(outcome, case) == (slice(0, 384), slice(0, 384))


def test_a_photo_that_fits_is_shown_whole() -> None:
    nothing = np.zeros(0, bool)
    outcome = seen(things(), found())
    shown = picture(outcome, Case("correct", (0, 0), nothing, nothing, ""), PHOTO, deployed())
    assert shown.shape[1] == 3 * 200 + 12
