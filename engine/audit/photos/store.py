"""Facts by content, on disk: what was computed once is not computed again.

One SQLite file in the user's cache folder (`DLTRAIN_CACHE`, or the platform's own). It may be
deleted at any time. Its name holds `VERSION`, which changes whenever what is computed does. It
keeps to `MOST_BYTES`: what was not asked for longest goes first.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from engine.audit.photos.facts import Format, Light, PhotoFacts
from engine.audit.photos.keypoints import DESCRIPTOR_BYTES, Keypoints
from engine.audit.photos.patches import Patch
from engine.audit.photos.strokes import Stroke, Strokes
from engine.data.probe import MaskProbe

VERSION = 8
MOST_VALUES = 4096
MOST_BYTES = 2 * 2**30
"""Beyond this the quarter of the rows that was not asked for longest is dropped."""

_DAY_S = 86_400
_STALE_DAYS = 7
"""Only so seldom is it noted that a row was asked for."""

_ABANDONED_DAYS = 30
"""A file of an older version that nobody wrote for so long is deleted."""

_FLUSH_EVERY = 256
_MOST_WAITING = 4096
_PATIENCE_S = 2.0
_TABLES = """
CREATE TABLE IF NOT EXISTS photos (
    key TEXT PRIMARY KEY, plain TEXT, preview BLOB,
    xy BLOB, descriptors BLOB, mirrored_xy BLOB, mirrored BLOB, tints BLOB, used INTEGER);
CREATE TABLE IF NOT EXISTS plain (key TEXT PRIMARY KEY, value TEXT, used INTEGER);
"""


class FactStore:
    """Facts of photos and masks, and plain results, by the digest of what they were made of.

    Safe to use from several threads, and several processes may share the file: what is new waits in
    memory and is written in one short go. Whatever is wrong with the file costs time alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._new: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._asked_for: set[tuple[str, str]] = set()
        self._today = int(time.time() // _DAY_S)
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
            "patches": [astuple(patch) for patch in facts.patches],
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
            with suppress(sqlite3.Error):
                self._make_room()
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
            if row is not None and not (row[-1] or 0) > self._today - _STALE_DAYS:
                self._asked_for.add((table, key))
        return row

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        with self._lock:
            self._new[table, row[0]] = (*row, self._today)
            if len(self._new) >= _FLUSH_EVERY:
                self._flush()

    def _flush(self) -> None:
        """One short transaction; a file that is locked for longer keeps what is new waiting."""
        try:
            for (table, _), row in self._new.items():
                marks = ", ".join("?" * len(row))
                self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)
            for table, key in self._asked_for:
                query = f"UPDATE {table} SET used = ? WHERE key = ?"
                self._database.execute(query, (self._today, key))
            self._database.commit()
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._database.rollback()
            if len(self._new) < _MOST_WAITING:
                return
        self._new.clear()
        self._asked_for.clear()

    def _make_room(self) -> None:
        """Drops what was not asked for longest until the rest has room, and shrinks the file."""
        before = rows = self._count_rows()
        while rows and self._used_bytes() > MOST_BYTES:
            for table in ("photos", "plain"):
                quarter = f"SELECT (count(*) + 3) / 4 FROM {table}"
                oldest = f"SELECT rowid FROM {table} ORDER BY used LIMIT ({quarter})"
                self._database.execute(f"DELETE FROM {table} WHERE rowid IN ({oldest})")
            self._database.commit()
            rows = self._count_rows()
        if rows < before:
            self._database.execute("VACUUM")

    def _count_rows(self) -> int:
        counts = (
            self._database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("photos", "plain")
        )
        return sum(int(count) for count in counts)

    def _used_bytes(self) -> int:
        pages, free, page_bytes = (
            int(self._database.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * page_bytes


@contextmanager
def open_store() -> Iterator[FactStore]:
    """The user's store, which is written and let go of at the end."""
    store = FactStore()
    try:
        yield store
    finally:
        store.close()


def cache_folder() -> Path | None:
    """Where results are kept between runs; None where the account has no home."""
    named = os.environ.get("DLTRAIN_CACHE")
    folder = Path(named) if named else user_cache_path("dltrain", appauthor=False)
    return folder if named or folder.is_absolute() else None


def _open(folder: Path | None) -> sqlite3.Connection:
    """The database on disk, one made anew where it is damaged, or one in memory."""
    if folder is not None:
        path = folder / f"audit-{VERSION}.sqlite"
        _drop_abandoned(folder)
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


def _drop_abandoned(folder: Path) -> None:
    """Deletes the files of older versions, unless a host that shares the folder still uses them."""
    long_ago = time.time() - _ABANDONED_DAYS * _DAY_S
    for path in folder.glob("audit-*.sqlite"):
        number = path.stem.removeprefix("audit-")
        with suppress(OSError):
            if number.isdigit() and int(number) < VERSION and path.stat().st_mtime < long_ago:
                path.unlink()


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
    _, text, preview, xy, descriptors, mirrored_xy, mirrored, tints, _ = row
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
        patches=tuple(Patch(tuple(box), *figures) for box, *figures in plain["patches"]),
        tints=tints,
    )
