"""The audit where good parts alone are learnt: what each check says, and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.audit.audit import compare_photos, run_checks
from engine.audit.audited import Audited
from engine.audit.checks import all_checks
from engine.audit.finding import Observation
from engine.audit.output import write_audit
from engine.audit.photos.examiner import Examiner, open_examiner
from engine.audit.photos.store import FactStore
from engine.audit.settings import AuditSettings
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.recipe.units import Length
from engine.records import Dataset, ReadProblem, Sample
from engine.steps import Checked, check
from tests.audit.judged import judged
from tests.builders import mask, photo, picture, sample, write_recipe
from tests.data.verdicts.files import good_bad, mvtec

ANOMALY = AuditSettings(task="anomaly_detection", margin=Length(4.0, "px"))
SILENT = ("ANN302", "ANN304", "ANN307", "ANN308", "ANN309", "DIV204", "DIV206")


def many(prefix: str, count: int, kinds: Sequence[int] = ()) -> list[Sample]:
    return [sample(f"{prefix}{number}.png", kinds) for number in range(count)]


def data(
    train: Sequence[Sample],
    validation: Sequence[Sample],
    test: Sequence[Sample],
    kinds: tuple[str, ...] = ("crack", "cut"),
    problems: tuple[ReadProblem, ...] = (),
) -> Dataset:
    return Dataset(kinds, tuple(train), tuple(validation), tuple(test), problems)


def seen(
    code: str, dataset: Dataset, folder: Path, settings: AuditSettings = ANOMALY
) -> list[Observation]:
    """What one check observes; nothing where it has no meaning for the task."""
    audited = Audited(dataset, settings, Examiner(FactStore(folder / "cache")))
    own = all_checks()[code]
    return list(own.run(audited)) if own.applies_to(settings.task) else []


@pytest.mark.parametrize(
    ("good", "severity"), [(2, "error"), (3, "warn"), (20, "advice"), (50, None), (0, None)]
)
def test_good_objects_are_counted(tmp_path: Path, good: int, severity: str | None) -> None:
    dataset = data([*many("train/", good), *many("bad/", 60, [0])], [], [])
    found = seen("DIV201", dataset, tmp_path)
    assert [each.severity for each in found] == ([severity] if severity else [])
    if found:
        assert found[0].message == (
            f"what is good is learnt from {good} different objects ({good} photos)"
        )


@pytest.mark.parametrize(
    ("good", "fix"),
    [(18, "2 more different good objects"), (19, "1 more different good object")],
)
def test_how_many_good_objects_are_wanted(tmp_path: Path, good: int, fix: str) -> None:
    (found,) = seen("DIV201", data(many("train/", good), [], []), tmp_path)
    assert found.fix == f"Photograph {fix}"


def test_one_defect_without_a_mask(tmp_path: Path) -> None:
    bad = [judged(tmp_path, f"crack/{n}.png", 0, 1 if n else None) for n in range(6)]
    (found,) = seen("ANN311", data([], [], bad), tmp_path)
    assert found.message == (
        "1 of 6 photos of defects has no mask: the figures about places leave it out"
    )


def test_copies_are_counted_once_whatever_their_object(tmp_path: Path) -> None:
    copies = [sample(f"train/{name}.png", content="same") for name in "abc"]
    (found,) = seen("DIV201", data([*copies, sample("train/d.png")], [], []), tmp_path)
    assert found.severity == "error"
    assert found.message == (
        "what is good is learnt from 2 different objects (4 photos; copies of one photo count "
        "once: train/a.png, train/b.png, train/c.png)"
    )
    assert found.evidence["copies"] == [["train/a.png", "train/b.png", "train/c.png"]]


@pytest.mark.parametrize(
    ("dataset", "told"),
    [
        (data(many("a", 3), many("b", 1), [*many("c", 1), *many("d", 1, [0, 1])]), []),
        (data(many("a", 1), many("b", 1), [*many("c", 1), *many("d", 1, [0])]),
         [("warn", "no photo of 'cut' in test: how often it escapes cannot be measured")]),
        (data(many("a", 1), many("b", 1), many("c", 1)),
         [("warn", "no defect in test: escapes and AUROC cannot be measured")]),
        (data(many("a", 1), many("b", 1), many("c", 1), kinds=()),
         [("warn", "no defect in test: escapes and AUROC cannot be measured")]),
        (data(many("a", 1), many("b", 1), many("d", 1, [0, 1])),
         [("warn", "no good part in test: overkill and AUROC cannot be measured")]),
        (data(many("a", 1, [0]), many("b", 1, [0]), [*many("c", 1), *many("d", 1, [0, 1])]),
         [("error", "no good part in train: what is good cannot be learnt"),
          ("error", "no good part in validation: no threshold can be chosen")]),
    ],
)  # fmt: skip
def test_parts_without_good_or_bad(
    tmp_path: Path, dataset: Dataset, told: list[tuple[str, str]]
) -> None:
    found = seen("DIV203", dataset, tmp_path)
    assert [(each.severity, each.message) for each in found] == told


def test_kinds_are_no_classes_to_learn(tmp_path: Path) -> None:
    train = [*many("train/", 41), *many("bad/", 4, [0]), *many("worse/", 60, [1])]
    dataset = data(train, many("b", 1), [*many("c", 1), *many("d", 1, [0, 1])])
    for code in SILENT:
        assert seen(code, dataset, tmp_path) == []


def test_a_missing_mask_of_a_good_photo_is_no_finding(tmp_path: Path) -> None:
    good = [judged(tmp_path, f"good/{n}.png", None) for n in range(3)]
    bad = [judged(tmp_path, "crack/a.png", 0, 1), judged(tmp_path, "crack/b.png", 0, 1)]
    dataset = data(good, [], bad)
    for code in ("ANN301", "ANN305", "ANN309", "ANN310", "ANN311"):
        settings = AuditSettings(task="anomaly_detection")
        assert seen(code, dataset, tmp_path, settings) == []


def test_a_defect_in_the_margin_has_the_name_of_its_kind(tmp_path: Path) -> None:
    bad = judged(tmp_path, "cut/a.png", 1, 2)
    (found,) = seen("ANN301", data([], [], [bad]), tmp_path)
    assert found.message.startswith("a region of 'cut' (and 1 more) reaches into the margin: 2 px")
    assert found.evidence["boxes"] == [
        {"class": "cut", "bbox_xywh": [2, 2, 4, 4]},
        {"class": "cut", "bbox_xywh": [8, 2, 4, 4]},
    ]


def test_marks_on_a_good_photo_are_no_defect_in_the_margin(tmp_path: Path) -> None:
    good = judged(tmp_path, "good/a.png", None, 1)
    assert seen("ANN301", data([good], [], [], kinds=()), tmp_path) == []
    (found,) = seen("ANN310", data([good], [], [], kinds=()), tmp_path)
    assert found.message == "the folder says good, and the mask marks 1 place"
    assert found.evidence["boxes"] == [{"bbox_xywh": [2, 2, 4, 4]}]


def test_a_disputed_photo_is_no_good_one(tmp_path: Path) -> None:
    settings = AuditSettings(task="anomaly_detection", overkill_rate=0.5)
    parts = [[judged(tmp_path, f"{part}/good/a.png", None, 1)] for part in ("train", "val", "test")]
    dataset = data(*parts, kinds=())
    said = [each.message for each in seen("DIV203", dataset, tmp_path, settings)]
    assert [words.split(":")[0] for words in said[:3]] == [
        "no good part in train",
        "no good part in validation",
        "no good part in test",
    ]
    (found,) = seen("SPL105", dataset, tmp_path, settings)
    assert found.evidence["objects"] == 0


def test_defects_in_training_are_told_by_kind(tmp_path: Path) -> None:
    bad = [judged(tmp_path, f"cut/{n}.png", 1, 1 if n else None, "part") for n in range(3)]
    (found,) = seen("ANN310", data(bad, [], []), tmp_path)
    assert found.message == "3 photos of 'cut' in training, where good is learnt"
    assert found.samples == ("cut/0.png", "cut/1.png", "cut/2.png")
    ((kind,),) = [found.evidence["kinds"]]
    assert [row["bbox_xywh"] for row in kind["regions"]] == [
        [0, 0, 32, 24],
        [2, 2, 4, 4],
        [2, 2, 4, 4],
    ]


def test_defects_may_look_odd_and_good_parts_may_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def grey(level: int) -> np.ndarray:
        return np.clip(rng.normal(level, 8, (40, 40)), 0, 255).astype(np.uint8)

    good = [judged(tmp_path, f"good/{n}.png", None, pixels=grey(120 + n)) for n in range(14)]
    dark = judged(tmp_path, "crack/a.png", 0, pixels=grey(8))
    assert seen("IMG405", data(good, [], [dark]), tmp_path) == []
    odd = judged(tmp_path, "good/odd.png", None, pixels=grey(8))
    found = seen("IMG405", data([*good, odd], [], [dark]), tmp_path)
    assert {each.samples for each in found} == {("good/odd.png",)}


def test_a_blank_photo_must_not_be_learnt_as_good(tmp_path: Path) -> None:
    blank = np.zeros((40, 40), np.uint8)
    good, chosen, tested = (
        judged(tmp_path, f"{part}/good/dark.png", None, pixels=blank)
        for part in ("train", "validation", "test")
    )
    defect = judged(tmp_path, "test/camera/dark.png", 0, pixels=blank)
    found = seen("IMG406", data([good], [chosen], [tested, defect]), tmp_path)
    assert {each.samples[0]: each.severity for each in found} == {
        good.id: "error",
        chosen.id: "error",
        tested.id: "warn",
    }


@pytest.mark.parametrize(
    ("task", "lowered"), [("anomaly_detection", ("IMG406",)), ("segmentation", ())]
)
def test_an_error_of_a_blank_good_photo_that_is_lowered_is_told(
    tmp_path: Path, task: str, lowered: tuple[str, ...]
) -> None:
    text = HEAD.replace("anomaly_detection", task) + "classes: {crack: {}}\n"
    text += "data: {format: masks, train: ., test: more, object: image}\nchecks: {IMG406: warn}\n"
    (tmp_path / "more").mkdir()
    recipe = load_recipe(write_recipe(tmp_path, text))
    with open_examiner() as examiner:
        audited = compare_photos(recipe, data([], [], [], kinds=("crack",)), examiner)
        assert run_checks(recipe, audited).lowered == lowered


def test_light_that_gives_any_defect_away(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def grey(level: int) -> np.ndarray:
        return np.clip(rng.normal(level, 8, (40, 40)), 0, 255).astype(np.uint8)

    good = [judged(tmp_path, f"good/{n}.png", None, pixels=grey(60)) for n in range(12)]
    bad = [judged(tmp_path, f"bad/{n}.png", n % 2, pixels=grey(120)) for n in range(12)]
    found = seen("DIV205", data(good, [], bad), tmp_path)
    assert any("brightness alone tells photos with any defect" in each.message for each in found)


def test_the_test_set_counts_good_and_bad_objects(tmp_path: Path) -> None:
    settings = AuditSettings(task="anomaly_detection", escape_rate=0.05, overkill_rate=0.05)
    dataset = data([], [], [*many("g", 59), *many("b", 10, [0])])
    (found,) = seen("SPL105", dataset, tmp_path, settings)
    assert "59 bad objects without a mistake; the test set has 10" in found.message


def test_the_page_lists_what_has_a_meaning_here(tmp_path: Path) -> None:
    mvtec(tmp_path, good=6)
    found = checked(tmp_path, "format: mvtec; root: .; object: image")
    files = write_audit(tmp_path / "audit", "caps", found.audit, found.dataset)
    page = files.page.read_text(encoding="utf-8")
    assert "SPL101" in page and "ANN310" in page
    for code in ("ANN302", "ANN304", "ANN307", "ANN308", "ANN312", "DIV204", "DIV206", "SPL106"):
        assert code not in page and code not in found.audit.checked


HEAD = "version: 1\nname: caps\ntask: anomaly_detection\n"


def checked(folder: Path, section: str) -> Checked:
    """The audit of a recipe with this `data` section, keys apart from each other by `;`."""
    lines = "".join(f"  {line.strip()}\n" for line in section.split(";"))
    return check(load_recipe(write_recipe(folder, f"{HEAD}data:\n{lines}")))


def codes(found: Checked, severity: str) -> set[str]:
    return {each.code for each in found.audit.findings if each.severity == severity}


POOL = "format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: image"
SOURCES = "format: good_bad; train: train; validation: val; test: test; object: image"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))


class TestBadInput:
    def test_three_good_images(self, tmp_path: Path) -> None:
        mvtec(tmp_path, good=3)
        found = checked(tmp_path, "format: mvtec; root: .; object: image")
        assert codes(found, "error") == {"DIV201"}

    def test_images_of_mixed_size(self, tmp_path: Path) -> None:
        good_bad(tmp_path / "caps", good=30, a_kind=4)
        for number, size in enumerate([(40, 40), (24, 90), (64, 32)]):
            photo(tmp_path / f"caps/good/odd{number}.png", 3000 + number, size)
        found = checked(tmp_path, POOL)
        assert not found.refused
        assert "IMG404" in codes(found, "warn")

    def test_all_black_images(self, tmp_path: Path) -> None:
        for part in ("train", "val", "test"):
            for number in range(4):
                pixels = np.zeros((24, 32), np.uint8)
                picture(tmp_path / f"{part}/good/{number}.png", pixels)
        picture(tmp_path / "test/crack/a.png", np.zeros((24, 32), np.uint8))
        found = checked(tmp_path, SOURCES)
        assert "SPL101" in codes(found, "error")

    def test_identical_images_of_a_pool_are_one_object(self, tmp_path: Path) -> None:
        for number in range(20):
            photo(tmp_path / f"caps/good/{number}.png", seed=1)
        photo(tmp_path / "caps/crack/a.png", seed=2)
        with pytest.raises(UsageError, match="1 different good object for 3 parts"):
            checked(tmp_path, POOL)

    def test_a_test_set_without_good_images(self, tmp_path: Path) -> None:
        good_bad(tmp_path / "train", good=25, a_kind=0)
        photo(tmp_path / "test/crack/a.png", seed=700)
        found = checked(
            tmp_path,
            "format: good_bad; train: train; validation: 20 %; test: test; object: image",
        )
        assert not found.refused
        said = [each.message for each in found.audit.findings if each.code == "DIV203"]
        assert said == ["no good part in test: overkill and AUROC cannot be measured"]

    def test_a_test_set_without_a_defect(self, tmp_path: Path) -> None:
        good_bad(tmp_path / "caps", good=40, a_kind=0)
        found = checked(tmp_path, POOL)
        assert not found.refused
        assert "DIV203" in codes(found, "warn")
        assert found.dataset.class_names == ()

    def test_a_good_folder_that_holds_defects(self, tmp_path: Path) -> None:
        good_bad(tmp_path / "caps", good=40, a_kind=6)
        mask(tmp_path / "caps/good/cap003_mask.png", 255)
        found = checked(tmp_path, POOL)
        assert codes(found, "error") == {"ANN310"}

    def test_defects_in_a_training_source(self, tmp_path: Path) -> None:
        for seed, part in enumerate(("train", "val", "test")):
            for number in range(25):
                photo(tmp_path / f"{part}/good/{number}.png", seed=1000 * seed + number)
            photo(tmp_path / f"{part}/crack/a.png", seed=9000 + seed)
        found = checked(tmp_path, SOURCES)
        assert codes(found, "error") == {"ANN310"}

    def test_a_folder_that_means_nothing(self, tmp_path: Path) -> None:
        good_bad(tmp_path / "caps", good=40, a_kind=6)
        photo(tmp_path / "caps/stray.png", seed=4444)
        assert codes(checked(tmp_path, POOL), "error") == {"ANN306"}

    def test_classes_that_name_some_of_the_folders(self, tmp_path: Path) -> None:
        mvtec(tmp_path, good=25)
        text = (
            f"{HEAD}classes:\n  crack: {{}}\ndata:\n  format: mvtec\n  root: .\n  object: image\n"
        )
        found = check(load_recipe(write_recipe(tmp_path, text)))
        assert codes(found, "error") == {"ANN306"}
        files = write_audit(tmp_path / "audit", "caps", found.audit, found.dataset)
        assert "its folder &#39;cut&#39; says neither" in files.page.read_text(encoding="utf-8")

    def test_masks_without_a_good_photo_in_test(self, tmp_path: Path) -> None:
        for part, first, values in (("train", 0, []), ("val", 100, []), ("test", 200, [255])):
            for number in range(first, first + 25):
                photo(tmp_path / f"{part}/images/{number}.png", seed=number)
                mask(tmp_path / f"{part}/masks/{number}.png", *values)
        found = checked(tmp_path, SOURCES.replace("good_bad", "masks"))
        (fix,) = [each.fix for each in found.audit.findings if each.code == "DIV203"]
        assert fix == "Add photos of good parts to data.test, each with an empty mask"
