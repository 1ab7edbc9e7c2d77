from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import RunFailed
from engine.evaluate.ledger import record_opening


def test_each_opening_of_a_test_set_is_counted(tmp_path: Path) -> None:
    ledger = tmp_path / "caps" / "test_openings.jsonl"
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert record_opening(ledger, "r1", "aa", "dltrain run caps.yaml", at) == 1
    assert record_opening(ledger, "r2", "bb", "dltrain run caps.yaml") == 1
    assert record_opening(ledger, "r2", "aa", "dltrain evaluate r2") == 2
    lines = ledger.read_text().splitlines()
    assert [json.loads(line)["run"] for line in lines] == ["r1", "r2", "r2"]
    first = json.loads(lines[0])
    assert (first["time"], first["run"]) == ("2026-01-02T03:04:05+00:00", "r1")
    assert (first["test_digest"], first["command"]) == ("aa", "dltrain run caps.yaml")


def test_a_line_that_was_cut_short_counts_as_an_opening(tmp_path: Path) -> None:
    ledger = tmp_path / "openings.jsonl"
    ledger.write_text('{"time": "2026-01-02T03:04:05", "run": "r1", "test_di')
    assert record_opening(ledger, "r2", "aa", "c") == 2
    assert record_opening(ledger, "r3", "aa", "c") == 3
    torn, *whole = ledger.read_text().splitlines()
    assert torn.endswith('"test_di')
    assert [json.loads(line)["run"] for line in whole] == ["r2", "r3"]


def test_a_command_with_strange_characters_stays_one_line(tmp_path: Path) -> None:
    ledger = tmp_path / "openings.jsonl"
    for expected in (1, 2):
        assert record_opening(ledger, "r", "aa", "run 'a\nb\u2028c' Prüfung") == expected


def test_runs_at_once_each_get_their_own_number(tmp_path: Path) -> None:
    ledger = tmp_path / "openings.jsonl"
    code = (
        "import sys; from pathlib import Path; from engine.evaluate.ledger import record_opening\n"
        "print(*(record_opening(Path(sys.argv[1]), 'r', 'aa', 'c') for _ in range(25)))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(ledger)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    numbers = [int(n) for run in runs for n in run.communicate(timeout=60)[0].split()]
    assert sorted(numbers) == list(range(1, 76))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_what_cannot_be_recorded_stays_closed() -> None:
    with pytest.raises(RunFailed, match="stays closed"):
        record_opening(Path("/dev/full"), "r", "aa", "c")
