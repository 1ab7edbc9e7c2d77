"""Shares photos out over training, validation and test: object by object, class by class.

Iterative stratification (Sechidis et al., On the Stratification of Multi-Label Data, ECML 2011):
rare classes are dealt first, each object to the part that lacks the class most. It is then
improved by moving single objects while the counts come closer to the shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.data.copies import counted_once
from engine.errors import UsageError
from engine.phrasing import counted
from engine.records import Sample, SplitName

Floats = npt.NDArray[np.float64]

_MISSING_COST = 1e6  # outweighs every count: first each class in each part, then the shares


def share_out(
    samples: Sequence[Sample],
    shares: Mapping[SplitName, float],
    seed: int,
    class_count: int,
    pinned: Mapping[str, SplitName] | None = None,
    what: str = "different object",
) -> dict[SplitName, tuple[Sample, ...]]:
    """Shares photos out so that no object, and no identical file, is in two parts.

    Every class, and good photos, get into every part where enough objects show them; the numbers
    of objects and of photos of each class come near the shares. The result depends on the seed
    and on which photos there are, not on their order.

    Args:
        samples: the photos of the pool.
        shares: fraction (0 to 1) of each part but training, which gets the rest.
        seed: decides among equally good choices.
        class_count: number of classes.
        pinned: the part that a file, by its SHA-256, has to stay in, with all of its object.
        what: is too few where there are fewer objects than parts, in the singular.

    Returns:
        For `train` and each name in `shares`, its photos sorted by id.

    Raises:
        UsageError: when the shares leave nothing for training, or there are fewer objects than
            parts.
    """
    rest = 1.0 - sum(shares.values())
    if rest <= 0 or any(fraction <= 0 for fraction in shares.values()):
        raise UsageError(
            "the shares leave nothing for training",
            where="data",
            received=", ".join(f"{name} {fraction:.0%}" for name, fraction in shares.items()),
            allowed="shares above 0 % that add up to less than 100 %",
        )
    parts: dict[SplitName, float] = {"train": rest, **shares}
    groups = len(groups_of(samples))
    if groups < len(parts):
        once = counted_once(samples)
        copied = f" ({once})" if once else ""
        raise UsageError(
            "there are too few objects to share out",
            where="data",
            received=f"{counted(groups, what)} for {len(parts)} parts{copied}",
            fix="Photograph more objects, or correct data.object if these are more",
        )
    return share_out_over(samples, parts, seed, class_count, pinned)


def share_out_over(
    samples: Sequence[Sample],
    parts: Mapping[SplitName, float],
    seed: int,
    class_count: int,
    pinned: Mapping[str, SplitName] | None = None,
) -> dict[SplitName, tuple[Sample, ...]]:
    """Like `share_out`, over parts whose fractions add up to 1."""
    names = list(parts)
    groups = groups_of(samples)
    features = _features(groups, class_count)
    fixed = [_pinned_part(group, names, pinned or {}) for group in groups]
    numbers = _deal(features, np.array(list(parts.values())), class_count, seed, fixed)
    dealt: dict[SplitName, list[Sample]] = {name: [] for name in names}
    for group, number in zip(groups, numbers, strict=True):
        dealt[names[number]].extend(group)
    return {name: tuple(sorted(part, key=lambda s: s.id)) for name, part in dealt.items()}


def groups_of(samples: Iterable[Sample]) -> list[list[Sample]]:
    """Photos that must stay together: one object, or objects that share an identical file."""
    ordered = sorted(samples, key=lambda sample: sample.id)
    leader = list(range(len(ordered)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    first: dict[tuple[str, str], int] = {}
    for index, sample in enumerate(ordered):
        for key in (("object", sample.object), ("file", sample.sha256)):
            leader[find(index)] = find(first.setdefault(key, index))
    groups: dict[int, list[Sample]] = defaultdict(list)
    for index, sample in enumerate(ordered):
        groups[find(index)].append(sample)
    return sorted(groups.values(), key=lambda group: group[0].id)


def _features(groups: Sequence[Sequence[Sample]], class_count: int) -> Floats:
    """What is counted of each group, (groups, 2 * (class_count + 2)).

    The first half says whether the group shows each class, good, and anything at all; the second
    half counts its photos of each.
    """
    width = class_count + 2
    features = np.zeros((len(groups), 2 * width))
    for row, group in enumerate(groups):
        for sample in group:
            for column in (*(sample.classes or {class_count}), class_count + 1):
                features[row, column] = 1
                features[row, width + column] += 1
    return features


def _pinned_part(
    group: Sequence[Sample], names: Sequence[SplitName], pinned: Mapping[str, SplitName]
) -> int:
    """The number of the part that a group has to stay in, -1 where it is free.

    Test wins: what was tested on is never trained on.
    """
    wanted = {pinned[sample.sha256] for sample in group if sample.sha256 in pinned}
    for name in ("test", "validation", "train"):
        if name in wanted and name in names:
            return names.index(name)
    return -1


def _deal(
    features: Floats, fractions: Floats, class_count: int, seed: int, fixed: Sequence[int]
) -> list[int]:
    """The part of each group: what is fixed, then rare classes first, then improved."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(features))
    shown = features[order]
    targets = fractions[:, None] * shown.sum(axis=0)
    parts = np.array(fixed, np.int64)[order]
    counts = np.stack([shown[parts == part].sum(axis=0) for part in range(len(targets))])
    movable = parts < 0
    kinds = np.argsort(shown[:, : class_count + 2].sum(axis=0), kind="stable")
    for kind in kinds:
        waiting = np.flatnonzero((parts < 0) & (shown[:, kind] > 0))
        # Groups with many photos first: the small ones then even out what is left.
        for row in waiting[np.argsort(-shown[waiting].sum(axis=1), kind="stable")]:
            part = _neediest(targets, counts, int(kind), shown[row])
            parts[row] = part
            counts[part] += shown[row]
    _improve(shown, targets, counts, parts, class_count + 2, movable)
    dealt = np.empty(len(parts), np.int64)
    dealt[order] = parts
    return [int(part) for part in dealt]


