"""The report's figures of OCR: the worst first, one an object, lines or photos as it takes."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import engine.tasks.ocr.gallery as gallery_module
from engine.tasks.ocr.cases import cases_of
from engine.tasks.ocr.gallery import Gallery
from engine.tasks.ocr.outcome import PhotoOutcome, observe
from engine.tasks.worst import SHOWN
from tests.tasks.ocr.seen import (
    EXPIRY,
    EXPIRY_AT,
    LIMITS,
    LOT,
    LOT_AT,
    NAMES,
    NOWHERE,
    SIZE,
    crops,
    fields,
    read,
    readings,
    seen,
)

PHOTO = np.full((*SIZE, 3), 90, np.uint8)
BOTH = fields((LOT, LOT_AT, "L1234A"), (EXPIRY, EXPIRY_AT, "01/02/2027"))
RIGHT = readings((LOT, LOT_AT, 0.9, "L1234A", 0.9), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2027", 0.7))


def told(outcome: PhotoOutcome) -> dict[str, str]:
    return {case.kind: case.caption for case in cases_of(outcome, NAMES, LIMITS)}


def test_each_kind_says_what_happened() -> None:
    said = readings((LOT, LOT_AT, 0.9, "L1Z34A", 0.97), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2027", 0.3))
    assert told(seen(BOTH, said)) == {
        "misread": "lot 'L1234A' read as 'L1Z34A', confidence 0.97",
        "rejected": "expiry '01/02/2027' read right, confidence 0.30",
    }
    said = readings((LOT, NOWHERE, 0.9, "L0", 0.9), (EXPIRY, EXPIRY_AT, 0.8, None, 0.1))
    assert told(seen(BOTH, said)) == {
        "rejected": "expiry '01/02/2027' unreadable, seen as '?#', confidence 0.10",
        "missed_field": "1 of 2 fields not located: lot 'L1234A'",
        "false_field": "read where no field of the kind is: lot 'L0'",
    }
    unsure = readings((LOT, NOWHERE, 0.9, "L0", 0.2))
    assert told(seen(fields(), unsure))["false_field"].endswith("lot 'L0'; not passed on")
    assert told(seen(BOTH, RIGHT)) == {"correct": "all 2 fields read"}
    assert told(seen(fields(), readings())) == {"correct": "nothing there, nothing found"}


def test_what_has_no_text_is_told_in_words() -> None:
    truth = readings((LOT, LOT_AT, 0.9, None, 0.0), (EXPIRY, NOWHERE, 0.8, None, 0.0))
    nothing = replace(truth, raw=("", ""), characters=((), ()))
    assert told(seen(fields((LOT, LOT_AT, "L1")), nothing)) == {
        "rejected": "lot 'L1' unreadable, nothing was seen, confidence 0.00",
        "false_field": "read where no field of the kind is: expiry without a text; not passed on",
    }


@pytest.mark.parametrize("located", [True, False])
def test_charts_speak_of_lines_where_nothing_is_located(located: bool) -> None:
    outcomes = [read("A1", "A1", name=f"{n}") for n in range(6)] + [read("A" * 40, None)]
    figures = Gallery(NAMES, LIMITS, located=located).figures(outcomes)
    captions = {each.title: each.caption for each in figures if each.kind == "chart"}
    assert ("located" in captions["Characters that were misread"]) == located
    assert captions["Accuracy by place"].endswith("the longest text has 40 characters.")


def test_the_chart_of_locating_names_no_class_where_reading_tells_it() -> None:
    named: list[tuple[str, ...]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery_module, "pr_curves", lambda _, names, *rest: named.append(names))
        for one_kind in (True, False):
            gallery = Gallery(NAMES, LIMITS, located=True, one_kind=one_kind)
            gallery.figures([seen(BOTH, RIGHT)])
    assert named == [("all fields",), NAMES]


def test_right_ones_that_were_rejected_and_passed_ones_where_nothing_is_come_first() -> None:
    def severity(outcome: PhotoOutcome, kind: str) -> tuple[float, float]:
        return next(c.severity for c in cases_of(outcome, NAMES, LIMITS) if c.kind == kind)

    right, surer = read("A1", "A1", 0.2), read("A1", "B1", 0.5)
    assert severity(right, "rejected") > severity(surer, "rejected")
    passed = seen(fields(), readings((LOT, NOWHERE, 0.6, "L0", 0.7)))
    surer = seen(fields(), readings((LOT, NOWHERE, 0.99, "L0", 0.5)))
    assert severity(passed, "false_field") > severity(surer, "false_field")


def test_the_surest_misreadings_are_kept_one_an_object() -> None:
    outcomes = [read("A1", "B1", 0.61 + 0.03 * n, name=f"{n:02}") for n in range(10)]
    pages = []
    for ordered in (outcomes, outcomes[::-1]):
        gallery = Gallery(NAMES, LIMITS, located=False)
        for outcome in ordered:
            gallery.consider(outcome, PHOTO, crops(outcome))
        figures = gallery.figures(ordered)
        pages.append([figure.title for figure in figures if figure.kind == "misread"])
    assert pages[0] == pages[1] == [f"{9 - n:02}.png" for n in range(SHOWN)]


def size(data: bytes) -> tuple[int, int]:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image.size


def test_figures_of_located_fields_are_whole_files() -> None:
    gallery = Gallery(NAMES, LIMITS, located=True)
    wrong = readings((LOT, NOWHERE, 0.9, "L0", 0.9), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2O27", 0.9))
    outcomes = [seen(BOTH, RIGHT, name="a", object="a"), seen(BOTH, wrong, name="b", object="b")]
    for outcome in outcomes:
        gallery.consider(outcome, PHOTO, crops(outcome))
    figures = gallery.figures(outcomes)
    kinds = [figure.kind for figure in figures]
    assert kinds == ["chart"] * 6 + ["misread", "missed_field", "false_field", "correct"]
    assert all(figure.data.lstrip().startswith(b"<?xml") for figure in figures[:6])
    sizes = {figure.kind: size(figure.data) for figure in figures[6:]}
    assert sizes["missed_field"] == sizes["false_field"]
    assert sizes["missed_field"][0] == 3 * 300 + 12  # photo, truth and prediction
    assert sizes["misread"][0] < sizes["correct"][0]  # one line, two lines


def test_lines_have_charts_of_reading_alone_and_none_where_nothing_was_read() -> None:
    gallery = Gallery(("plate",), LIMITS, located=False)
    titles = [figure.title for figure in gallery.figures([read("A1", "A1"), read("B", None)])]
    assert titles == [
        "Characters that were misread",
        "Accuracy at a rate of rejects",
        "Accuracy by place",
        "Can confidences be trusted?",
    ]
    assert gallery.figures([]) == ()
    (characters, *_) = Gallery(NAMES, LIMITS, located=True).figures([seen(BOTH, readings())])
    assert characters.title == "Precision and recall of locating"


def test_a_large_photo_is_cut_to_the_first_box_that_a_case_is_about() -> None:
    place = (1400.0, 1000.0, 90.0, 20.0, 0.0)
    outcome = observe("a", "a", (1200, 1600), fields((LOT, place, "L1")), readings(), 0, len(NAMES))
    gallery = Gallery(NAMES, LIMITS, located=True)
    gallery.consider(outcome, np.full((1200, 1600, 3), 90, np.uint8), [])
    (figure,) = [each for each in gallery.figures([outcome]) if each.kind == "missed_field"]
    assert size(figure.data)[0] == 3 * 384 + 12


def test_the_crop_shown_is_that_of_the_reading() -> None:
    said = readings((LOT, NOWHERE, 0.95, "L0", 0.9), (LOT, LOT_AT, 0.9, "L1Z34A", 0.9))
    outcome = seen(BOTH, said)
    gallery = Gallery(NAMES, LIMITS, located=True)
    colours = [np.full((20, 90, 3), c, np.uint8) for c in ((255, 0, 0), (0, 0, 255))]
    gallery.consider(outcome, PHOTO, colours)
    (figure,) = [each for each in gallery.figures([outcome]) if each.kind == "misread"]
    pixels = np.asarray(Image.open(io.BytesIO(figure.data))).astype(int)
    blue = (pixels[..., 2] > 200) & (pixels[..., 0] < 60)
    red = (pixels[..., 0] > 200) & (pixels[..., 2] < 60)
    assert blue.sum() > 5000 and red.sum() < 50
