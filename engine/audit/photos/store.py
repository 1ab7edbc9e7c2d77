"""Facts by content, on disk: what was computed once is not computed again.

One SQLite file in the user's cache folder (`DLTRAIN_CACHE`, or the platform's own). It may be
deleted at any time. Its name holds `VERSION`, which changes whenever what is computed does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from engine.audit.photos.facts import Format, Light, PhotoFacts
from engine.audit.photos.keypoints import DESCRIPTOR_BYTES, Keypoints
from engine.audit.photos.strokes import Stroke, Strokes
from engine.data.probe import MaskProbe

VERSION = 6
MOST_VALUES = 4096
_FLUSH_EVERY = 256
_MOST_WAITING = 4096
_PATIENCE_S = 2.0
_TABLES = """
CREATE TABLE IF NOT EXISTS photos (
    key TEXT PRIMARY KEY, plain TEXT, preview BLOB,
    xy BLOB, descriptors BLOB, mirrored_xy BLOB, mirrored BLOB, tints BLOB);
CREATE TABLE IF NOT EXISTS plain (key TEXT PRIMARY KEY, value TEXT);
"""


class FactStore:
    """Facts of photos and masks, and plain results, by the digest of what they were made of.

    Safe to use from several threads, and several processes may share the file: what is new waits in
    memory and is written in one short go. Whatever is wrong with the file costs time alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._new: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._database = _open(folder if folder is not None else cache_folder())

    def photo(self, sha256: str) -> PhotoFacts | None:
        """The facts of the photo file with this digest, or None."""
        row = self._row("photos", sha256)
        try:
            return None if row is None else _facts(row)
        except (ValueError, KeyError, TypeError):
            return None

    def put_photo(self, sha256: str, facts: PhotoFacts) -> None:
        """Remembers the facts of a photo file."""
        points = facts.keypoints
        plain = {
            "size_hw": facts.size_hw,
            "pixels": facts.pixels,
            "format": asdict(facts.format),
            "light": asdict(facts.light),
            "strokes": [astuple(stroke) for stroke in facts.strokes.found],
            "palette": facts.strokes.palette.hex(),
        }
        arrays = (points.xy, points.descriptors, points.mirrored_xy, points.mirrored)
        blobs = (array.tobytes() for array in arrays)
        row = (sha256, json.dumps(plain), facts.preview, *blobs, facts.tints)
        self._put("photos", row)

    def mask(self, sha256: str) -> MaskProbe | None:
        """What the mask file with this digest holds, or None."""
        stored = self.plain(f"mask:{sha256}")
        try:
            height, width = stored["size_hw"]
            counts = {int(value): int(count) for value, count in stored["counts"].items()}
            return MaskProbe((height, width), stored["maximum"], counts)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def put_mask(self, sha256: str, mask: MaskProbe) -> None:
        """Remembers what a mask file holds; a photo taken for a mask is not worth its room."""
        if len(mask.counts) <= MOST_VALUES:
            counts = {str(value): count for value, count in mask.counts.items()}
            value = {"size_hw": mask.size_hw, "maximum": mask.maximum, "counts": counts}
            self.put_plain(f"mask:{sha256}", value)

    def plain(self, key: str) -> Any:
        """A result that JSON can hold, or None."""
        row = self._row("plain", key)
        try:
            return None if row is None else json.loads(row[1])
        except (ValueError, TypeError):
            return None

    def put_plain(self, key: str, value: Any) -> None:
        """Remembers a result that JSON can hold."""
        self._put("plain", (key, json.dumps(value, allow_nan=False)))

    def flush(self) -> None:
        """Writes what is new to disk; if that fails it is lost to the next run alone."""
        with self._lock:
            self._flush()

    def close(self) -> None:
        """Writes what is new and lets go of the file."""
        with self._lock:
            self._flush()
            self._database.close()

    def _row(self, table: str, key: str) -> tuple[Any, ...] | None:
        with self._lock:
            waiting = self._new.get((table, key))
            if waiting is not None:
                return waiting
            try:
                query = f"SELECT * FROM {table} WHERE key = ?"
                row: tuple[Any, ...] | None = self._database.execute(query, (key,)).fetchone()
            except sqlite3.Error:
                return None
        return row

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        with self._lock:
            self._new[table, row[0]] = row
            if len(self._new) >= _FLUSH_EVERY:
                self._flush()

    def _flush(self) -> None:
        """One short transaction; a file that is locked for longer keeps what is new waiting."""
        try:
            for (table, _), row in self._new.items():
                marks = ", ".join("?" * len(row))
                self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)
            self._database.commit()
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._database.rollback()
            if len(self._new) < _MOST_WAITING:
                return
        self._new.clear()


def cache_folder() -> Path | None:
    """Where results are kept between runs; None where the account has no home."""
    named = os.environ.get("DLTRAIN_CACHE")
    folder = Path(named) if named else user_cache_path("dltrain", appauthor=False)
    return folder if named or folder.is_absolute() else None


def _open(folder: Path | None) -> sqlite3.Connection:
    """The database on disk, one made anew where it is damaged, or one in memory."""
    if folder is not None:
        path = folder / f"audit-{VERSION}.sqlite"
        for _ in range(2):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                return _connected(str(path))
            except sqlite3.OperationalError:
                break  # locked or read-only rather than damaged
            except sqlite3.DatabaseError:
                with suppress(OSError):
                    path.unlink()
            except OSError:
                break
    return _connected(":memory:")


def _connected(name: str) -> sqlite3.Connection:
    database = sqlite3.connect(name, check_same_thread=False, timeout=_PATIENCE_S)
    try:
        database.executescript(_TABLES)
        database.commit()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _facts(row: tuple[Any, ...]) -> PhotoFacts:
    _, text, preview, xy, descriptors, mirrored_xy, mirrored, tints = row
    plain = json.loads(text)
    height, width = plain["size_hw"]
    points = Keypoints(
        np.frombuffer(xy, np.float32).reshape(-1, 2),
        np.frombuffer(descriptors, np.uint8).reshape(-1, DESCRIPTOR_BYTES),
        np.frombuffer(mirrored_xy, np.float32).reshape(-1, 2),
        np.frombuffer(mirrored, np.uint8).reshape(-1, DESCRIPTOR_BYTES),
    )
    return PhotoFacts(
        size_hw=(height, width),
        pixels=plain["pixels"],
        format=Format(**plain["format"]),
        light=Light(**plain["light"]),
        preview=preview,
        keypoints=points,
        strokes=Strokes(
            tuple(Stroke(*(tuple(part) for part in row)) for row in plain["strokes"]),
            bytes.fromhex(plain["palette"]),
        ),
        tints=tints,
    )
