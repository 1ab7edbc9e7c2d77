"""`dltrain doctor`: what this host offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.doctor import Host

_GIB = 1 << 30


def doctor(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show devices, memory, versions, precisions and the weights in the cache."""
    from cli import console
    from engine.doctor import examine_host

    host = examine_host()
    if json:
        console.json_out(_as_json(host))
        return
    console.table(("host", ""), _rows(host))
    console.out("")
    precisions = [(p.name, "yes" if p.sensible else "no", p.reason) for p in host.precisions]
    console.table(("precision", "sensible", "why"), precisions)
    console.out("")
    weights = [
        (w.backbone, w.trained_on, "yes" if w.cached else "no", w.path) for w in host.weights
    ]
    console.table(("backbone", "weights", "in cache", "where"), weights)


def _rows(host: Host) -> list[tuple[str, str]]:
    memory = "unknown" if host.memory_bytes is None else f"{host.memory_bytes / _GIB:.1f} GiB"
    gpus = ", ".join(gpu.name for gpu in host.gpus) or "none that TensorFlow can use"
    return [
        ("platform", host.platform),
        ("processor cores", str(host.cpu_count)),
        ("memory", memory),
        ("GPUs", gpus),
        *host.versions.items(),
    ]


def _as_json(host: Host) -> dict[str, object]:
    return {
        "platform": host.platform,
        "cpu_count": host.cpu_count,
        "memory_bytes": host.memory_bytes,
        "versions": host.versions,
        "gpus": [
            {"name": gpu.name, "compute_capability": gpu.compute_capability} for gpu in host.gpus
        ],
        "precisions": [
            {"name": p.name, "sensible": p.sensible, "reason": p.reason} for p in host.precisions
        ],
        "weights": [
            {
                "backbone": w.backbone,
                "trained_on": w.trained_on,
                "path": str(w.path),
                "cached": w.cached,
            }
            for w in host.weights
        ],
    }
