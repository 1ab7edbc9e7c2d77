"""The ledger of openings: how often a test set was looked at before its figures were reported.

Each look invites a change that fits the test set, so the report prints the count. The file is
only ever appended to, one JSON object a line.
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import RunFailed


def record_opening(
    ledger: Path, run_id: str, test_digest: str, command: str, at: datetime | None = None
) -> int:
    """Write down that the test set is opened now.

    Two runs at once each get a number of their own: a line is appended in one write, and a run
    counts up to its own line.

    Args:
        ledger: the file `test_openings.jsonl`, one for all runs of a name; made when missing.
        run_id: the run that opens it.
        test_digest: `SampleSet.digest` of the test set.
        command: what the user ran.
        at: the time, by default now.

    Returns:
        How often this test set has been opened, this time included.

    Raises:
        RunFailed: the ledger cannot be written, so the test set must not be opened.
    """
    opening = uuid.uuid4().hex
    record = {
        "time": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "run": run_id,
        "test_digest": test_digest,
        "command": command,
        "opening": opening,
    }
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        _append(ledger, json.dumps(record, ensure_ascii=False))
        return _count(ledger, test_digest, opening)
    except OSError as error:
        raise RunFailed(
            "the opening of the test set cannot be recorded, so it stays closed",
            where=str(ledger),
            received=error.strerror or str(error),
            fix="Make the folder writable, or free some space on the disk",
        ) from error


def _append(ledger: Path, line: str) -> None:
    handle = os.open(ledger, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        # A line that a full disk cut short must not swallow this one.
        data = f"{_line_break(handle)}{line}\n".encode()
        if os.write(handle, data) != len(data):
            raise OSError(None, "the line could not be written whole")
        os.fsync(handle)
    finally:
        os.close(handle)


def _line_break(handle: int) -> str:
    """What ends the last line of an open file: nothing where it is whole."""
    size = os.fstat(handle).st_size
    os.lseek(handle, max(0, size - 1), os.SEEK_SET)
    return "\n" if size and os.read(handle, 1) != b"\n" else ""


def _count(ledger: Path, test_digest: str, opening: str) -> int:
    """Lines of this test set up to the own one; an unreadable line may be one, so it counts."""
    count = 0
    for line in ledger.read_text(encoding="utf-8", errors="replace").split("\n"):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or record.get("test_digest") == test_digest:
            count += 1
        if isinstance(record, dict) and record.get("opening") == opening:
            break
    return count
