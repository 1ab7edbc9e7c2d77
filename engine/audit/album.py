"""The pictures of `audit.html`, each drawn once: they are kept by what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.audit.photos.store import FactStore
from engine.audit.pictures import (
    cut_uri,
    laid_uri,
    mask_uri,
    photo_uri,
    sheet_uri,
    turned_sheet_uri,
)
from engine.audit.remembered import remembered
from engine.data.digest import sha256_bytes
from engine.data.images import read_bytes
from engine.errors import UnreadableImage
from engine.records import Dataset

Box = Sequence[int]
Corners = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Album:
    """Draws pictures of a data set's photos, which are named by their ids; `data:` URIs or None.

    None is given where a file cannot be shown. Pictures of photos that were read are kept in the
    store under the digest of the photo; those of other files are drawn each time.
    """

    dataset: Dataset
    store: FactStore

    @cached_property
    def folder(self) -> Path:
        """Where ids start."""
        return self.dataset.folder or Path()

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Of the files of all photos that were read, by id."""
        parts = self.dataset.parts().values()
        return {sample.id: sample.sha256 for part in parts for sample in part}

    def photo(self, name: str, boxes: Sequence[Box], corners: Sequence[Corners] = ()) -> str | None:
        """See `photo_uri`."""
        path, seen = self.folder / name, [*boxes, *corners]
        return self._kept("photo", [name], seen, lambda: photo_uri(path, boxes, corners))

    def cut(self, name: str, box: Box, inner: Box | None, margin_px: int) -> str | None:
        """See `cut_uri`."""
        path, seen = self.folder / name, [box, inner, margin_px]
        return self._kept("cut", [name], seen, lambda: cut_uri(path, box, inner, margin_px))

    def laid(
        self, first: str, second: str, matrix: Sequence[Sequence[float]], mirrored: bool
    ) -> str | None:
        """See `laid_uri`."""
        one, other = self.folder / first, self.folder / second
        names, seen = [first, second], [matrix, mirrored]
        return self._kept("laid", names, seen, lambda: laid_uri(one, other, matrix, mirrored))

    def sheet(self, regions: Sequence[tuple[str, Box]]) -> str | None:
        """See `sheet_uri`."""
        names, boxes = [name for name, _ in regions], [box for _, box in regions]
        paths = [(self.folder / name, box) for name, box in regions]
        return self._kept("sheet", names, boxes, lambda: sheet_uri(paths))

    def turned_sheet(self, boxes: Sequence[tuple[str, Corners]]) -> str | None:
        """See `turned_sheet_uri`."""
        names, corners = [name for name, _ in boxes], [own for _, own in boxes]
        paths = [(self.folder / name, own) for name, own in boxes]
        return self._kept("turned", names, corners, lambda: turned_sheet_uri(paths))

    def mask(self, name: str) -> str | None:
        """See `mask_uri`."""
        return mask_uri(self.folder / name)

    def _kept(
        self, kind: str, names: Sequence[str], seen: object, draw: Callable[[], str | None]
    ) -> str | None:
        if any(name not in self.digests for name in names):
            return draw()
        key = [kind, [self.digests[name] for name in names], seen]

        def drawn() -> str:
            uri = draw() if all(self._as_read(name) for name in names) else None
            if uri is None:
                raise _NotDrawnError
            return uri

        try:
            return str(remembered(self.store, "picture", key, drawn))
        except _NotDrawnError:
            return None

    def _as_read(self, name: str) -> bool:
        """Whether the file is still the one that was read."""
        try:
            return sha256_bytes(read_bytes(self.folder / name)) == self.digests[name]
        except UnreadableImage:
            return False


class _NotDrawnError(Exception):
    """A picture that cannot be shown now, which is not remembered."""
