"""Photos in folders that say what they show, with masks or without, as samples and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.data.probe import Probe
from engine.data.readers import Reading, ReadRequest
from engine.data.readers.masks.layout import Layout, MaskFile, Pair
from engine.data.readers.masks.reader import read_mask_of, read_pairs
from engine.data.readers.masks.refusals import Refused, refusal, unknown_label
from engine.data.readers.masks.values import Meanings, decode_values, meanings
from engine.data.verdicts.folders import folders_of, is_good, nearest_known
from engine.data.verdicts.verdict import ANOMALOUS, verdict
from engine.recipe.wording import did_you_mean
from engine.records import IGNORE, MaskAnnotation, VerdictAnnotation


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one photo is read by.

    Attributes:
        names: label-map value of each label, `IGNORE` for what is ignored.
        good: folders that mean good.
        top: name of the source's folder.
        values: what the values of a mask mean.
        probe: whom to ask what is in a file.
    """

    names: Mapping[str, int]
    good: tuple[str, ...]
    top: str
    values: Meanings
    probe: Probe

    def folder(self, pair: Pair) -> str | None:
        """The folder that says what a photo shows."""
        return nearest_known(folders_of(pair.image, self.top), self.names, self.good)


def read_verdicts(request: ReadRequest, layout: Layout) -> Reading:
    """Reads photos whose nearest folder with a meaning tells what they show.

    Photos in folders that the recipe ignores are left out. Masks are optional: one that is there
    says where the defect is, not which.

    Args:
        request: as the format got it.
        layout: the photos and the masks that belong to them.
    """
    known = meanings(request.labels)
    values = {
        value: IGNORE if meant == IGNORE else ANOMALOUS for value, meant in known.values.items()
    }
    rules = _Rules(
        known.names,
        request.good,
        request.source.folder.name,
        replace(known, names={}, values=values, class_count=1),
        request.probe,
    )
    pairs = [pair for pair in layout.pairs if not _is_ignored(pair, rules)]
    return read_pairs(
        pairs, layout.problems, request, lambda pair, size_hw: _annotation(pair, size_hw, rules)
    )


def _is_ignored(pair: Pair, rules: _Rules) -> bool:
    folder = rules.folder(pair)
    return folder is not None and rules.names.get(folder) == IGNORE


def _annotation(pair: Pair, size_hw: tuple[int, int], rules: _Rules) -> VerdictAnnotation:
    folder = rules.folder(pair)
    if folder is None:
        raise _unknown_folder(pair, rules)
    masks = [_layer(pair, mask, size_hw, rules) for mask in pair.masks]
    return verdict(None if is_good(folder, rules.good) else rules.names[folder] - 1, masks)


def _layer(pair: Pair, file: MaskFile, size_hw: tuple[int, int], rules: _Rules) -> MaskAnnotation:
    mask = read_mask_of(pair, file.path, size_hw, rules.probe)
    known = rules.values
    decoding = decode_values(mask.counts, mask.maximum, ANOMALOUS, known, lone_class=True)
    if decoding.unknown:
        raise unknown_label(pair, file.path, decoding, known, by_path=False)
    return MaskAnnotation(file.path, decoding.values, decoding.threshold, decoding.classes)


def _unknown_folder(pair: Pair, rules: _Rules) -> Refused:
    folders = folders_of(pair.image, rules.top)
    labels = [name for name, value in rules.names.items() if value != IGNORE]
    hints = (did_you_mean(folder, (*labels, *rules.good)) for folder in reversed(folders))
    hint = next((each for each in hints if each), "")
    said = f"its folder {folders[-1]!r}" if folders else "its folder"
    message = f"{said} says neither that the photo is good nor which kind of defect it shows"
    fix = "Name the folder with classes.<name>.labels, data.good or ignore, or move the photo"
    evidence = {"folders": "/".join(folders), "good": list(rules.good), "labels": labels}
    refused = refusal(pair, "unknown_label", f"{message}. {hint}" if hint else message, evidence)
    return Refused(replace(refused.problem, fix=fix))
