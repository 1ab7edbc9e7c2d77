"""Good and bad photos on disk, in the layouts that formats for anomaly detection know."""

from __future__ import annotations

from pathlib import Path

from engine.data.readers import LabelTable, Reading, ReadRequest, formats
from engine.data.source import PhotoSource
from engine.data.verdicts.kinds import kinds_found
from engine.recipe.good_names import GOOD_NAMES
from engine.records import VerdictAnnotation
from tests.builders import mask, photo


def mvtec(root: Path, good: int = 4, a_kind: int = 2) -> Path:
    """An MVTec set of crack and cut, with 24 x 32 px photos and binary masks; returns its root."""
    for number in range(good):
        photo(root / f"train/good/{number:03}.png", seed=number)
    photo(root / "test/good/000.png", seed=900)
    for seed, kind in ((100, "crack"), (200, "cut")):
        for number in range(a_kind):
            photo(root / f"test/{kind}/{number:03}.png", seed=seed + number)
            mask(root / f"ground_truth/{kind}/{number:03}_mask.png", 255)
    return root


def good_bad(root: Path, good: int = 6, a_kind: int = 3, name: str = "good") -> Path:
    """Folders of good photos, of scratches with masks, and of chips without; returns the root."""
    for number in range(good):
        photo(root / name / f"cap{number:03}.png", seed=number)
    for number in range(a_kind):
        photo(root / f"scratch/cap{100 + number}.png", seed=100 + number)
        mask(root / f"scratch/cap{100 + number}_mask.png", 255)
        photo(root / f"chip/cap{200 + number}.png", seed=200 + number)
    return root


def read(format_name: str, folder: Path, *classes: str, **options: object) -> Reading:
    """A source as its format reads it; without classes, those that its folders are called after."""
    reader, source = formats()[format_name], PhotoSource("data.train", folder)
    more = {key: options.pop(key) for key in ("labels", "list", "include") if key in options}
    source = PhotoSource("data.train", folder, **more)
    good = tuple(options.get("good", GOOD_NAMES))
    names = classes or kinds_found(reader, [source], good)
    ignore = tuple(options.pop("ignore", ()))
    table = LabelTable(names, tuple((name,) for name in names), ignore)
    return reader.read(ReadRequest(source, table, **options))


def verdicts(reading: Reading) -> dict[str, VerdictAnnotation]:
    """By photo."""
    found = {}
    for sample in reading.samples:
        assert isinstance(sample.annotation, VerdictAnnotation)
        found[sample.id] = sample.annotation
    return found


def told(reading: Reading) -> list[tuple[str, str]]:
    """Kind and photo of each problem."""
    return [(each.kind, each.sample) for each in reading.problems]
