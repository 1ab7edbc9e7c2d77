"""Which photos stand for all, where looking at all would take too long."""

from __future__ import annotations

from collections.abc import Sequence

from engine.records import Sample


def spread_over_classes(samples: Sequence[Sample], count: int) -> tuple[Sample, ...]:
    """At most `count` photos: classes and good ones in turn, each object once before twice."""
    if len(samples) <= count:
        return tuple(samples)
    queues: dict[int, list[Sample]] = {}
    for sample in sorted(samples, key=lambda sample: sample.id):
        queues.setdefault(min(sample.classes, default=-1), []).append(sample)
    for queue in queues.values():
        seen: dict[str, int] = {}
        ranks = {}
        for sample in queue:
            ranks[sample.id] = seen[sample.object] = seen.get(sample.object, -1) + 1
        queue.sort(key=lambda sample: ranks[sample.id])
    chosen: list[Sample] = []
    while len(chosen) < count and any(queues.values()):
        for key in sorted(queues):
            if queues[key] and len(chosen) < count:
                chosen.append(queues[key].pop(0))
    return tuple(chosen)
