from __future__ import annotations

from dataclasses import replace

from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import judge
from engine.report.html import render_html
from engine.report.page import build_page
from engine.report.tables import class_tables, headline_rows
from engine.report.task_words import words_of_task
from tests.report.ocr_samples import BOUNDS, CLASSES, METRICS, ocr_annex, ocr_report
from tests.report.test_html import Tags


def text() -> str:
    page = Tags(render_html(ocr_report(), ocr_annex()))
    assert page.open == []
    return " ".join(page.text.split())


def test_pictures_stand_under_the_words_of_texts() -> None:
    page = text()
    titles = (
        "Worst misreadings", "Rejected readings", "Fields that were not located",
        "Read where no field is", "Right ones", "Training photos that may lack an annotation",
    )  # fmt: skip
    assert [page.count(title) for title in titles] == [1] * len(titles)
    for words in ("Bad photos", "called good", "Pixel", "a defect", "annotated things", "thing of"):
        assert words not in page


def test_the_threshold_of_readings_is_named_with_its_note() -> None:
    assert "reading threshold: 40 validation fields cannot show it." in text()
    page = build_page(ocr_report(), ocr_annex())
    assert page.thresholds[-1] == ("Reading is passed on", "all classes together", "0.874")
    assert ("Detection counts", "lot", "0.438") in page.thresholds


def test_what_is_readable_is_listed_with_the_thresholds() -> None:
    own = replace(ocr_report(), thresholds=(Threshold("readable", None, 0.93, note="few"),))
    page = build_page(own, ocr_annex())
    assert page.thresholds == (("Characters are plainly there", "all classes together", "0.930"),)
    assert "readable threshold: few." in page.warnings


def test_a_threshold_just_below_one_does_not_look_like_one() -> None:
    strict = replace(ocr_report(), thresholds=(Threshold("reading", None, 0.99997),))
    assert build_page(strict, ocr_annex()).thresholds[0][2] == "0.99997"


def test_rates_of_accept_are_found_under_the_names_of_texts() -> None:
    rows = {row.title: row for row in headline_rows(METRICS, BOUNDS)}
    wrong = rows["Wrong-read rate"]
    assert (wrong.asked, wrong.measured.value) == ("at most 1.0 %", "0.8 %")
    assert wrong.meaning == "fields of which a wrong text was passed on, mean over the classes"
    assert rows["Field F1"].asked == "at least 0.900"
    assert rows["Read exactly"].asked == "at least 93.0 %"
    assert rows["Character errors (CER)"].measured.value == "1.2 %"
    assert ocr_report().verdict.accepted is True


def test_an_error_rate_above_one_ends_with_its_scale() -> None:
    rows = {row.title: row for row in headline_rows(METRICS, BOUNDS)}
    words = rows["Word errors (WER)"].measured
    assert (words.value, words.interval) == ("136.0 %", "122.4 % to 149.6 %")
    assert words.bar is not None
    assert (words.bar.low, words.bar.value, words.bar.high) == (100.0, 100.0, 100.0)


def test_reading_and_locating_have_tables_of_their_own() -> None:
    tables = class_tables(METRICS, words_of_task("ocr").metrics)
    assert [table.title for table in tables] == [
        "Interior", "Interior, continued", "Edge band", "Edge band, continued",
    ]  # fmt: skip
    reading, locating = tables[:2]
    assert reading.columns == (
        "Read exactly", "Character errors (CER)", "Word errors (WER)", "Wrong-read rate",
        "Reject rate",
    )  # fmt: skip
    assert locating.columns == (
        "Field F1", "mAP50 of locating", "Fields located", "Detections right", "Flip rate",
    )  # fmt: skip
    assert [name for name, _ in reading.rows] == ["Mean", *CLASSES]


LINES = tuple(
    replace(metric, class_name=metric.class_name and "code")
    for metric in METRICS
    if metric.region == "interior"
    and metric.class_name != "expiry"
    and metric.name in ("exact_match", "cer", "wer", "wrong_read_rate", "reject_rate")
)


def test_the_report_of_lines_speaks_of_no_fields_and_no_edge() -> None:
    bounds = tuple(bound for bound in BOUNDS if bound[0] != "field_f1")
    own = replace(ocr_report(), metrics=LINES, verdict=judge(LINES, bounds), thresholds=())
    page = build_page(own, replace(ocr_annex(), bounds=bounds, figures=()))
    assert [table.title for table in page.class_tables] == ["Whole photo"]
    assert [[name for name, _ in table.rows] for table in page.class_tables] == [["code"]]
    shown = " ".join(
        Tags(render_html(own, replace(ocr_annex(), figures=(), bounds=bounds))).text.split()
    )
    for words in ("away from the edge", "Interior", "located", "mean over the classes", "Mean"):
        assert words not in shown
    assert "lines whose whole text was read right" in shown


def test_bounds_that_a_reader_keeps_which_finds_nothing_are_told() -> None:
    def warned(*names: str) -> bool:
        bounds = tuple(bound for bound in BOUNDS if bound[0] in names)
        page = build_page(ocr_report(), replace(ocr_annex(), bounds=bounds))
        return any("neither field_f1 nor recall" in warning for warning in page.warnings)

    assert warned("escape_rate", "exact_match")
    assert not warned("escape_rate", "field_f1") and not warned()
    lines = build_page(
        replace(ocr_report(), metrics=LINES), replace(ocr_annex(), bounds=BOUNDS[1:])
    )
    assert not any("field_f1" in warning for warning in lines.warnings)


def test_other_tasks_keep_their_own_words() -> None:
    assert words_of_task("detection").metrics == {}
    page = text()
    assert "annotated fields that were located (recall), mean over the classes" in page
    assert "Things found" not in page
