"""Shares photos out so that nothing but good objects is trained on.

Objects with any photo of a defect, or one in a good folder whose mask marks a defect, go to
validation and test alone; the others are shared out as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.data.split import groups_of, share_out, share_out_over
from engine.errors import UsageError
from engine.phrasing import counted
from engine.records import Sample, SplitName


def share_out_good(
    samples: Sequence[Sample],
    shares: Mapping[SplitName, float],
    seed: int,
    kinds: int,
    pinned: Mapping[str, SplitName] | None = None,
    add_good: str = "Add photos of good parts",
) -> dict[SplitName, tuple[Sample, ...]]:
    """Shares photos out; no object, and no identical file, is in two parts.

    Args:
        samples: the photos of the pool.
        shares: fraction (0 to 1) of each part but training. Objects with defects are dealt to
            these parts in the ratio of the fractions.
        seed: decides among equally good choices.
        kinds: number of kinds of defect.
        pinned: the part that a file, by its SHA-256, has to stay in, with all of its object.
        add_good: what to do where no object is good.

    Returns:
        For `train` and each name in `shares`, its photos sorted by id.

    Raises:
        UsageError: when the shares leave nothing for training, or there are fewer objects without
            a defect than parts, or none.
    """
    bad: list[list[Sample]] = []
    good: list[Sample] = []
    for group in groups_of(samples):
        if all(sample.is_good for sample in group):
            good += group
        else:
            bad.append(group)
    if bad and not good:
        raise UsageError(
            "a photo or a mask of every object shows a defect, so there is none to learn good from",
            where="data",
            received=f"{counted(len(bad), 'object')}, none of them good",
            fix=add_good,
        )
    found = share_out(good, shares, seed, kinds, pinned, what="different good object")
    if not bad:
        return found
    total = sum(shares.values())
    parts = {name: fraction / total for name, fraction in shares.items()}
    if len(bad) < len(parts):  # one object with defects: what is tested says more than what tunes
        parts = {"test": 1.0}
    dealt = share_out_over([s for group in bad for s in group], parts, seed, kinds, pinned)
    return {
        name: tuple(sorted((*own, *dealt.get(name, ())), key=lambda sample: sample.id))
        for name, own in found.items()
    }
