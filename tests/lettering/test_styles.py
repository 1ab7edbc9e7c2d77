"""Every style draws every character that it claims, each unlike the others, alike for a seed."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.lettering.faces import FACES, Face, characters, glyph
from engine.lettering.five_by_seven import table
from engine.lettering.ink import CAP_PX
from engine.lettering.setting import trimmed
from engine.lettering.seven_segment import SEGMENTS
from engine.lettering.skeleton_table import SKELETONS
from engine.lettering.style import STYLES, Style, draw_text, drawable

CODES = string.ascii_uppercase + string.digits
PRINTABLE = "".join(map(chr, range(33, 127)))
NAMES = [style.name for style in STYLES]


def style_named(name: str) -> Style:
    return next(style for style in STYLES if style.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_draws_every_character_that_it_claims(name: str) -> None:
    style = style_named(name)
    claimed = [character for character in PRINTABLE + "éÄß€" if style.has(character)]
    assert len(claimed) >= 20
    for seed, character in enumerate(claimed):
        mask = style.draw(character, np.random.default_rng(seed), groups=True)
        assert mask.dtype == np.uint8
        assert mask.max() > 200, character
        assert 0.55 * CAP_PX <= mask.shape[0] <= 2 * CAP_PX, character


@pytest.mark.parametrize("name", NAMES)
def test_different_characters_give_different_ink(name: str) -> None:
    style = style_named(name)
    codes = [character for character in CODES if style.has(character)]
    for seed in range(4):
        # Beside a letter: where there is none, a zero may look like the letter O.
        drawn = [
            style.draw("A" + code, np.random.default_rng(seed), groups=False) for code in codes
        ]
        inks = {(mask.shape, mask.tobytes()) for mask in drawn}
        assert len(inks) == len(codes)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_is_a_function_of_the_seed_and_varied(name: str) -> None:
    style = style_named(name)
    drawn = [style.draw("2047", np.random.default_rng(seed), groups=True) for seed in (1, 1, 2, 3)]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    assert not np.array_equal(drawn[2], drawn[3])


def test_every_style_is_chosen_and_each_text_fits_the_style() -> None:
    rng = np.random.default_rng(0)
    assert {draw_text("2047", rng).style for _ in range(300)} == set(NAMES)
    assert "seven_segment" not in {draw_text("X2047", rng).style for _ in range(100)}


def test_the_ink_is_tight_and_between_nothing_and_full() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        mask = draw_text("L2047B", rng).mask
        assert mask.dtype == np.float32
        assert 0 <= mask.min() < 0.05
        assert 0.7 < mask.max() <= 1
        assert mask[:, 0].any()
        assert mask[:, -1].any()


@pytest.mark.parametrize("text", ["I", "-", ".", "a", "W" * 40, "10/10/2026 10:10", "éÄß€#"])
def test_short_long_and_unusual_texts_are_drawn(text: str) -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        mask = draw_text(text, rng, groups=True).mask
        assert mask.max() > 0.7
        assert mask.shape[1] > 8 * len(text) or len(text) == 1


def test_a_longer_text_is_wider_at_the_same_height() -> None:
    for seed in range(30):
        short, long = (draw_text(t, np.random.default_rng(seed)).mask for t in ("AB", "AB" * 6))
        assert long.shape[1] > 3 * short.shape[1]
        assert long.shape[0] < 1.8 * short.shape[0]


def test_a_lone_dash_does_not_fill_the_height() -> None:
    for name in NAMES:
        for seed in range(10):
            mask = style_named(name).draw("-", np.random.default_rng(seed), groups=False)
            assert (mask > 127).any(axis=1).mean() < 0.65


def test_gaps_stand_only_where_they_may() -> None:
    typeface = style_named("typeface")
    widths = {
        groups: [
            typeface.draw("AB1234", np.random.default_rng(seed), groups=groups).shape[1]
            for seed in range(60)
        ]
        for groups in (False, True)
    }
    assert np.mean(widths[True]) > np.mean(widths[False])


def test_what_cannot_be_drawn_is_said() -> None:
    assert drawable("AB é€ß#\u0301ש\n\tع漢") == "AB é€ß#"
    with pytest.raises(ValueError, match="漢"):
        draw_text("A漢", np.random.default_rng(0))
    with pytest.raises(ValueError, match="no ink"):
        draw_text("  ", np.random.default_rng(0))
    with pytest.raises(ValueError, match="no ink"):
        draw_text("", np.random.default_rng(0))


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.sampled_from(drawable(PRINTABLE + "äöüßéñÅØ€£°")), min_size=1, max_size=12),
    seed=st.integers(0, 2**32),
)
def test_any_drawable_text_is_drawn_alike_for_a_seed(text: str, seed: int) -> None:
    first, second = (draw_text(text, np.random.default_rng(seed), groups=True) for _ in range(2))
    assert first.style == second.style
    assert np.array_equal(first.mask, second.mask)
    assert first.mask.max() > 0.5


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_a_face_has_capitals_of_one_height_and_no_two_alike(face: Face) -> None:
    name = face.name
    assert set(CODES) <= characters(name)
    glyphs = {code: glyph(name, code) for code in CODES}
    assert (
        len({one.mask.tobytes() + bytes(str(one.mask.shape), "ascii") for one in glyphs.values()})
        == 36
    )
    assert abs(glyphs["H"].top - CAP_PX) <= 1
    assert all(one.advance > 0 for one in glyphs.values())
    assert glyph(name, " ").mask.size == 0


def test_the_tables_hold_what_codes_are_made_of() -> None:
    wanted = set(CODES + string.ascii_lowercase + "/.-: #+")
    assert wanted <= set(table())
    assert wanted <= set(SKELETONS)
    assert set(string.digits) <= set(SEGMENTS)
    assert all(dots.shape == (8, 5) for dots in table().values())
    assert len(set(SEGMENTS.values())) == len(SEGMENTS)


def test_trimmed_ink_is_a_share() -> None:
    mask = np.zeros((4, 6), np.uint8)
    mask[1, 2:4] = 255
    assert np.array_equal(trimmed(mask), np.array([[0, 0], [1, 1], [0, 0], [0, 0]], np.float32))
