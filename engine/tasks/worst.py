"""The pictures of the worst photos seen so far, of each kind; holds no photo itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.tasks.task import Figure

SHOWN = 6
"""Photos of each kind; one an object, so that one bad part does not fill the page."""

Severity = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Kept:
    figure: Figure
    severity: Severity
    object: str

    @property
    def rank(self) -> tuple[Severity, str]:
        """Of two as severe photos the name decides, so that their order does not."""
        return self.severity, self.figure.title


class Worst:
    """Keeps `SHOWN` figures a kind: ask `admits` before a picture is drawn, then `keep` it."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kept: dict[str, list[_Kept]] = {kind: [] for kind in kinds}

    def admits(self, kind: str, severity: Severity, sample_id: str, object: str) -> bool:
        """Whether a photo belongs among the worst of a kind so far."""
        rival = self._rival(kind, object)
        return rival is None or (severity, sample_id) > rival.rank

    def keep(self, figure: Figure, severity: Severity, object: str) -> None:
        """Keeps the figure of an admitted photo, whose title is the photo's id."""
        rival = self._rival(figure.kind, object)
        if rival is not None:
            self._kept[figure.kind].remove(rival)
        self._kept[figure.kind].append(_Kept(figure, severity, object))

    def figures(self) -> tuple[Figure, ...]:
        """What was kept, kind by kind, the worst first."""
        return tuple(
            shown.figure
            for kept in self._kept.values()
            for shown in sorted(kept, key=lambda each: each.rank, reverse=True)
        )

    def _rival(self, kind: str, object: str) -> _Kept | None:
        """What would have to go: the same object's, or where all places are taken the weakest."""
        kept = self._kept[kind]
        rivals = [shown for shown in kept if shown.object == object]
        if not rivals and len(kept) >= SHOWN:
            rivals = kept
        return min(rivals, key=lambda each: each.rank, default=None)
