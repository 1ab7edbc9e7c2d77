"""Numbers and names in sentences."""

from __future__ import annotations

import pytest

from engine.phrasing import (
    by_ticks,
    counted,
    counted_advice,
    first_few,
    one_line,
    percent,
    quoted,
    told_apart,
)


def test_one_is_singular() -> None:
    assert [counted(n, "photo") for n in (0, 1, 2)] == ["0 photos", "1 photo", "2 photos"]
    assert [counted_advice(n) for n in (1, 2)] == ["1 piece of advice", "2 pieces of advice"]


def test_names_that_are_not_shown_are_counted() -> None:
    assert first_few([]) == ""
    assert first_few(["a", "b", "c"]) == "a, b, c"
    assert first_few(["a", "b", "c", "d"]) == "a, b, c and 1 more"


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (0.25, 0.5, ("0.250", "0.500")),
        (0.1139, 0.1141, ("0.1139", "0.1141")),
        (0.11399996, 0.11400004, ("0.11399996", "0.11400004")),
        (0.25, 0.25, ("0.250", "0.250")),
        (1e-30, 2e-30, ("0." + 17 * "0",) * 2),
    ],
)
def test_different_numbers_look_different(
    first: float, second: float, shown: tuple[str, str]
) -> None:
    assert told_apart(first, second) == shown


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (1.0, 2, "100 %"), (0.9975, 2, "100 %"), (0.0629, 2, "6.3 %"), (0.05, 3, "5 %"),
        (0.0, 2, "0 %"), (1e-7, 3, "0.00001 %"), (12.34, 3, "1230 %"), (0.01, 6, "1 %"),
    ],
)  # fmt: skip
def test_per_cent_never_has_an_exponent(share: float, digits: int, shown: str) -> None:
    assert percent(share, digits) == shown


def test_long_texts_are_cut() -> None:
    assert quoted("L1204") == "'L1204'"
    assert quoted("x" * 40) == repr("x" * 40)
    assert quoted("AB" * 200) == repr("AB" * 19 + "A…")


def test_a_name_stays_on_its_line() -> None:
    assert one_line("ü\x1b[31m\n\udcff €.png") == r"ü\x1b[31m\n\udcff €.png"


def test_backticks_part_a_text_in_pairs() -> None:
    assert by_ticks("state `ignore: [255]`, or `none`") == [
        "state ",
        "ignore: [255]",
        ", or ",
        "none",
        "",
    ]
    assert by_ticks("it's a ` alone") == ["it's a ` alone"]
    assert by_ticks("") == [""]
