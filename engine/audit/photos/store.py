"""Facts by content, on disk: what was computed once is not computed again.

One SQLite file in the user's cache folder (`DLTRAIN_CACHE`, or the platform's own). It may be
deleted at any time. Its name holds `VERSION`, which changes whenever what is computed does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from engine.audit.photos.facts import Format, Light, PhotoFacts
from engine.audit.photos.keypoints import DESCRIPTOR_BYTES, Keypoints
from engine.data.probe import MaskProbe

VERSION = 1
_FLUSH_EVERY = 256
_TABLES = """
CREATE TABLE IF NOT EXISTS photos (
    sha256 TEXT PRIMARY KEY, plain TEXT, preview BLOB,
    xy BLOB, descriptors BLOB, mirrored_xy BLOB, mirrored BLOB);
CREATE TABLE IF NOT EXISTS plain (key TEXT PRIMARY KEY, value TEXT);
"""


class FactStore:
    """Facts of photos and masks, and plain results, by the digest of what they were made of.

    Safe to use from several threads. Where the folder cannot be written it lasts for the process
    alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._waiting = 0
        self._database = _open(folder if folder is not None else cache_folder())

    def photo(self, sha256: str) -> PhotoFacts | None:
        """The facts of the photo file with this digest, or None."""
        row = self._row("SELECT * FROM photos WHERE sha256 = ?", sha256)
        return None if row is None else _facts(row)

    def put_photo(self, sha256: str, facts: PhotoFacts) -> None:
        """Remembers the facts of a photo file."""
        points = facts.keypoints
        plain = {
            "size_hw": facts.size_hw,
            "pixels": facts.pixels,
            "format": asdict(facts.format),
            "light": asdict(facts.light),
        }
        arrays = (points.xy, points.descriptors, points.mirrored_xy, points.mirrored)
        self._write(
            "INSERT OR REPLACE INTO photos VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sha256, json.dumps(plain), facts.preview, *(array.tobytes() for array in arrays)),
        )

    def mask(self, sha256: str) -> MaskProbe | None:
        """What the mask file with this digest holds, or None."""
        stored = self.plain(f"mask:{sha256}")
        if stored is None:
            return None
        height, width = stored["size_hw"]
        counts = {int(value): count for value, count in stored["counts"].items()}
        return MaskProbe((height, width), stored["maximum"], counts)

    def put_mask(self, sha256: str, mask: MaskProbe) -> None:
        """Remembers what a mask file holds."""
        counts = {str(value): count for value, count in mask.counts.items()}
        value = {"size_hw": mask.size_hw, "maximum": mask.maximum, "counts": counts}
        self.put_plain(f"mask:{sha256}", value)

    def plain(self, key: str) -> Any:
        """A result that JSON can hold, or None."""
        row = self._row("SELECT value FROM plain WHERE key = ?", key)
        return None if row is None else json.loads(row[0])

    def put_plain(self, key: str, value: Any) -> None:
        """Remembers a result that JSON can hold."""
        text = json.dumps(value, allow_nan=False)
        self._write("INSERT OR REPLACE INTO plain VALUES (?, ?)", (key, text))

    def flush(self) -> None:
        """Writes what waits to disk; a full disk costs speed the next time, nothing else."""
        with self._lock, suppress(sqlite3.Error):
            self._database.commit()
            self._waiting = 0

    def close(self) -> None:
        """Writes what waits and lets go of the file."""
        self.flush()
        with self._lock:
            self._database.close()

    def _row(self, query: str, key: str) -> tuple[Any, ...] | None:
        with self._lock:
            try:
                row: tuple[Any, ...] | None = self._database.execute(query, (key,)).fetchone()
            except sqlite3.Error:  # a damaged cache is one that remembers nothing
                return None
        return row

    def _write(self, query: str, values: tuple[Any, ...]) -> None:
        with self._lock, suppress(sqlite3.Error):
            self._database.execute(query, values)
            self._waiting += 1
            if self._waiting >= _FLUSH_EVERY:
                self._database.commit()
                self._waiting = 0


def cache_folder() -> Path:
    """Where results are kept between runs."""
    named = os.environ.get("DLTRAIN_CACHE")
    folder = Path(named) if named else user_cache_path("dltrain", appauthor=False)
    # Without a home folder the platform's is a relative "~", which nobody means.
    return folder if folder.is_absolute() or named else Path(tempfile.gettempdir()) / "dltrain"


def _open(folder: Path) -> sqlite3.Connection:
    """The database on disk, one made anew where it is damaged, or one in memory."""
    path = folder / f"audit-{VERSION}.sqlite"
    for attempt in range(2):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _prepared(sqlite3.connect(path, check_same_thread=False, timeout=10.0))
        except sqlite3.DatabaseError as error:
            if attempt or isinstance(error, sqlite3.OperationalError):
                break  # locked or read-only rather than damaged
            path.unlink(missing_ok=True)
        except OSError:
            break
    return _prepared(sqlite3.connect(":memory:", check_same_thread=False))


def _prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    database.executescript(_TABLES)
    database.commit()
    return database


def _facts(row: tuple[Any, ...]) -> PhotoFacts:
    _, text, preview, xy, descriptors, mirrored_xy, mirrored = row
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
    )
