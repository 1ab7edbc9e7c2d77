from __future__ import annotations

from dataclasses import replace

from engine.report.html import render_html
from engine.report.tables import class_tables, headline_rows, photo_table
from tests.report.detection_samples import (
    BOUNDS,
    CLASSES,
    METRICS,
    detection_annex,
    detection_report,
)
from tests.report.samples import METRICS as SEGMENTATION
from tests.report.test_html import Tags


def text() -> str:
    page = Tags(render_html(detection_report(), detection_annex()))
    assert page.open == []
    return " ".join(page.text.split())


def test_pictures_stand_under_the_words_of_detection() -> None:
    page = text()
    titles = (
        "Worst misses", "Worst false alarms", "Wrong headings", "Wrong classes", "Right ones",
        "Training photos that may lack an annotation",
    )  # fmt: skip
    assert [page.count(title) for title in titles] == [1] * len(titles)
    assert "Detection counts" in page
    assert "score threshold of washer: no validation photo shows this class." in page
    for words in ("Bad photos", "called good", "called bad", "Pixel", "sure of a defect"):
        assert words not in page


def test_upright_detection_speaks_likewise() -> None:
    upright = replace(
        detection_report(), recipe=replace(detection_report().recipe, task="detection")
    )
    assert "Annotated things without a detection" in render_html(upright, detection_annex())


def test_photos_without_good_and_bad_have_no_table_of_them() -> None:
    html = render_html(detection_report(), detection_annex())
    assert '<table class="confusion">' not in html


def test_units_stand_beside_values_and_bounds() -> None:
    page = text()
    assert "1.28 deg" in page and "1.16 to 1.32 deg" in page and "0.87 px" in page
    rows = {row.title: row for row in headline_rows(METRICS, BOUNDS)}
    angle = rows["Angle error"]
    assert (angle.asked, angle.measured.bar) == ("at most 3.00 deg", None)
    assert angle.meaning.endswith(", all classes together")
    assert rows["mAP50"].meaning.endswith(", mean over the classes")
    assert rows["mAP50"].measured.bar is not None and rows["mAP50"].measured.bar.bound == 90.0
    assert rows["Things found"].measured.value == "95.7 %"
    assert rows["Escape rate"].asked == "at most 5.0 %"
    assert rows["Escape rate"].meaning == "annotated things that were not found"


def test_a_class_without_an_angle_has_a_dash() -> None:
    tables = class_tables(METRICS)
    assert [table.title for table in tables] == [
        "Interior", "Interior, continued", "Edge band", "Edge band, continued",
    ]  # fmt: skip
    shares, errors = tables[:2]
    assert shares.columns == ("mAP50", "mAP50:95", "Things found", "Detections right")
    assert errors.columns == ("Angle error", "Angle error, 90 %", "Flip rate", "Position error")
    assert [name for name, _ in shares.rows] == ["Mean", *CLASSES]
    assert [name for name, _ in errors.rows] == ["All classes", *CLASSES]
    washer = dict(errors.rows)["washer"]
    assert [cell.value for cell in washer] == ["–", "–", "–", "0.87 px"]


def test_figures_of_all_classes_stand_by_region() -> None:
    table = photo_table(METRICS)
    assert table.columns == ("Escape rate", "Overkill rate")
    assert "All classes together, by region" in text()


def test_few_columns_stay_in_one_table() -> None:
    (interior, edge) = class_tables(SEGMENTATION)
    assert (interior.title, edge.title) == ("Interior", "Edge band")
    assert interior.rows[0][0] == "Mean"
    assert class_tables([m for m in METRICS if m.class_name is None]) == ()
