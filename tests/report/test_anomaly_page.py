from __future__ import annotations

from dataclasses import replace

from engine.report.html import render_html
from engine.report.tables import class_tables, headline_rows, photo_table
from engine.report.task_words import words_of_task
from engine.report.words import METRICS as WORDS
from tests.report.anomaly_samples import BOUNDS, KINDS, METRICS, anomaly_report
from tests.report.samples import annex
from tests.report.test_html import Tags

OWN = words_of_task("anomaly_detection")


def text() -> str:
    page = Tags(render_html(anomaly_report(), replace(annex(), bounds=BOUNDS)))
    assert page.open == []
    return " ".join(page.text.split())


def test_every_metric_is_explained_in_one_plain_sentence() -> None:
    for name in dict.fromkeys(metric.name for metric in METRICS):
        words = WORDS[name]
        assert words.title != name and 3 < len(words.meaning.split()) < 35
        assert "." not in words.meaning and f"{words.title}{words.meaning}" in text()


def test_figures_of_all_kinds_are_not_called_a_mean() -> None:
    rows = headline_rows(METRICS, BOUNDS, OWN.metrics, OWN.together)
    assert [row.title for row in rows] == [
        "Escape rate", "Ranking (AUROC)", "Overkill rate", "Ranking (average precision)",
        "Ranking of pixels (AUROC)", "Defects covered (PRO)",
    ]  # fmt: skip
    assert all("mean over" not in row.meaning for row in rows)
    assert (rows[0].asked, rows[3].asked) == ("at most 5.0 %", "at least 0.900")
    assert "Mean" not in text() and "mean over the classes" not in text()


def test_kinds_of_defect_stand_below_all_of_them() -> None:
    tables = class_tables(METRICS, OWN.metrics, OWN.together)
    assert [table.title for table in tables] == ["Interior", "Edge band", "Whole photo"]
    assert tables[0].columns == ("Escape rate", "Ranking (AUROC)")
    assert [name for name, _ in tables[0].rows] == ["All kinds", *KINDS]
    assert "By kind of defect and region" in text() and "Kind of defect" in text()
    assert "By class" not in text()


def test_the_table_of_photos_holds_all_that_was_measured() -> None:
    table = photo_table(METRICS, OWN.metrics, OWN.together)
    assert len(table.columns) == 6
    assert [name for name, _ in table.rows] == ["Interior", "Edge band", "Whole photo"]
    assert "All kinds of defect together, by region" in text()


def test_thresholds_are_one_half_and_their_notes_say_the_rest() -> None:
    page = text()
    assert "Photo is called badall kinds together0.500" in page
    assert "image threshold: raw score 7.03, reached by 0 of 10." in page
    assert "pixel threshold: raw score 8.44, reached by 0 of 10." in page


def test_thresholds_that_came_about_together_are_told_once() -> None:
    pixel, image = anomaly_report().thresholds
    one = (pixel, replace(image, note=f"{pixel.note}; escapes are not known"))
    page = Tags(render_html(replace(anomaly_report(), thresholds=one), annex())).text
    assert "pixel and image thresholds: raw score 8.44, reached by 0 of 10; escapes are not" in page
    assert page.count("raw score 8.44") == 1


def test_pictures_stand_under_words_of_their_own() -> None:
    page = text()
    for words in ("Worst misses", "Training photos that look unlike the others"):
        assert words in page
    assert "called these places background" not in page


def test_doubted_training_photos_are_told_in_words_of_their_own() -> None:
    page = text()
    assert "1 training photo may show a defect among the good ones (ANN303)" in page
    assert "may lack an annotation" not in page


def test_what_is_undefined_is_not_measurable() -> None:
    blank = [
        replace(m, value=None, low=None, high=None, n=0) if m.name == "pro" else m for m in METRICS
    ]
    page = render_html(replace(anomaly_report(), metrics=tuple(blank)), annex())
    assert "not measurable" in page and "nan" not in Tags(page).text.lower()
