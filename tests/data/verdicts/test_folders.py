"""What folders say, over names alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.verdicts.folders import folders_of, kinds_among, nearest_known

GOOD = ("good", "ok")


@pytest.mark.parametrize(
    ("photos", "kinds"),
    [
        (["good/a.png", "crack/b.png", "cut/deep/c.png"], {"crack", "cut"}),
        (["GOOD/a.png", "crack/b.png"], {"crack"}),
        (["line1/ok/a.png", "line1/crack/b.png", "line2/ok/a.png"], {"crack"}),
        (["good/Imgs/a.png", "crack/Imgs/b.png"], {"crack"}),
        (["good/line1/a.png", "good/line2/b.png"], set()),
        (["crack/a.png", "cut/b.png"], {"crack", "cut"}),
        (["test/crack/a.png"], {"crack"}),
        (["good/a.png", "stray.png", "crack/b.png"], {"crack"}),
        (["a.png"], {"parts"}),
    ],
)
def test_kinds_are_the_folders_beside_good_ones(photos: list[str], kinds: set[str]) -> None:
    assert kinds_among([folders_of(each, "parts") for each in photos], GOOD) == kinds


def test_a_part_of_the_split_is_no_kind() -> None:
    assert kinds_among([folders_of("a.png", "train")], GOOD) == frozenset()
    assert kinds_among([folders_of("x/a.png", "good")], GOOD) == frozenset()


@pytest.mark.parametrize(
    ("photo", "top", "found"),
    [
        ("MT_Blowhole/Imgs/a.jpg", "tiles", "MT_Blowhole"),
        ("a.jpg", "OK", "OK"),
        ("good/crack/a.jpg", "tiles", "crack"),
        ("crack/good/a.jpg", "tiles", "good"),
        ("Crack/a.jpg", "tiles", None),
        ("a.jpg", "tiles", None),
    ],
)
def test_the_nearest_folder_decides(photo: str, top: str, found: str | None) -> None:
    assert nearest_known(folders_of(photo, top), ("MT_Blowhole", "crack"), GOOD) == found


NAMES = st.sampled_from(["good", "OK", "crack", "cut", "images", "train", "line1"])


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=8))
def test_good_is_never_a_kind_and_order_does_not_matter(folders: list[list[str]]) -> None:
    photos = [folders_of("/".join([*each, "a.png"]), "data") for each in folders]
    kinds = kinds_among(photos, GOOD)
    assert kinds == kinds_among(reversed(photos), GOOD)
    assert not kinds & {"good", "OK", "images"}
