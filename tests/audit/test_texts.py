"""What the checks say of texts, where one failing example is not enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.checks.text_outside_field import fault
from engine.audit.texts import characters_of
from engine.data.boxes.geometry import upright_box
from engine.records import IGNORE
from engine.text.field import TextField
from tests.audit.boxed import boxed, boxes, word, worded
from tests.audit.drawn import ignoring
from tests.audit.texted import ANY, DIGITS, found
from tests.builders import dataset


class TestUnseenCharacters:
    def test_what_training_lacks_and_what_nothing_shows(self, tmp_path: Path) -> None:
        data = worded(train=["12", "11"], validation=["13"], test=["33", "12"])
        (seen,) = found("DIV206", tmp_path, data, TextField("1234", None), drawn=True)
        assert seen.message == (
            "2 of 4 characters of 'lot' are in no training label, so learnt from drawn lines "
            "alone; needed are '3' (1 in validation, 2 in test); in no label at all: '4'"
        )
        assert (seen.severity, seen.samples) == ("warn", ("validation/0.png", "test/0.png"))
        assert seen.evidence["in training"] == {"1": 3, "2": 1}

    @pytest.mark.parametrize(("drawn", "severity"), [(True, "advice"), (False, "warn")])
    def test_what_no_label_needs_is_advice_where_lines_are_drawn(
        self, tmp_path: Path, drawn: bool, severity: str
    ) -> None:
        data = worded(train=["12"], validation=["1"], test=["2"])
        (seen,) = found("DIV206", tmp_path, data, TextField("123", None), drawn=drawn)
        assert seen.severity == severity
        assert ("learnt from drawn lines alone" in seen.message) == drawn

    @pytest.mark.parametrize(
        ("field", "learnt", "never"),
        [
            (
                TextField("12年", None),
                "never learnt: no drawn line shows them, as no typeface does",
                "年",
            ),
            (
                TextField("123年", "[0-9]+年?"),
                "learnt from drawn lines alone, but for those that no typeface has: '年'",
                "年",
            ),
            (
                TextField("123年", "[0-9]+年"),
                "never learnt: no drawn line shows them, as no typeface does",
                "3年",
            ),
            (TextField("123", None), "learnt from drawn lines alone", ""),
        ],
        ids=["alone", "some", "in each text", "none"],
    )
    def test_what_no_typeface_has_is_told_apart(
        self, tmp_path: Path, field: TextField, learnt: str, never: str
    ) -> None:
        data = worded(train=["12"], validation=["1"], test=["2"])
        (seen,) = found("DIV206", tmp_path, data, field, drawn=True)
        assert f"in no training label, so {learnt}; in no label" in seen.message
        assert seen.evidence["never learnt"] == never
        assert seen.severity == ("warn" if never else "advice")

    def test_a_field_that_states_nothing_holds_what_training_shows(self, tmp_path: Path) -> None:
        data = worded(train=["AB"], validation=["A"], test=["AÄ"])
        (seen,) = found("DIV206", tmp_path, data, ANY, drawn=True)
        assert seen.message == (
            "1 character of 'lot' is in no training label, so never read; "
            "needed are 'Ä' (0 in validation, 1 in test)"
        )
        assert seen.severity == "warn"

    def test_a_pattern_tells_what_the_field_may_hold(self, tmp_path: Path) -> None:
        field = TextField("ABCL0123456789", "L[0-2][AB]")
        assert characters_of(field) == "012ABL"
        data = worded(train=["L0A", "L1B"], validation=["L0A"], test=["L1B"])
        (seen,) = found("DIV206", tmp_path, data, field, drawn=True)
        assert seen.evidence["not in training"] == "2"

    def test_each_field_is_told_of_by_itself(self, tmp_path: Path) -> None:
        both = boxes([upright_box(2, 2, 9, 9), upright_box(2, 12, 9, 19)], [0, 1], ["1", "2"])
        ignored = boxes([upright_box(2, 2, 9, 9)], [IGNORE], ["3"])
        data = boxed(both, ignored, class_names=("lot", "date"))
        seen = found("DIV206", tmp_path, data, TextField("13", None), TextField("2", None))
        assert [each.evidence["not in training"] for each in seen] == ["3"]

    def test_one_text_everywhere(self, tmp_path: Path) -> None:
        data = worded(train=["L1"] * 3, validation=["L1"], test=["L1"])
        (seen,) = found("DIV206", tmp_path, data, TextField("L1", None), drawn=True)
        assert seen.message.startswith(
            "the class 'lot' shows one text only: all 5 labels are 'L1', so nothing tells"
        )
        assert (seen.severity, len(seen.samples)) == (None, 5)
        assert found("DIV206", tmp_path, worded(train=["L1", "L1"]), TextField("L1", None)) == []

    def test_other_tasks_have_no_characters(self, tmp_path: Path) -> None:
        assert found("DIV206", tmp_path, dataset({})) == []


class TestKnownTexts:
    def test_more_than_a_fifth_is_a_warning(self, tmp_path: Path) -> None:
        new = [f"N{at}00" for at in range(4)]
        few = worded(train=["L1204"], test=["L1204", *new])
        (seen,) = found("SPL106", tmp_path, few, ANY)
        assert seen.severity == "advice"
        assert seen.message == (
            "1 of 5 texts of 'lot' in test (20%) is a training label as well: 'L1204'"
        )
        many = worded(train=["L1204", "L1204"], test=["L1204", "L1204", *new])
        (seen,) = found("SPL106", tmp_path, many, ANY)
        assert seen.severity == "warn" and seen.samples == ("test/0.png", "test/1.png")
        assert seen.evidence["texts"] == [
            {"text": "L1204", "in training": 2, "in validation": 0, "in test": 2}
        ]

    def test_validation_chooses_and_so_counts(self, tmp_path: Path) -> None:
        data = worded(train=["L1"], validation=["L1204"], test=["L1204", "L1205"])
        (seen,) = found("SPL106", tmp_path, data, ANY)
        assert "(50%) is a validation label as well: 'L1204'" in seen.message
        data = worded(train=["L12", "L13"], validation=["L13"], test=["L12", "L13", "L14"])
        (seen,) = found("SPL106", tmp_path, data, ANY)
        assert seen.message == (
            "2 of 3 texts of 'lot' in test (67%) are labels of training (2) or validation (1) as "
            "well: 'L12', 'L13'"
        )
        assert (seen.evidence["known from training"], seen.evidence["known from validation"]) == (
            2, 1
        )  # fmt: skip

    def test_short_texts_do_not_count(self, tmp_path: Path) -> None:
        data = worded(train=["77", "L1"], validation=["77"], test=["77", "L1"])
        assert found("SPL106", tmp_path, data, ANY) == []


class TestTextOutsideField:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("שלום", "cannot be read: U+05E9 (HEBREW LETTER SHIN) is written from right to left; "
             "right-to-left text cannot be read yet"),
            ("x\u0302", "cannot be read: U+0302 (COMBINING CIRCUMFLEX ACCENT) is a combining "
             "character, which cannot be read by itself: write the composed character (é, not e "
             "and an accent)"),
            ("É", None),
        ],
    )  # fmt: skip
    def test_scripts_that_cannot_be_read(self, text: str, said: str | None) -> None:
        assert fault(text, ANY) == said

    def test_a_pattern_alone_knows_its_characters(self) -> None:
        field = TextField(None, "L[0-9]{4}")
        assert (
            fault("LI2O4", field) == "does not match the pattern 'L[0-9]{4}'; did you mean 'L1204'?"
        )
        assert fault("I1204", field) == "does not match the pattern 'L[0-9]{4}'"

    def test_dates_with_other_separators(self) -> None:
        field = TextField("0123456789/", "[0-9]{2}/[0-9]{2}/[0-9]{4}")
        assert fault("19.01.2026", field) == "holds '.'; did you mean '19/01/2026'?"

    def test_case_is_ignored_where_the_recipe_says_so(self) -> None:
        field = TextField("ABC", "[a-c]{2}", True)
        assert fault(field.normalise("ab"), field) is None

    def test_a_class_that_nothing_fits_is_told_once(self, tmp_path: Path) -> None:
        texts = [f"L{at:04}" for at in range(8)]
        data = worded(train=texts[:4], validation=["12"], test=texts[4:])
        (seen,) = found("ANN308", tmp_path, data, TextField("0123456789", "[0-9]{2}"))
        assert seen.message == (
            "8 of 9 texts of 'lot' do not fit it: 'L0000', 'L0001', 'L0002' and 5 more; "
            "the first holds 'L'; is `characters` or `pattern` of the class wrong?"
        )
        assert len(seen.samples) == 8 and seen.evidence["wrong"] == 8
        assert seen.fix == "Correct the text, or widen characters or pattern in the recipe"
        lower = worded(train=["a1", "b2", "c3"], test=["a4", "b5"])
        (seen,) = found("ANN308", tmp_path, lower, TextField("ABC12345", None))
        assert seen.message.startswith("all 5 texts of 'lot' do not fit it: 'a1', 'b2', 'c3' and 2")
        assert seen.message.endswith("did you mean 'A1'?; is `characters` of the class wrong?")
        assert "ignore_case: true" in seen.fix

    def test_half_of_a_class_is_told_photo_by_photo(self, tmp_path: Path) -> None:
        data = worded(train=["A1"] * 6, test=["1"] * 6)
        assert len(found("ANN308", tmp_path, data, DIGITS)) == 6

    def test_long_texts_are_cut(self, tmp_path: Path) -> None:
        (seen,) = found("ANN308", tmp_path, worded(train=["1" * 399 + "A", "1"]), DIGITS)
        assert len(seen.message) < 120 and "1…' of 'lot' holds 'A'" in seen.message
        assert seen.evidence["texts"] == ["1" * 399 + "A"]

    @pytest.mark.parametrize(
        ("text", "field", "fix"),
        [
            ("l12", TextField("0123456789L", None), "state ignore_case: true"),
            ("L-1 2", TextField("0123456789L", None), "state skip: ' -' if that need not be read"),
            ("L1X", TextField("0123456789L", None), "widen characters or pattern"),
            ("שלום", ANY, "Annotate it as ###"),
        ],
    )
    def test_the_remedy_fits(self, tmp_path: Path, text: str, field: TextField, fix: str) -> None:
        (seen,) = found("ANN308", tmp_path, boxed(word(text), class_names=("lot",)), field)
        assert fix in seen.fix


class TestLowTexts:
    def test_texts_that_nobody_can_read_for_their_height(self, tmp_path: Path) -> None:
        low = [upright_box(2, 2, 30, 3), upright_box(2, 6, 30, 10.5), upright_box(2, 12, 30, 17)]
        data = boxed(
            boxes(low, [0, 0, 0], ["A", "B", "C"]),
            boxes(low[:1], [IGNORE], ["###"]),
            class_names=("lot",),
        )
        (seen,) = found("ANN305", tmp_path, data, ANY)
        assert seen.message == (
            "2 texts of 'lot' under 5 px high, the lowest 1 px: nobody can read these"
        )
        assert (seen.severity, seen.samples) == ("warn", ("0.png",))
        assert found("ANN305", tmp_path, data) == []  # no texts are read there

    def test_the_height_is_that_of_the_text_however_it_lies(self, tmp_path: Path) -> None:
        standing = [(10, 4), (10, 22), (7, 22), (7, 4)]
        data = boxed(boxes([standing], [0], ["A"]), class_names=("lot",))
        (seen,) = found("ANN305", tmp_path, data, ANY)
        assert (
            "1 text of 'lot' under 5 px high, the lowest 3 px: nobody can read it" in seen.message
        )


class TestIgnoredTexts:
    def test_part_by_part_and_why(self, tmp_path: Path) -> None:
        emptied, illegible = found("ANN312", tmp_path, ignoring(2, 1), DIGITS)[::-1]
        assert illegible.message == (
            "1 field is annotated as not to be read (###), so neither learnt nor measured: "
            "1 of 10 in train, 0 of 0 in validation, 0 of 0 in test"
        )
        assert illegible.severity == "advice"
        assert illegible.samples == ("train/ignored2.png",)
        assert emptied.message == (
            "`skip` leaves nothing of 2 texts of 'lot', so neither learnt nor measured: "
            "2 of 9 in train, 0 of 0 in validation, 0 of 0 in test; '--'"
        )
        assert emptied.severity == "warn"
        assert emptied.fix.startswith("Correct skip or characters of classes.lot")

    def test_a_class_of_which_skip_leaves_nothing(self, tmp_path: Path) -> None:
        said = {each.message: each.fix for each in found("DIV203", tmp_path, ignoring(10, 0), ANY)}
        told = (
            "the class 'lot' has no example in train: it cannot be learnt "
            "(its `skip` leaves nothing of 10 texts: '--')"
        )
        assert said[told] == "Correct skip or characters of classes.lot"
        seen = found("DIV203", tmp_path, ignoring(0, 10), ANY)[0]
        assert "(10 fields are annotated as not to be read)" in seen.message
