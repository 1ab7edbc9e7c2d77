"""What the figures of a class say against the symmetry that the recipe states."""

from __future__ import annotations

from dataclasses import dataclass

from engine.audit.tool.symmetry import FULL_TURN, SymmetryFigures

MOST_ROUND_RATIO = 1.35
"""A thing with another symmetry than 2 is not longer than this, by its shorter side."""

MOST_OBLIQUE_RATIO = 1.6
"""Round things look so long where the camera sees them obliquely."""

LEAST_OWN, MOST_TOLD, MOST_STEADY = 0.95, 0.02, 2.0
LEAST_OWN_ROUND = 0.93
MOST_OWN, MOST_OWN_ROUND = 0.66, 0.56
"""Print on a thing with two equal ends brings it to 0.7 after half a turn."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is said of the class, after its name, and what to do."""

    said: str
    fix: str


def contradiction(
    declared: str | int, figures: SymmetryFigures, ratio: float
) -> Contradiction | None:
    """What speaks against a declared symmetry; None where nothing does.

    Args:
        declared: as the recipe states it: 'none', 2 to 8, or 'round'.
        figures: of the class.
        ratio: longer by shorter side of its boxes, the median.
    """
    square = ratio <= MOST_ROUND_RATIO
    if declared == "round":
        return _against_round(figures, ratio)
    if square and _looks_round(figures):
        return Contradiction(
            "looks the same however it is turned",
            "State `symmetry: round`, or mark it with upright boxes (task: detection)",
        )
    if declared == "none":
        return _against_heading(figures)
    return _against_order(int(declared), figures, ratio)


def _looks_round(figures: SymmetryFigures) -> bool:
    return (
        min(figures.own.values()) >= LEAST_OWN_ROUND and max(figures.steady.values()) <= MOST_STEADY
    )


def _against_round(figures: SymmetryFigures, ratio: float) -> Contradiction | None:
    if ratio > MOST_OBLIQUE_RATIO:
        return Contradiction(
            f"is declared round, and is {ratio:.1f} times as long as wide",
            "State `symmetry: 2` if both ends look alike, `none` if they do not; mark round things "
            "seen obliquely with upright boxes (task: detection)",
        )
    worst = min(figures.own, key=figures.own.__getitem__)
    if figures.own[worst] <= MOST_OWN_ROUND:
        return Contradiction(
            f"is declared round, and a turn by {worst:.0f} degrees changes it", _state("none")
        )
    return None


def _against_heading(figures: SymmetryFigures) -> Contradiction | None:
    order = figures.order(LEAST_OWN, MOST_TOLD, MOST_STEADY)
    if order == 1:
        return None
    return Contradiction(
        "counts as having a heading (symmetry: none), and a turn by "
        f"{FULL_TURN / order:.0f} degrees changes next to nothing",
        f"State `symmetry: {order}`, or mark the same end as top on each",
    )


def _against_order(order: int, figures: SymmetryFigures, ratio: float) -> Contradiction | None:
    turn = FULL_TURN / order
    if order > 2 and ratio > MOST_ROUND_RATIO:
        return Contradiction(
            f"is declared to look alike after {turn:.0f} degrees, and is {ratio:.1f} times as "
            "long as wide",
            _state("2 or none"),
        )
    if figures.own.get(turn, 1.0) <= MOST_OWN:
        return Contradiction(
            f"is declared to look alike after {turn:.0f} degrees, and such a turn changes it",
            _state("none, or the one that fits"),
        )
    return None


def _state(symmetry: str) -> str:
    return f"State the symmetry that it has: {symmetry}"
