"""Patterns: the subset agrees with Python's `re`, and all else is refused in words."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.pattern import PatternError, compile_pattern

CHARACTERS = " -./019ABZaé字𝔸"
ESCAPED = ["\\.", "\\-", "\\/", "\\d", "\\s"]
CLASSES = ["[A-Z]", "[0-9/]", "[^A-Z]", "[^0.]", "[-a]", "[.A-]", "[\\d\\s]", "[\\-é字]", "[é-字𝔸]"]
COUNTS = ["?", "*", "+", "{2}", "{1,}", "{0,2}", "{0}", "{2,3}"]

symbols = st.sampled_from(["A", "B", "0", "é", "𝔸", " ", "-", ".", *ESCAPED, *CLASSES])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(st.sampled_from(["(", "(?:"]), inner).map(lambda p: f"{p[0]}{p[1]})")
    return st.one_of(
        st.tuples(st.one_of(symbols, group), st.sampled_from(COUNTS)).map("".join),
        st.lists(st.one_of(symbols, group), max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
    )


patterns = st.recursive(symbols, grown, max_leaves=6)
texts = st.text(st.sampled_from(CHARACTERS), max_size=5)


@settings(max_examples=400, deadline=None)
@given(patterns, st.lists(texts, min_size=1, max_size=6), st.booleans())
def test_agrees_with_re(pattern: str, some: list[str], anchored: bool) -> None:
    expected = [bool(text) and bool(re.fullmatch(pattern, text, re.ASCII)) for text in some]
    try:
        automaton = compile_pattern(f"^{pattern}$" if anchored else pattern, CHARACTERS)
    except PatternError as error:
        assert "matches" in str(error)
        assert not any(expected)
        return
    assert [automaton.accepts(text) for text in some] == expected


@settings(max_examples=100, deadline=None)
@given(patterns)
def test_every_state_lies_between_the_start_and_an_end(pattern: str) -> None:
    try:
        automaton = compile_pattern(pattern, CHARACTERS)
    except PatternError:
        return
    moves = automaton.moves
    assert not automaton.accepting[0]
    assert set(moves[moves >= 0].tolist()) | {0} == set(range(len(moves)))
    reaching = automaton.accepting
    for _ in moves:
        reaching = reaching | ((moves >= 0) & reaching[moves]).any(axis=1)
    assert reaching.all()


def test_without_characters_the_alphabet_is_what_the_pattern_names() -> None:
    assert compile_pattern("L[0-2]{2}\\d?\\.", None).alphabet == ".0123456789L"


def test_names_beyond_the_fields_characters_are_never_read() -> None:
    automaton = compile_pattern("[A-Z](L|M)", "ABM")
    assert automaton.alphabet == "ABM"
    assert automaton.accepts("AM") and not automaton.accepts("AL") and not automaton.accepts("LM")


def test_an_empty_part_is_no_text() -> None:
    automaton = compile_pattern("A*|()", "AB")
    assert automaton.accepts("A") and not automaton.accepts("")


def test_case_can_be_ignored() -> None:
    automaton = compile_pattern("l[0-9a-fς]|[^l]{3}", "0LABFGΣ", ignore_case=True)
    assert automaton.accepts("LF") and automaton.accepts("LΣ")
    assert not automaton.accepts("LG") and not automaton.accepts("AAL")
    assert compile_pattern("a[b-c]", None, ignore_case=True).alphabet == "ABC"


REFUSED = {
    r"a\wb": (r"Character 2 of the pattern: \\w is none of the subset", "Allowed"),
    r"\bA": (r"Character 1 of the pattern: \\b", "Allowed"),
    r"(a)\1": (r"Character 4 of the pattern: \\1", "Allowed"),
    "A+?": ("Character 3.*lazy", "leave it out"),
    "A{2}+": ("Character 5.*possessive", "leave it out"),
    "A**": ("Character 3.*second repetition", "group"),
    "(?=A)": ("Character 1.*group \\(\\?=A", "Allowed"),
    "(?P<x>A)": ("Character 1.*\\(\\?P<", "Allowed"),
    "A(?i)": ("Character 2.*\\(\\?i", "Allowed"),
    "*A": ("Character 1.*repeats nothing", r"\\\*"),
    "A|+": ("Character 3.*repeats nothing", r"\\\+"),
    "A{1,99999999999}": (r"\{1,99999999999\} repeats too often", "without limit"),
    "A{123456789012345678901234567890123}": ("… repeats too often", "less often"),
    "A{x}": ("Character 2.*begins no repetition", r"\\{"),
    "A{,3}": ("Character 2.*begins no repetition", r"\{n,m\}"),
    "A{3,1}": ("Character 2.*backwards", r"Write \{1,3\}"),
    "A}": ("Character 2.*closes nothing", r"\\}"),
    "(A": ("Character 1.*never closed", r"\\\("),
    "A)": ("Character 2.*closes no group", r"\\\)"),
    "[A": ("Character 1.*never closed", r"\\\["),
    "[A-": ("Character 1.*never closed", r"\\\["),
    "[]": ("Character 2.*holds nothing", r"\\\]"),
    "[[A]": ("Character 2.*within a class", r"\\\["),
    "[Z-A]": ("Character 2.*Z-A runs backwards", "hyphen"),
    "[\\d-z]": ("Character 2.*is none", "hyphen"),
    "A^B": (r"Character 2.*inside the pattern", r"\\\^"),
    "A$B": (r"Character 2.*inside the pattern", r"\\\$"),
    "A\\": ("Character 2.*backslash at the end", r"\\\\"),
    "(" * 51 + ")" * 51: ("Character 51.*within groups", "at most 50"),
    "A" * 10_001: ("10001 characters", "at most 10000"),
    "A{999999999}": ("too large: 1999999998 places", "at most 5000"),
    "((A{1,90}){1,90}){1,90}": ("too large: .* places", "Repeat less"),
    "(A?){1666}": ("too large: .*very many places", "Repeat less"),
    "(A|B)*A(A|B){13}": ("too large: it has more than 5000 states", "Repeat less"),
    "[!-\U0010ffff]": ("name 1114079 characters", "narrower"),
    "()|A{0}": ("only the empty text", "a character"),
    "LOT[A-C]Q": ("names 'L', 'O', 'Q', 'T', which the field lacks", "Add them"),
    "[^A-C\\d]": ("matches no text", "Write"),
    "": ("only the empty text", "a character at least"),
    "^$": ("only the empty text", "a character at least"),
}


@pytest.mark.parametrize("pattern", REFUSED)
def test_refusals_say_what_where_and_what_to_do(pattern: str) -> None:
    what, fix = REFUSED[pattern]
    began = time.process_time()
    with pytest.raises(PatternError, match=f"(?s){what}.*{fix}"):
        compile_pattern(pattern, "ABC0123456789")
    assert time.process_time() - began < 10


@pytest.mark.parametrize(("pattern", "sign"), [("A.", r"'\.'"), ("A[^B]", r"\[\^…\]")])
def test_any_other_needs_characters(pattern: str, sign: str) -> None:
    with pytest.raises(PatternError, match=f"Character 2 .*{sign}.*State the field's `characters`"):
        compile_pattern(pattern, None)


@pytest.mark.parametrize("pattern", ["A", ".", "[^A]"])
def test_a_field_without_characters_holds_nothing(pattern: str) -> None:
    with pytest.raises(PatternError, match="matches no text"):
        compile_pattern(pattern, "")


def test_large_patterns_that_are_meant_compile() -> None:
    words = [f"{a}{b}{c}WORD" for a in "ABCDEFGH" for b in "ABCDEFGH" for c in "ABCDEFGH"]
    assert compile_pattern("|".join(words), None).accepts("HGAWORD")
    assert compile_pattern("[A-Z0-9]{1,500}", None).longest == 500
    assert compile_pattern("[一-龥]{1,20}", None).accepts("批号")
