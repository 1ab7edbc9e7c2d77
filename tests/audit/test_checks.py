"""What single checks say, where one failing example is not enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.audited import Audited
from engine.audit.checks import all_checks
from engine.audit.checks.too_small_to_show import objects_needed, rate_shown
from engine.audit.finding import AuditResult, Finding, Observation
from engine.audit.page import audit_page
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.seal import write_seal
from engine.audit.settings import AuditSettings
from engine.data.boxes.geometry import upright_box
from engine.recipe.units import Length
from engine.records import Dataset, Sample
from tests.audit.boxed import boxes
from tests.audit.drawn import (
    BOTH,
    arrow,
    blotches,
    coloured,
    inpainted,
    marked,
    parts,
    photographed,
    problem,
    stored,
    surface,
    turned,
)
from tests.builders import dataset, sample

CHECKS = all_checks()


def found(
    code: str, folder: Path, data: Dataset, settings: AuditSettings | None = None
) -> list[Observation]:
    examiner = Examiner(FactStore(folder / "cache"))
    return list(CHECKS[code].run(Audited(data, settings or AuditSettings(), examiner)))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"train": ["a"], "test": ["b"]}, "a sealed test photo is in train now"),
        ({"validation": ["a"], "test": ["b"]}, "a sealed test photo is in validation now"),
        ({"test": ["b"]}, "a sealed test photo is missing"),
    ],
)
def test_where_a_sealed_photo_went(
    tmp_path: Path, parts: dict[str, list[str]], message: str
) -> None:
    photos = {name: sample(f"{name}.png", BOTH) for name in "ab"}
    seal = tmp_path / "caps.sealed.json"
    write_seal(seal, photos.values())
    data = dataset({part: [photos[name] for name in names] for part, names in parts.items()})
    (seen,) = found("SPL104", tmp_path, data, AuditSettings(seal=seal))
    assert (seen.samples, seen.message) == (("a.png",), message)


def test_a_sealed_photo_with_other_content(tmp_path: Path) -> None:
    seal = tmp_path / "caps.sealed.json"
    write_seal(seal, [sample("a.png", BOTH, content="then")])
    data = dataset({"test": [sample("a.png", BOTH, content="now")]})
    (seen,) = found("SPL104", tmp_path, data, AuditSettings(seal=seal))
    assert seen.message == "a sealed test photo has other content now"


def test_nothing_is_sealed_yet(tmp_path: Path) -> None:
    assert found("SPL104", tmp_path, dataset({}), AuditSettings(seal=tmp_path / "none")) == []


@pytest.mark.parametrize(("rate", "needed"), [(0.01, 299), (0.05, 59), (0.1, 29), (0.5, 5)])
def test_the_planner_is_the_exact_bound(rate: float, needed: int) -> None:
    assert objects_needed(rate) == needed
    assert rate_shown(needed) <= rate < rate_shown(needed - 1)


def test_good_objects_are_counted_for_overkill(tmp_path: Path) -> None:
    photos = [sample(f"{n}.png", (), f"part{n // 2}") for n in range(20)]
    settings = AuditSettings(overkill_rate=0.05)
    (seen,) = found("SPL105", tmp_path, dataset({"test": photos}), settings)
    assert "overkill rate of at most 5 %" in seen.message
    assert (seen.evidence["needed"], seen.evidence["objects"]) == (59, 10)


def test_where_things_are_detected_every_object_counts_for_overkill(tmp_path: Path) -> None:
    photos = [sample(f"{n}.png", [0], f"part{n}") for n in range(20)]
    settings = AuditSettings(task="detection", escape_rate=0.05, overkill_rate=0.05)
    escape, overkill = found("SPL105", tmp_path, dataset({"test": photos}), settings)
    assert (
        "you need 59 objects with things without a mistake; the test set has 20" in escape.message
    )
    assert "you need 59 objects without a mistake; the test set has 20" in overkill.message


def test_a_test_set_without_bad_objects_shows_nothing(tmp_path: Path) -> None:
    for photos, shown in (([], "has none"), (["a.png"], "has 1, which can show at most 95 %")):
        test = [sample(name, BOTH) for name in photos]
        (seen,) = found("SPL105", tmp_path, dataset({"test": test}), AuditSettings(escape_rate=0.1))
        assert seen.message.endswith(f"without a mistake; the test set {shown}")


def test_no_test_set_shows_a_rate_of_nothing(tmp_path: Path) -> None:
    settings = AuditSettings(escape_rate=0.0)
    (seen,) = found("SPL105", tmp_path, dataset({}), settings)
    assert "no test set can show an escape rate of 0 %" in seen.message


def photos_of(folder: Path, part: str, *pixels: np.ndarray, objects: str = "") -> list[Sample]:
    names = objects or "abcdefghijklmnopqrstuvwxyz"
    return [
        stored(folder, f"{part}/{number}.png", each, (), f"{names[number]}")
        for number, each in enumerate(pixels)
    ]


def test_objects_of_one_part_that_look_like_one(tmp_path: Path) -> None:
    train = photos_of(tmp_path, "train", surface(0), surface(1), turned(surface(0)), objects="abc")
    (seen,) = found("DIV202", tmp_path, dataset({"train": train}))
    assert seen.message == "the objects 'a', 'c' look like one"
    assert set(seen.samples) == {"train/0.png", "train/2.png"}
    named = [replace(photo, object="one") for photo in train]
    assert found("DIV202", tmp_path, dataset({"train": named})) == []


def test_photos_of_one_object_are_the_business_of_spl103(tmp_path: Path) -> None:
    train = photos_of(tmp_path, "train", surface(0), objects="a")
    test = photos_of(tmp_path, "test", turned(surface(0)), objects="a")
    assert found("SPL102", tmp_path, dataset({"train": train, "test": test})) == []


def test_pixels_that_were_stored_again(tmp_path: Path) -> None:
    train = photos_of(tmp_path, "train", surface(0))
    again = stored(tmp_path, "test/0.bmp", surface(0), (), "z")
    (seen,) = found("SPL102", tmp_path, dataset({"train": train, "test": [again]}))
    assert "(the same pixels, stored again)" in seen.message
    assert seen.severity is None
    copy = replace(again, sha256=train[0].sha256)
    assert found("SPL102", tmp_path, dataset({"train": train, "test": [copy]})) == []


def test_when_everything_looks_the_same_that_is_one_warning(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    same = [np.clip(surface(0) + rng.normal(0, 3, (160, 160)), 0, 255) for _ in range(10)]
    photos = [np.asarray(pixels, np.uint8) for pixels in same]
    train = photos_of(tmp_path, "train", *photos[:5])
    test = photos_of(tmp_path, "test", *photos[5:], objects="klmno")
    (seen,) = found("SPL102", tmp_path, dataset({"train": train, "test": test}))
    assert seen.severity == "warn"
    assert "10 photos in different parts of the split look the same" in seen.message


def varied(kind: str) -> Callable[[int], np.ndarray]:
    grey = surface(50)
    wide = grey.astype(np.uint16)
    return {
        "grey": lambda n: grey + np.uint8(n),
        "rgb": lambda n: np.stack([grey + np.uint8(n)] * 3, axis=-1),
        "low": lambda n: wide * 16 + np.uint16(n),
        "high": lambda n: (wide * 16 + np.uint16(n)) << 4,
        "full": lambda n: wide * 257 + np.uint16(n),
        "wide": lambda n: cv2.resize(grey + np.uint8(n), (200, 160)),
    }[kind]


@pytest.mark.parametrize(
    ("usual", "odd", "words"),
    [
        ("grey", "rgb", "the photos differ in channels (1 in 11 photos, 3 in 1 photo)"),
        ("grey", "low", "the photos differ in bits a channel (8 in 11 photos, 16 in 1 photo)"),
        (
            "low",
            "high",
            "16-bit photos do not use the same bits (the upper 12 bits alone in 11 "
            "photos, the upper 8 bits alone in 1 photo)",
        ),
        (
            "low",
            "full",
            "16-bit photos do not use the same bits (the upper 12 bits alone in 11 "
            "photos, all 16 bits in 1 photo)",
        ),
        ("grey", "wide", "the photos differ in size (160x160 in 11 photos, 200x160 in 1 photo)"),
        ("low", "low", ""),
        ("high", "high", ""),
    ],
)
def test_formats_that_differ(tmp_path: Path, usual: str, odd: str, words: str) -> None:
    pixels = [varied(usual)(number) for number in range(11)] + [varied(odd)(11)]
    data = dataset({"train": photos_of(tmp_path, "train", *pixels)})
    seen = found("IMG404", tmp_path, data)
    assert [each.message for each in seen] == ([words] if words else [])
    assert all(each.samples == ("train/11.png",) for each in seen)


def test_the_fix_of_a_reader_goes_before_that_of_the_check(tmp_path: Path) -> None:
    broken = problem("unreadable_image", "train/a.png")
    link = replace(problem("unreadable_image", "train/b.png"), fix="Copy it")
    seen = found("IMG403", tmp_path, dataset({}, [broken, link]))
    assert [each.fix.split(",")[0] for each in seen] == [
        "Copy the file again from its origin",
        "Copy it",
    ]


def test_a_mixture_names_all_of_the_rarer(tmp_path: Path) -> None:
    pixels = [varied("grey" if n < 7 else "rgb")(n) for n in range(12)]
    (seen,) = found("IMG404", tmp_path, dataset({"train": photos_of(tmp_path, "train", *pixels)}))
    assert seen.samples == tuple(f"train/{n}.png" for n in range(7, 12))


def test_photos_of_many_sizes_are_a_way_of_working(tmp_path: Path) -> None:
    pixels = [cv2.resize(surface(n), (100 + n, 120)) for n in range(12)]
    data = dataset({"train": photos_of(tmp_path, "train", *pixels)})
    assert found("IMG404", tmp_path, data) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda p: (p * 0.05).astype(np.uint8), "darker"),
        (lambda p: cv2.GaussianBlur(p, (0, 0), 7), "more blurred"),
        (lambda p: (p // 16 + 118).astype(np.uint8), "flatter"),
    ],
)
def test_a_photo_unlike_the_others(
    tmp_path: Path, change: Callable[[np.ndarray], np.ndarray], word: str
) -> None:
    pixels = [surface(n) for n in range(20)] + [change(surface(20))]
    seen = found("IMG405", tmp_path, dataset({"train": photos_of(tmp_path, "train", *pixels)}))
    assert any(f"far {word} than the others" in each.message for each in seen)
    assert {each.samples for each in seen} == {("train/20.png",)}


@pytest.mark.parametrize(
    ("blank", "look"),
    [
        (np.zeros((40, 50), np.uint8), "black"),
        (np.full((40, 50, 3), 255, np.uint8), "white"),
        (np.full((40, 50), 120, np.uint8), "of one grey"),
        (np.full((40, 50, 3), (20, 90, 160), np.uint8), "of one colour"),
        (np.full((40, 50), 4095, np.uint16), "white"),
        (np.full((40, 50), 9, np.uint16), "black"),
    ],
)
def test_a_photo_that_shows_nothing(tmp_path: Path, blank: np.ndarray, look: str) -> None:
    deep = [(surface(n).astype(np.uint16) * 16) for n in range(3)]
    data = dataset({"train": photos_of(tmp_path, "train", *deep, blank)})
    (seen,) = found("IMG406", tmp_path, data)
    assert seen.message == f"the photo shows nothing: it is all {look}"
    assert seen.samples == ("train/3.png",)


def test_a_photo_alone_may_show_nothing(tmp_path: Path) -> None:
    for number, blank in enumerate((np.zeros((30, 30), np.uint16), np.zeros((30, 30), np.uint8))):
        folder = tmp_path / str(number)
        (seen,) = found("IMG406", folder, dataset({"test": photos_of(folder, "test", blank)}))
        assert seen.samples == ("test/0.png",)


@pytest.mark.parametrize("white", [255, 1023, 4095, 65535])
def test_a_label_on_white_and_a_plain_part_show_something(tmp_path: Path, white: int) -> None:
    kind = np.uint8 if white == 255 else np.uint16
    label = np.full((300, 300), white, kind)
    label[140:150, 100:130] = white // 3
    plain = np.random.default_rng(0).normal(0.5, 1.5 / 255, (300, 300)) * white
    data = dataset({"train": photos_of(tmp_path, "train", label, plain.astype(kind))})
    assert found("IMG406", tmp_path, data) == []


def test_what_lies_outside_of_the_region_of_interest(tmp_path: Path) -> None:
    photo = marked(tmp_path, "a.png", (2, 2, 4, 4))
    settings = AuditSettings(roi_xywh=(10, 5, 20, 15))
    (seen,) = found("ANN301", tmp_path, dataset({"train": [photo]}), settings)
    assert "lies outside of input.roi" in seen.message
    inside = marked(tmp_path, "b.png", (18, 10, 3, 3))
    settings = replace(settings, margin=Length(2.0, "px"))
    assert found("ANN301", tmp_path, dataset({"train": [inside]}), settings) == []
    near = marked(tmp_path, "c.png", (11, 10, 3, 3))
    (seen,) = found("ANN301", tmp_path, dataset({"train": [near]}), settings)
    assert "1 px from the edge, the margin is 2 px" in seen.message


def test_a_mark_is_told_with_its_colour_and_place(tmp_path: Path) -> None:
    marked_one = arrow(coloured(20), (230, 20, 30))
    photos = [*(coloured(seed) for seed in range(12)), marked_one]
    (seen,) = found("IMG401", tmp_path, dataset({"train": photos_of(tmp_path, "train", *photos)}))
    assert seen.samples == ("train/12.png",)
    assert seen.message.startswith("a red mark looks drawn on the photo")
    boxes = seen.evidence["boxes"]
    assert isinstance(boxes, list)
    assert boxes[0]["bbox_xywh"] == pytest.approx([29, 29, 63, 36], abs=4)


def test_a_coloured_mark_on_grey_photos(tmp_path: Path) -> None:
    rgb = np.stack([surface(20)] * 3, axis=-1)
    photos = [*(surface(seed) for seed in range(12)), arrow(rgb, (0, 90, 255))]
    (seen,) = found("IMG401", tmp_path, dataset({"train": photos_of(tmp_path, "train", *photos)}))
    assert "a blue mark" in seen.message


def test_what_nearly_all_photos_show_is_told_once(tmp_path: Path) -> None:
    photos = [arrow(coloured(seed), (230, 20, 30)) for seed in range(12)]
    (seen,) = found("IMG401", tmp_path, dataset({"train": photos_of(tmp_path, "train", *photos)}))
    assert "of 12 photos show strokes that look drawn" in seen.message


def test_a_retouched_place_is_told_and_framed(tmp_path: Path) -> None:
    data = parts(inpainted(photographed(20)))(tmp_path)
    (seen,) = found("IMG402", tmp_path, data)
    assert seen.samples == ("12.png",)
    assert "looks retouched: it has not gone through the compression" in seen.message
    boxes = seen.evidence["boxes"]
    assert isinstance(boxes, list)
    assert boxes[0]["bbox_xywh"] == pytest.approx([48, 56, 48, 48], abs=8)
    assert boxes[0]["log_odds"] >= 12
    finding = Finding("IMG402", "retouched", "advice", seen.samples, seen.message, seen.evidence)
    own = replace(data, folder=tmp_path)
    page = audit_page(
        "r", AuditResult((finding,), (), ("IMG402",)), own, FactStore(tmp_path / "cache")
    )
    pictures = page.groups[0].entries[0].pictures
    assert [picture.caption for picture in pictures] == ["12.png", "cut out"]
    assert all(picture.uri for picture in pictures)


def test_what_a_station_writes_on_all_photos_is_told_once(tmp_path: Path) -> None:
    photos = photos_of(tmp_path, "train", *(inpainted(photographed(n)) for n in range(12)))
    (seen,) = found("IMG402", tmp_path, dataset({"train": photos}))
    assert "12 of 12 photos have places that were changed after compression" in seen.message


def test_two_kinds_are_told_in_words_with_a_sheet_each(tmp_path: Path) -> None:
    data = replace(blotches(1.0, 5.0)(tmp_path), folder=tmp_path)
    (seen,) = found("ANN302", tmp_path, data)
    assert seen.message.startswith("'blotch' seems to hold two kinds: 20 regions on 20 photos are")
    assert "long" in seen.message and "compact" in seen.message
    kinds = seen.evidence["kinds"]
    assert isinstance(kinds, list) and len(kinds) == 2
    shown = [{int(row["sample"].split(".")[0]) % 2 for row in kind["regions"]} for kind in kinds]
    assert sorted(shown, key=min) == [{0}, {1}]
    finding = Finding("ANN302", "two-kinds-in-a-class", "warn", seen.samples, seen.message,
                      seen.evidence)  # fmt: skip
    store = FactStore(tmp_path / "pictures")
    page = audit_page("r", AuditResult((finding,), (), ("ANN302",)), data, store)
    assert [picture.uri is not None for picture in page.groups[0].entries[0].pictures] == [True] * 2


def test_a_class_is_looked_at_in_part_where_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = blotches(1.0)(tmp_path)
    examiner = Examiner(FactStore(tmp_path / "cache"))
    assert len(Audited(data, AuditSettings(), examiner).looks(0)) == 40
    monkeypatch.setattr("engine.audit.audited.MOST_LOOKS", 10)
    assert len(Audited(data, AuditSettings(), examiner).looks(0)) == 10


def test_a_crack_across_the_whole_photo_lies_in_the_margin_and_a_line_of_text_does_not(
    tmp_path: Path,
) -> None:
    settings = AuditSettings(margin=Length(4.0, "px"))
    crack = marked(tmp_path, "a.png", (0, 0, 32, 24))
    (seen,) = found("ANN301", tmp_path, dataset({"train": [crack]}), settings)
    assert seen.samples == ("a.png",)
    line = replace(crack, annotation=boxes([upright_box(0, 0, 32, 24)]))
    assert found("ANN301", tmp_path, dataset({"train": [line]}), settings) == []
