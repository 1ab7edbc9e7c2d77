"""A photo shows nothing: it is all black, all white or all of one grey or colour.

What it does
------------
Reports photos without any contrast: brightness spreads by less than one of 256 grey levels
(standard deviation; of 16-bit photos, of the bits that the data set uses). The plainest of ten
thousand real photos spreads by four. Each photo is judged by itself; IMG405 compares it with the
others. Where anomalies are detected, photos of defects are passed over, and a good photo of
training or validation is an error.

Why it matters
--------------
The lamp or the camera was off, the exposure was far out, or an export failed. In training such a
photo teaches that nothing is what a part looks like, so that a dark camera passes later; in
validation it moves thresholds; in a test it counts for nothing that production will show.

How to mend it
--------------
Take the photo again, or leave it out with `exclude`. If it is a picture of 16 bits that looks dark
alone, check that its export did not cut the lower bits off.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.audit.photos.facts import PhotoFacts
from engine.records import Sample

LEAST_SPREAD = 1 / 255
"""As a share of white. Photos of six public sets and of the examples spread by 4 / 255 or more."""

BLACK, WHITE = 0.02, 0.98
COLOURED = 0.02
"""Saturation from which on an even photo is called coloured."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each blank photo."""
    white = _white_of_16_bit(audited)
    for sample in audited.samples:
        facts = audited.facts.get(sample.id)
        if facts is None or (audited.settings.learns_good and sample.classes):
            continue
        scale = white if facts.format.bit_depth > 8 else 1.0
        spread = facts.light.spread / scale
        if spread < LEAST_SPREAD:
            yield Observation(
                samples=(sample.id,),
                message=f"the photo shows nothing: it is all {_look(facts, scale)}",
                evidence={
                    "brightness": round(facts.light.mean / scale, 4),
                    "spread": round(spread, 6),
                    "least_spread": round(LEAST_SPREAD, 6),
                },
                fix="Take the photo again, or leave it out with `exclude`",
                severity=_severity(audited, sample),
            )


def _white_of_16_bit(audited: Audited) -> float:
    """White of the 16-bit photos, as a share of what 16 bits hold: a 12-bit camera fills less."""
    formats = [facts.format for facts in audited.facts.values() if facts.format.bit_depth > 8]
    bits = max((stored.used_bits for stored in formats), default=16)
    return float((2 ** max(8, bits) - 1) / 65535)


def _look(facts: PhotoFacts, scale: float) -> str:
    mean = facts.light.mean / scale
    if mean <= BLACK:
        return "black"
    if mean >= WHITE:
        return "white"
    return "of one colour" if facts.light.saturation / scale > COLOURED else "of one grey"


def _severity(audited: Audited, sample: Sample) -> Severity:
    """An error where it would be learnt as good, or would choose thresholds as a good photo."""
    matters = audited.part_of[sample.id] in ("train", "validation")
    return "error" if audited.settings.learns_good and matters else "warn"


CHECK = Check("IMG406", "blank-photo", "IMG", "warn", "data", run)
