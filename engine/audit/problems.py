"""What the readers could not use, as observations of the checks that report it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.audit.finding import Observation
from engine.records import Dataset, ProblemKind, ReadProblem


def observations(
    dataset: Dataset, kind: ProblemKind, fix: str | Callable[[ReadProblem], str]
) -> Iterator[Observation]:
    """One observation for each problem of a kind; `fix` where the problem has none of its own."""
    for problem in dataset.problems:
        if problem.kind == kind:
            evidence = {"kind": kind, **problem.evidence}
            remedy = problem.fix or (fix if isinstance(fix, str) else fix(problem))
            yield Observation((problem.sample,), problem.message, evidence, remedy)
