"""Photos whose annotation file states their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.boxes.stored import BrokenEntry, Entries, ReadEntries, StoredBox


def of_stated_size(
    entries: Sequence[StoredBox | BrokenEntry], image: Mapping[str, Any]
) -> ReadEntries:
    """The entries of an image, as long as the photo has the `width` and `height` that it states."""
    stated = (image.get("height"), image.get("width"))

    def read_entries(size_hw: tuple[int, int]) -> Entries:
        if stated in (size_hw, (None, None)):
            return entries
        message = f"the photo has {size_hw[1]} x {size_hw[0]} px, the file says "
        message += f"{stated[1]} x {stated[0]}"
        if stated == size_hw[::-1]:
            message += "; it was probably annotated without its EXIF orientation"
        return (BrokenEntry(f"image {image['id']}", message),)

    return read_entries
