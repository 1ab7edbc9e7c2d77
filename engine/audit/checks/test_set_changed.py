"""The sealed test set changed, shrank, or is trained on.

What it does
------------
The first run writes the digests of its test photos beside the recipe, into
`<recipe>.sealed.json`. Every later check compares: a sealed photo that is in training or
validation now, that is no longer tested on, or whose file has other content, is reported. New
test photos are welcome; the next run adds them to the seal.

Why it matters
--------------
A test set that may change between two runs ends up as the one that the model passes: the photo
that was always misjudged is dropped, or taken over into training. Figures of different runs can be
compared only on the same photos.

How to mend it
--------------
Restore the test photos as they were, and take them out of training and validation. If a sealed
photo turned out to be wrong (a mislabelled part, a wrong camera), waive the finding by the
photo's name, with the reason; it is then printed in every report. To begin with a new test set,
give the recipe a new name or delete the seal, and say so to whoever signs.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.seal import SealedPhoto, read_seal

_FIX = "Restore the sealed test photos, and keep them out of training and validation"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each sealed photo that is no longer only tested on."""
    if audited.settings.seal is None:
        return
    by_digest = {sample.sha256: sample for sample in audited.samples}
    names = {sample.id for sample in audited.dataset.test}
    for photo in read_seal(audited.settings.seal):
        sample = by_digest.get(photo.sha256)
        part = audited.part_of[sample.id] if sample is not None else None
        if part == "test":
            continue
        if sample is not None:
            message = f"a sealed test photo is in {part} now"
            yield _observation(photo, sample.id, message, {"split": part})
        elif photo.image in names:
            yield _observation(photo, photo.image, "a sealed test photo has other content now", {})
        else:
            yield _observation(photo, photo.image, "a sealed test photo is missing", {})


def _observation(
    photo: SealedPhoto, name: str, message: str, more: dict[str, object]
) -> Observation:
    evidence = {"sealed as": photo.image, "sha256": photo.sha256, "sealed on": photo.added, **more}
    return Observation((name,), message, evidence, _FIX)


CHECK = Check("SPL104", "sealed-test-set-changed", "SPL", "error", "data", run)
