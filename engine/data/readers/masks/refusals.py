"""Why a photo with a mask cannot be used, in words that say what to do."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from engine.data.readers.masks.layout import Pair
from engine.data.readers.masks.values import Decoding, Meanings
from engine.records import ProblemKind, ReadProblem


class Refused(Exception):
    """A photo that cannot be used; carries the problem to the end of its thread."""

    def __init__(self, problem: ReadProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def size_mismatch(
    pair: Pair, mask: Path, mask_hw: tuple[int, int], image_hw: tuple[int, int]
) -> Refused:
    """A mask of another size than its photo; sizes are (height, width) in px."""
    message = (
        f"the mask {mask.name} has {mask_hw[1]} x {mask_hw[0]} px, "
        f"the photo {image_hw[1]} x {image_hw[0]} px"
    )
    if mask_hw == image_hw[::-1]:
        message += "; the sizes are transposed, so the mask was probably drawn on the photo "
        message += "without its EXIF orientation"
    evidence = {"mask": beside(pair, mask), "mask_size_hw": mask_hw, "image_size_hw": image_hw}
    return refusal(pair, "size_mismatch", message, evidence)


def unknown_label(
    pair: Pair, mask: Path, decoding: Decoding, known: Meanings, *, by_path: bool
) -> Refused:
    """A mask with values that have no meaning.

    Args:
        pair: the photo.
        mask: its mask.
        decoding: what its values mean, and which are unknown.
        known: the recipe's labels.
        by_path: whether folders of the source are named after labels.
    """
    shown = sorted(decoding.unknown.items(), key=lambda item: -item[1])[:8]
    values = {_value_name(value): count for value, count in shown}
    listed = ", ".join(f"{value} ({count} px)" for value, count in values.items())
    message = f"the mask {mask.name} holds values that mean nothing in the recipe: {listed}"
    hint = _hint(pair, decoding, known, by_path=by_path)
    evidence: dict[str, object] = {"mask": beside(pair, mask), "values": values}
    evidence["known"] = [_value_name(value) for value, _ in decoding.values]
    return refusal(pair, "unknown_label", f"{message}. {hint}", evidence)


def _hint(pair: Pair, decoding: Decoding, known: Meanings, *, by_path: bool) -> str:
    """What the user most likely meant."""
    if by_path and pair.folder_label is None:
        folders = Path(pair.image).parent.parts
        for folder in reversed(folders):
            close = difflib.get_close_matches(folder, known.names, n=1)
            if close:
                return f"Its folder is {folder!r}. Did you mean the label {close[0]!r}?"
        if folders:
            return f"None of its folders ({'/'.join(folders)}) is a label of the recipe"
    stored = [value for value, _ in decoding.values if value]
    value = next(iter(decoding.unknown))
    close = difflib.get_close_matches(str(value), [str(each) for each in stored], n=1)
    if close and len(str(value)) > 1:
        return f"Did you mean {close[0]}?"
    if set(decoding.unknown) == {255}:
        return (
            "If 255 is the defect, put the masks into a folder a class or state "
            "`labels: [255]`; if it means neither, state `ignore: [255]`"
        )
    return "State the values with `labels` of a class, or under `ignore`"


def beside(pair: Pair, mask: Path) -> str:
    """The mask's path relative to the photo's source, like the photo's own."""
    folder = pair.path.parents[len(Path(pair.image).parts) - 1]
    return Path(os.path.relpath(mask, folder)).as_posix()


def _value_name(value: int) -> str:
    return str(value) if value <= 0xFFFF else f"#{value:06x}"


def refusal(pair: Pair, kind: ProblemKind, message: str, evidence: Mapping[str, object]) -> Refused:
    """A problem of a photo, to be raised."""
    return Refused(ReadProblem(kind, pair.image, message, evidence))