def _neediest(targets: Floats, counts: Floats, kind: int, shown: Floats) -> int:
    """The part that lacks `kind` most: a part without any first, then by the share still open."""
    missing = counts[:, kind] == 0
    open_share = (targets[:, kind] - counts[:, kind]) / targets[:, kind]
    open_all = ((targets - counts) / np.maximum(targets, 1e-9))[:, shown > 0].sum(axis=1)
    keys = zip(missing, open_share.round(9), open_all.round(9), range(len(missing)), strict=True)
    return max(keys)[-1]


def _improve(
    shown: Floats,
    targets: Floats,
    counts: Floats,
    parts: npt.NDArray[np.int64],
    kinds: int,
    movable: npt.NDArray[np.bool_],
) -> None:
    """Moves single groups, the best move first, while the cost falls; changes its arguments."""
    needed = shown[:, :kinds].sum(axis=0) >= len(targets)
    scale = 1.0 / np.maximum(targets.sum(axis=0), 1.0)

    def cost(of: Floats) -> Floats:
        """Cost of each row of counts, (..., parts, features) -> (..., parts)."""
        missing = ((of[..., :kinds] < 0.5) & needed).sum(axis=-1)
        total: Floats = ((of - targets) ** 2 * scale).sum(axis=-1) + _MISSING_COST * missing
        return total

    rows = np.arange(len(shown))
    for _ in range(2 * len(shown)):
        base = cost(counts)
        joined = cost(counts[None] + shown[:, None]) - base
        leaving = cost(np.broadcast_to(counts, (len(shown), *counts.shape)) - shown[:, None])
        left = (leaving - base)[rows, parts]
        change = joined + left[:, None]
        change[rows, parts] = 0.0
        change[~movable] = 0.0
        best = int(np.argmin(change))
        row, part = divmod(best, len(targets))
        if change[row, part] > -1e-9:
            return
        counts[parts[row]] -= shown[row]
        counts[part] += shown[row]
        parts[row] = part
