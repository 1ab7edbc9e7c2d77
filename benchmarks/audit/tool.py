"""ANN304 on drawn trays: contradictions found, and what is said of recipes that are right.

    python -m benchmarks.audit.tool fit
    python -m benchmarks.audit.tool report

`fit` draws fifteen kinds of thing and `report` eight others; limits were chosen on `fit`.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.audit.drawn_kinds import KINDS, Kind
from benchmarks.audit.things import Scene, tray
from engine.audit.audited import Audited
from engine.audit.checks.wrong_tool import run
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.settings import AuditSettings
from engine.records import BoxAnnotation, Dataset, Sample

REPORT = ("penta", "plus", "rod", "key", "hook", "tee", "module", "gusset")
PHOTOS, THINGS = 10, 3
SCENES = {
    "plain": Scene(),
    "noisy": Scene(noise=18.0),
    "small": Scene(length_px=(20.0, 30.0)),
    "sloppy": Scene(length_px=(60.0, 90.0), off_px=3.0, off_deg=7.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=("fit", "report"))
    half = parser.parse_args().half
    names = REPORT if half == "report" else tuple(name for name in KINDS if name not in REPORT)
    counts: Counter[tuple[str, bool]] = Counter()
    for name in names:
        for scene in SCENES:
            for case, wrong, said in _cases(name, KINDS[name], scene):
                counts[case, bool(said)] += 1
                if wrong != bool(said):
                    print(f"{name}, {scene}: {case}: {said or 'nothing is said'}")
    for case in sorted({case for case, _ in counts}):
        found, missed = counts[case, True], counts[case, False]
        print(f"{case}: something said in {found} of {found + missed}")


def _cases(name: str, kind: Kind, scene: str) -> Iterator[tuple[str, bool, str]]:
    """What was declared, whether that is wrong, and what the check says."""
    seed = int.from_bytes(hashlib.sha256(f"{name}/{scene}".encode()).digest()[:4], "big")
    right = SCENES[scene]
    yield "declared as it is", False, _said(kind, kind.symmetry, right, seed)
    upright = _said(kind, "none", replace(right, upright=True), seed)
    if max(kind.size_wh) / min(kind.size_wh) >= 1.4:
        yield "upright boxes, long things", True, upright
    else:
        yield "upright boxes, things as wide as high", False, upright
    aligned = replace(right, upright=True, aligned=True)
    yield "upright boxes, all lie alike", False, _said(kind, "none", aligned, seed)
    if kind.symmetry == "none":
        for words, variant in (
            ("a fifth dark instead of bright", replace(right, inverse=0.2)),
            ("a fifth mirrored", replace(right, mirrored=0.2)),
        ):
            yield words, False, _said(kind, "none", variant, seed)
        for share in (0.2, 0.5):
            words = f"marked upside down, {share:.0%}"
            yield words, True, _said(kind, "none", replace(right, upside_down=share), seed)
        for declared in (2, "round"):
            yield f"a heading, declared {declared}", True, _said(kind, declared, right, seed)
    else:
        words = f"symmetry {kind.symmetry}, declared none"
        yield words, True, _said(kind, "none", right, seed)


def _said(kind: Kind, declared: str | int, scene: Scene, seed: int) -> str:
    task = "detection" if scene.upright else "oriented_detection"
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        samples = tuple(
            _stored(Path(folder) / f"{number}.png", *tray(kind, rng, scene, THINGS))
            for number in range(PHOTOS)
        )
        dataset = Dataset(("thing",), samples, (), ())
        store = FactStore(Path(folder) / "cache")
        settings = AuditSettings(task=task, symmetries=(declared,))
        found = list(run(Audited(dataset, settings, Examiner(store))))
        store.close()
    return "; ".join(each.message for each in found)


def _stored(path: Path, photo: np.ndarray, corners: np.ndarray) -> Sample:
    cv2.imwrite(str(path), photo)
    annotation = BoxAnnotation(path, corners, np.zeros(len(corners), np.uint8))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sample(path.name, path, (photo.shape[0], photo.shape[1]), annotation, path.name, digest)


if __name__ == "__main__":
    main()
