"""Every metric by hand, on photos with fields and on lines."""

from __future__ import annotations

import sys
from subprocess import run

import numpy as np
import pytest

from engine.evaluate.bootstrap import estimate
from engine.records import IGNORE
from engine.tasks.ocr.metrics import measure
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.verdicts import Limits, read_fields, verdicts_in
from tests.tasks.ocr.seen import (
    EXPIRY,
    EXPIRY_AT,
    LIMITS,
    LOT,
    LOT_AT,
    NAMES,
    NOWHERE,
    fields,
    read,
    readings,
    seen,
)

BOTH = fields((LOT, LOT_AT, "L1234A"), (EXPIRY, EXPIRY_AT, "01/02/2027"))
LINES = Limits(np.zeros(2, np.float32), 0.6)


def values(
    outcomes: list[PhotoOutcome],
    region: str = "interior",
    located: bool = True,
    limits: Limits = LIMITS,
) -> dict[tuple[str, str | None], float | None]:
    statistics = measure(outcomes, NAMES, limits, located=located)
    return {
        (metric.name, metric.class_name): metric.value
        for metric in estimate(statistics, resamples=20)
        if metric.region == region
    }


def test_a_photo_that_is_all_right() -> None:
    said = readings((LOT, LOT_AT, 0.9, "L1234A", 0.9), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2027", 0.7))
    got = values([seen(BOTH, said)])
    for name in ("exact_match", "field_f1", "recall", "precision", "map50"):
        assert got[name, None] == got[name, "lot"] == pytest.approx(1)
    for name in ("cer", "wer", "wrong_read_rate", "reject_rate", "flip_rate"):
        assert got[name, None] == got[name, "expiry"] == 0
    assert "map50_95" not in {name for name, _ in got}


def test_a_wrong_text_that_is_passed_on() -> None:
    said = readings((LOT, LOT_AT, 0.9, "L1Z34", 0.9), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2027", 0.7))
    got = values([seen(BOTH, said)])
    assert got["exact_match", "lot"] == 0 and got["exact_match", None] == 0.5
    assert got["cer", "lot"] == pytest.approx(2 / 6)
    assert got["wrong_read_rate", "lot"] == 1 and got["reject_rate", "lot"] == 0
    assert got["field_f1", "lot"] == 0
    assert got["recall", "lot"] == 1


@pytest.mark.parametrize(("text", "confidence"), [("L1234A", 0.59), ("L9", 0.1), (None, 0.99)])
def test_a_reading_that_is_rejected(text: str | None, confidence: float) -> None:
    got = values([seen(BOTH, readings((LOT, LOT_AT, 0.9, text, confidence)))])
    assert got["reject_rate", "lot"] == 1
    assert got["wrong_read_rate", "lot"] == 0
    assert got["field_f1", "lot"] == 0
    assert got["exact_match", "lot"] == float(text == "L1234A")
    errors = {None: 6 / 6, "L9": 5 / 6, "L1234A": 0}
    assert got["cer", "lot"] == pytest.approx(errors[text])


def test_a_field_that_was_not_located() -> None:
    got = values([seen(BOTH, readings((LOT, LOT_AT, 0.9, "L1234A", 0.9)))])
    assert got["recall", "expiry"] == 0
    assert got["field_f1", "expiry"] == 0
    assert got["wrong_read_rate", "expiry"] == 0
    for name in ("exact_match", "cer", "wer", "reject_rate"):
        assert got[name, "expiry"] is None
        assert got[name, None] == got[name, "lot"]


def test_what_is_read_where_no_field_is_costs_f1_when_it_is_passed_on() -> None:
    own = (LOT, LOT_AT, 0.9, "L1234A", 0.9)
    sure = readings(own, (LOT, NOWHERE, 0.8, "L0000X", 0.8))
    got = values([seen(BOTH, sure)])
    assert got["field_f1", "lot"] == pytest.approx(2 / 3)
    assert got["wrong_read_rate", "lot"] == 0
    assert got["precision", "lot"] == 0.5
    rejected = readings(own, (LOT, NOWHERE, 0.8, "L0000X", 0.3))
    assert values([seen(BOTH, rejected)])["field_f1", "lot"] == 1
    unsure = readings(own, (LOT, NOWHERE, 0.4, "L0000X", 0.8))
    assert values([seen(BOTH, unsure)])["field_f1", "lot"] == 1


def test_a_second_reading_of_a_field_is_wrong() -> None:
    again = (LOT, (101.0, 50.0, 80.0, 20.0, 10.0), 0.7, "L1234A", 0.9)
    said = readings((LOT, LOT_AT, 0.9, None, 0.9), again)
    got = values([seen(BOTH, said)])
    assert got["reject_rate", "lot"] == 1
    assert got["field_f1", "lot"] == 0


def test_upside_down_is_located_and_told() -> None:
    turned = (LOT, (*LOT_AT[:4], 190.0), 0.9, None, 0.2)
    got = values([seen(BOTH, readings(turned))])
    assert (got["recall", "lot"], got["flip_rate", "lot"]) == (1, 1)


def test_fields_to_be_ignored_count_for_nothing() -> None:
    truth = fields((IGNORE, LOT_AT, ""), (EXPIRY, EXPIRY_AT, "01/02/2027"))
    said = readings((LOT, LOT_AT, 0.9, "L9999X", 0.9), (EXPIRY, EXPIRY_AT, 0.9, "01/02/2027", 0.9))
    got = values([seen(truth, said)])
    assert got["field_f1", "lot"] is None and got["wrong_read_rate", "lot"] is None
    assert got["field_f1", None] == got["exact_match", None] == 1


def test_regions_are_told_apart() -> None:
    said = readings((LOT, LOT_AT, 0.9, "L1234B", 0.9), (EXPIRY, EXPIRY_AT, 0.8, "01/02/2027", 0.7))
    outcome = seen(BOTH, said, margin_px=55)
    assert values([outcome], "edge")["exact_match", "lot"] == 0
    assert values([outcome], "edge")["exact_match", "expiry"] == 1
    interior = values([outcome])
    assert interior["exact_match", None] is None and interior["field_f1", None] is None


def test_lines_have_the_metrics_of_texts_alone() -> None:
    outcomes = [
        read("BEST BEFORE", "BEST BEF0RE", name="a"),
        read("7YKX901", "7YKX901", name="b"),
        read("7YKX902", None, name="c"),
        read("7YKX903", "7YKX903", 0.3, name="d"),
    ]
    got = values(outcomes, located=False, limits=LINES)
    assert {name for name, _ in got} == {
        "exact_match", "cer", "wer", "wrong_read_rate", "reject_rate",
    }  # fmt: skip
    assert got["exact_match", "lot"] == 0.5
    assert got["cer", "lot"] == pytest.approx((1 + 7) / (11 + 21))
    assert got["wer", "lot"] == pytest.approx((1 + 1) / 5)
    assert got["wrong_read_rate", "lot"] == 0.25
    assert got["reject_rate", "lot"] == 0.5
    assert got["exact_match", "expiry"] is None


def test_error_rates_may_exceed_one() -> None:
    outcomes = [read("A1", "XYZXYZ", name=f"{n}") for n in range(8)]
    statistics = measure(outcomes, NAMES, LINES, located=False)
    cer = next(m for m in estimate(statistics, 50) if m.name == "cer" and m.class_name == "lot")
    assert cer.value == cer.high == 3.0


def test_objects_are_counted_and_not_photos() -> None:
    outcomes = [read("A1", "A1" if n else "B1", name=f"{n}") for n in range(4)]
    (metric, *_) = estimate(measure(outcomes, NAMES, LINES, located=False), 20)
    assert (metric.name, metric.n) == ("exact_match", 4)
    together = [
        PhotoOutcome(o.sample_id, "one", o.size_hw, o.fields, o.readings, o.located)
        for o in outcomes
    ]
    (metric, *_) = estimate(measure(together, NAMES, LINES, located=False), 20)
    assert (metric.value, metric.n) == (0.75, 1)


def test_nothing_depends_on_the_order_of_photos_and_no_photo_is_no_figure() -> None:
    rng = np.random.default_rng(0)
    outcomes = [
        read("L123", "".join(rng.choice(list("L123"), 4)), rng.random(), f"{n}") for n in range(9)
    ]
    one, other = (
        estimate(measure(own, NAMES, LINES, located=True), 20) for own in (outcomes, outcomes[::-1])
    )
    assert one == other
    assert read_fields(outcomes, "all", LINES) == read_fields(outcomes[::-1], "all", LINES)
    assert measure([], NAMES, LINES, located=True) == ()


def test_verdicts_name_fields_and_readings() -> None:
    said = readings((LOT, NOWHERE, 0.95, "X", 0.9), (LOT, LOT_AT, 0.9, None, 0.4))
    own = verdicts_in(seen(BOTH, said), "interior", LIMITS)
    assert own is not None
    (each,) = own.read
    assert (each.field, each.reading, each.truth, each.said, each.best) == (
        0, 1, "L1234A", None, "?#",
    )  # fmt: skip
    assert not each.accepted and not each.exact
    assert own.missed.tolist() == [False, True]
    assert own.alone.tolist() == own.passed.tolist() == [True, False]
    assert verdicts_in(seen(BOTH, said), "edge", LIMITS) is None


def test_none_of_it_needs_tensorflow() -> None:
    modules = ("metrics", "gallery", "prediction_lines", "confidence", "sheet")
    code = "import sys; " + "".join(f"import engine.tasks.ocr.{name}; " for name in modules)
    code += "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
