"""Starts worker processes with a deadline of its own.

A worker that waits for an absent peer takes no notice of SIGTERM, so the launcher kills.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Job:
    """Arguments of `python -m`, extra variables, and the file that takes what it says."""

    arguments: Sequence[str]
    variables: Mapping[str, str]
    log: Path


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without a cluster or a GPU, and those given."""
    kept = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
    return {**kept, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "1", **variables}


@contextmanager
def started(jobs: Sequence[Job]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The jobs as processes; whatever still runs at the end of the block is killed."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for job in jobs:
            with job.log.open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", *job.arguments],
                        cwd=ROOT,
                        env=environment(job.variables),
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                )
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
            process.wait()


def run_all(jobs: Sequence[Job], deadline_s: float) -> str | None:
    """Runs all jobs at once; None when all ended well in time, else what went wrong."""
    end = time.monotonic() + deadline_s
    with started(jobs) as processes:
        while time.monotonic() < end:
            codes = [process.poll() for process in processes]
            if any(code not in (None, 0) for code in codes):
                break
            if all(code == 0 for code in codes):
                return None
            time.sleep(0.1)
    logs = [f"--- {job.arguments}\n{job.log.read_text('utf-8', 'replace')[-3000:]}" for job in jobs]
    return "\n".join([f"exit codes {codes} after at most {deadline_s} s", *logs])
