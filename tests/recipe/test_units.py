from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recipe import units
from engine.recipe.units import Length, Share

PERCENT = st.floats(0, 100, allow_nan=False).map(units.plain_number)
POSITIVE = st.floats(1e-6, 1e5, allow_nan=False)


@given(PERCENT, st.sampled_from(["", " ", "  "]))
def test_a_share_is_written_as_it_is_read(percent: str, space: str) -> None:
    read = units.parse_share(f"{percent}{space}%", 0, 100)
    assert units.parse_share(str(read), 0, 100) == read


@given(st.floats(0, 100, allow_nan=False), st.sampled_from(["px", "%"]))
def test_a_length_is_written_as_it_is_read(value: float, unit: str) -> None:
    read = units.parse_length(f"{units.plain_number(value)} {unit}")
    assert units.parse_length(str(read)) == read


@given(POSITIVE, st.sampled_from(["s", "min", "h"]))
def test_a_duration_survives_to_a_billionth(value: float, unit: str) -> None:
    read = units.parse_duration_s(f"{units.plain_number(value)} {unit}")
    assert units.parse_duration_s(units.format_duration(read)) == pytest.approx(read, rel=1e-9)


@given(st.integers(16, 999999), st.integers(16, 999999))
def test_a_size_is_written_width_first_and_kept_height_first(width: int, height: int) -> None:
    read = units.parse_size_hw(f"{width}x{height}", smallest=16)
    assert read == (height, width)
    assert units.format_size(read) == f"{width}x{height}"


@pytest.mark.parametrize(
    ("written", "fraction"),
    [("20 %", 0.2), ("20%", 0.2), ("0.5 %", 0.005), ("100 %", 1.0), (" 1e1 % ", 0.1)],
)
def test_shares(written: str, fraction: float) -> None:
    assert units.parse_share(written, 0, 100) == Share(fraction)


@pytest.mark.parametrize(
    "bad", [0.2, 20, "20", "-1 %", "101 %", "%", "x %", True, None, [], "1e999 %"]
)
def test_refused_shares_say_what_is_allowed(bad: object) -> None:
    with pytest.raises(ValueError, match=r"Received: .*; allowed: a percentage from 0 % to 100 %"):
        units.parse_share(bad, 0, 100)


@pytest.mark.parametrize(("bad", "hint"), [(0.2, "'20 %'"), (20, "'20 %'"), (0.125, "'12.5 %'")])
def test_a_share_without_unit_is_told_how_to_write_it(bad: float, hint: str) -> None:
    with pytest.raises(ValueError, match=f"write {hint}"):
        units.parse_share(bad, 0, 100)


@pytest.mark.parametrize("end", ["0 %", "100 %"])
def test_the_ends_of_a_share_of_the_data_are_not_allowed(end: str) -> None:
    with pytest.raises(ValueError, match="above 0 % and below 100 %"):
        units.parse_share(end, 0, 100, inside=True)


def test_a_length_in_percent_is_of_the_shorter_side_rounded_up() -> None:
    assert units.parse_length("12 px").to_px((256, 100)) == 12
    assert units.parse_length("2 %").to_px((1000, 256)) == 6
    assert units.parse_length("10 %").to_px((250, 999)) == 25
    assert units.parse_length("0.5px").exact_px((10, 10)) == 0.5
    assert Length(0).to_px((10, 10)) == 0


@pytest.mark.parametrize(
    "bad", [12, 0.5, "12", "12 mm", "-3 px", "51 %", "1e9 px", None, True, float("inf")]
)
def test_refused_lengths_say_what_is_allowed(bad: object) -> None:
    with pytest.raises(ValueError, match="a length in px, or in % of the shorter side up to 50 %"):
        units.parse_length(bad, highest_percent=50)


@pytest.mark.parametrize(
    ("written", "seconds"), [("90 s", 90), ("30 min", 1800), ("1 h", 3600), ("1.5h", 5400)]
)
def test_durations(written: str, seconds: float) -> None:
    assert units.parse_duration_s(written) == seconds


@pytest.mark.parametrize("bad", [30, "30", "0 s", "-1 h", "1 day", "1 h 30 min", None, "1e300 h"])
def test_refused_durations_say_what_is_allowed(bad: object) -> None:
    with pytest.raises(ValueError, match="a duration in s, min or h"):
        units.parse_duration_s(bad)


@pytest.mark.parametrize(("written", "degrees"), [("15 deg", 15), (15, 15), ("7.5°", 7.5), (0, 0)])
def test_angles(written: object, degrees: float) -> None:
    assert units.parse_angle_deg(written, 180) == degrees


@pytest.mark.parametrize("bad", ["15", -1, 181, "181 deg", True, None, float("nan")])
def test_refused_angles_say_what_is_allowed(bad: object) -> None:
    with pytest.raises(ValueError, match="an angle from 0 deg to 180 deg"):
        units.parse_angle_deg(bad, 180)


@pytest.mark.parametrize(
    "bad", ["256", "256x", "256*256", "15x256", 256, [256, 256], None, "9999999x16"]
)
def test_refused_sizes_say_what_is_allowed(bad: object) -> None:
    with pytest.raises(ValueError, match="width x height in px, each at least 16"):
        units.parse_size_hw(bad, 16)
