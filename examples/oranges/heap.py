"""Which fruits lie on one stretch of the belt, and where: touching, some on top of others."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from examples.oranges.fruit import Fruit, Kind

SIZE_HW = (480, 640)
BEYOND = 60
"""The stretch reaches this far past both sides of the photo, px."""


def draw_heap(rng: np.random.Generator) -> tuple[Fruit, ...]:
    """A random stretch: a few fruits or a crowd, of one calibre more or less."""
    radius = float(rng.uniform(23, 42))
    wanted = int(np.clip(rng.gamma(1.6, 9.0), 1, 40))
    ripeness, close = float(rng.uniform(0.35, 0.85)), float(rng.uniform(0.2, 0.9))
    fruits: list[Fruit] = []
    for _ in range(wanted):
        own = float(np.clip(rng.normal(radius, 0.09 * radius), 19, 50))
        new = _draw_fruit("orange", own, ripeness, rng)
        _lay(new, fruits, close, rng)
    for _ in range(int(rng.poisson(0.6))):
        _lay(_draw_fruit("lemon", radius * 0.8, ripeness, rng), fruits, close, rng)
    if len(fruits) > 8:
        for _ in range(int(rng.integers(0, 5))):
            _pile(_draw_fruit("orange", radius, ripeness, rng), fruits, rng)
    leaves = [
        _draw_fruit("leaf", float(rng.uniform(18, 34)), 0, rng) for _ in range(rng.poisson(1))
    ]
    return (*(_somewhere(leaf, rng) for leaf in leaves), *fruits)


def _draw_fruit(kind: Kind, radius: float, ripeness: float, rng: np.random.Generator) -> Fruit:
    return Fruit(
        kind=kind,
        middle=(0.0, 0.0),
        base=0.0,
        radius=radius,
        flatness=float(rng.uniform(0.92, 1.0)),
        angle_rad=float(rng.uniform(0, 2 * np.pi)),
        ripeness=float(np.clip(rng.normal(ripeness, 0.12), 0.1, 1)),
        gloss=float(rng.uniform(0.3, 1.0)),
        seed=int(rng.integers(2**31)),
    )


def _somewhere(fruit: Fruit, rng: np.random.Generator) -> Fruit:
    x = float(rng.uniform(-BEYOND, SIZE_HW[1] + BEYOND))
    return replace(fruit, middle=(x, float(rng.uniform(20, SIZE_HW[0] - 20))))


def _room(one: Fruit, other: Fruit) -> float:
    """How near two fruits come, seen from above: balls of two sizes overlap a little."""
    wide = [each.radius * (1.28 if each.kind == "lemon" else 1.0) for each in (one, other)]
    return 2 * math.sqrt(wide[0] * wide[1])


def _free(fruit: Fruit, fruits: list[Fruit]) -> bool:
    return all(
        math.dist(fruit.middle, other.middle) > 0.995 * _room(fruit, other) for other in fruits
    )


def _lay(fruit: Fruit, fruits: list[Fruit], close: float, rng: np.random.Generator) -> None:
    """Puts a fruit onto the belt, against another one or apart; not where there is no room."""
    for _ in range(60):
        placed = _somewhere(fruit, rng)
        if fruits and rng.random() < close:
            neighbour = fruits[int(rng.integers(len(fruits)))]
            way, away = float(rng.uniform(0, 2 * np.pi)), _room(fruit, neighbour)
            x = neighbour.middle[0] + away * math.cos(way)
            placed = replace(fruit, middle=(x, neighbour.middle[1] + away * math.sin(way)))
        inside = 0 < placed.middle[1] < SIZE_HW[0]
        if inside and _free(placed, fruits):
            fruits.append(placed)
            return


def _pile(fruit: Fruit, fruits: list[Fruit], rng: np.random.Generator) -> None:
    """Puts a fruit on top of three that lie together, if there are any."""
    for _ in range(30):
        first = fruits[int(rng.integers(len(fruits)))]
        if first.base > 0:
            continue
        near = sorted(fruits, key=lambda each: math.dist(each.middle, first.middle))[:3]
        middle = np.mean([each.middle for each in near], axis=0)
        apart = [math.dist(middle, each.middle) for each in near]
        level = [each.base for each in near]
        if max(level) > 0 or max(apart) > 1.35 * fruit.radius or len(near) < 3:
            continue
        reach = [
            (each.radius + fruit.radius) ** 2 - far**2
            for each, far in zip(near, apart, strict=True)
        ]
        base = max(
            each.radius + math.sqrt(max(high, 0.0)) - fruit.radius
            for each, high in zip(near, reach, strict=True)
        )
        fruits.append(replace(fruit, middle=(float(middle[0]), float(middle[1])), base=base))
        return
