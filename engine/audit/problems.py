"""What the readers could not use, as observations of the checks that report it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.finding import Observation
from engine.records import Dataset, ProblemKind


def observations(dataset: Dataset, kind: ProblemKind, fix: str) -> Iterator[Observation]:
    """One observation for each problem of a kind; `fix` where the problem has none of its own."""
    for problem in dataset.problems:
        if problem.kind == kind:
            evidence = {"kind": kind, **problem.evidence}
            yield Observation((problem.sample,), problem.message, evidence, problem.fix or fix)
