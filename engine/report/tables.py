"""Metrics arranged for reading: values and intervals as text, and as positions on a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.evaluate.metric import HEADLINE, MetricValue
from engine.evaluate.verdict import Direction, reported_as
from engine.report.words import REGIONS, Words, number, words_of

_COLUMNS = 6
"""Metrics of classes that fit side by side."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval drawn on a scale from 0 to 100; `bound` is None where none is set."""

    value: float
    low: float
    high: float
    bound: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One value as text: `value` and `interval`, or `value` alone saying that there is none."""

    value: str
    interval: str
    n: int
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """One line of the headline: a metric, its meaning, and the bound that is asked of it."""

    title: str
    meaning: str
    measured: Measured
    asked: str


@dataclass(frozen=True, slots=True)
class Table:
    """Values in columns of metrics; a row a class, or a row a region."""

    title: str
    meaning: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Measured, ...]], ...]


def headline_rows(
    metrics: Sequence[MetricValue],
    bounds: Sequence[tuple[str, float, Direction]],
    own_words: Mapping[str, Words] | None = None,
    together: str = "",
) -> tuple[HeadlineRow, ...]:
    """The figures that the verdict rests on, those of the whole photo first.

    Args:
        bounds: (metric, bound, direction) of `accept`.
        own_words: the task's own words for metrics; also of the other tables.
        together: what the figures without a class are of, where that is not the mean over the
            classes; also of the other tables.
    """
    asked = {reported_as(name, metrics): (bound, direction) for name, bound, direction in bounds}
    own = [m for m in metrics if m.region == HEADLINE and m.class_name is None]
    # Figures of the whole photo come first: they are what a line stops for.
    with_classes = _with_classes(metrics) if not together else set()
    several = len(_classes(metrics)) > 1
    rows = []
    for metric in sorted(own, key=lambda m: m.name in with_classes):
        bound, direction = asked.get(metric.name, (None, None))
        words = words_of(metric.name, own_words)
        among = ", mean over the classes" if metric.unit == "ratio" else ", all classes together"
        meaning = words.meaning + (among if several and metric.name in with_classes else "")
        limit = ""
        if bound is not None:
            limit = f"{direction} {number(metric.name, bound, metric.unit)}{_unit(metric)}"
        rows.append(HeadlineRow(words.title, meaning, _measured(metric, bound), limit))
    return tuple(rows)


def class_tables(
    metrics: Sequence[MetricValue],
    own_words: Mapping[str, Words] | None = None,
    together: str = "",
) -> tuple[Table, ...]:
    """The metrics of classes: a region after the other, all classes in the first row.

    One class has a row of its own alone: all classes would say the same. Metrics that fit no page
    side by side are in tables one below the other.
    """
    columns = tuple(dict.fromkeys(m.name for m in metrics if m.class_name is not None))
    count = -(-len(columns) // _COLUMNS)
    each = -(-len(columns) // max(count, 1))
    return tuple(
        _class_table(
            metrics,
            columns[index * each : (index + 1) * each],
            region,
            index > 0,
            own_words,
            together,
        )
        for region in _shown_regions(metrics)
        for index in range(count)
    )


def _class_table(
    metrics: Sequence[MetricValue],
    columns: tuple[str, ...],
    region: str,
    continued: bool,
    own_words: Mapping[str, Words] | None,
    together: str,
) -> Table:
    classes = _classes(metrics)
    by_key = {(m.name, m.class_name, m.region): m for m in metrics}

    def row(name: str | None) -> tuple[Measured, ...]:
        return tuple(_measured(by_key.get((column, name, region))) for column in columns)

    has_units = any(m.unit != "ratio" for m in metrics if m.name in columns)
    first = together or ("All classes" if has_units else "Mean")
    title, meaning = _region(region, metrics)
    everything = ((first, row(None)),) if len(classes) != 1 else ()
    return Table(
        f"{title}, continued" if continued else title,
        "" if continued else meaning,
        tuple(words_of(name, own_words).title for name in columns),
        (*everything, *((name, row(name)) for name in classes)),
    )


def photo_table(
    metrics: Sequence[MetricValue],
    own_words: Mapping[str, Words] | None = None,
    together: str = "",
) -> Table:
    """The metrics that are not of classes, a row a region; of segmentation those of photos."""
    with_classes = _with_classes(metrics) if not together else set()
    columns = tuple(dict.fromkeys(m.name for m in metrics if m.name not in with_classes))
    by_key = {(m.name, m.region): m for m in metrics if m.class_name is None}
    rows = tuple(
        (
            _region(region, metrics)[0],
            tuple(_measured(by_key.get((column, region))) for column in columns),
        )
        for region in _shown_regions(metrics)
    )
    titles = tuple(words_of(name, own_words).title for name in columns)
    return Table("Photos", "", titles, rows)


def _with_classes(metrics: Sequence[MetricValue]) -> set[str]:
    """Names of the metrics that are of classes."""
    return {m.name for m in metrics if m.class_name is not None}


def _shown_regions(metrics: Sequence[MetricValue]) -> tuple[str, ...]:
    regions = tuple(name for name in REGIONS if any(m.region == name for m in metrics))
    # Without a margin the whole photo is the interior, figure by figure.
    return regions if has_edge(metrics) or HEADLINE not in regions else (HEADLINE,)


def has_edge(metrics: Sequence[MetricValue]) -> bool:
    """Whether an edge band was measured apart; else the figures are of the whole photo."""
    return any(metric.region == "edge" for metric in metrics)


def _region(name: str, metrics: Sequence[MetricValue]) -> tuple[str, str]:
    """A region's title, and what it means."""
    return REGIONS[name] if has_edge(metrics) else (REGIONS["all"][0], "")


def _classes(metrics: Sequence[MetricValue]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.class_name for m in metrics if m.class_name is not None))


def _measured(metric: MetricValue | None, bound: float | None = None) -> Measured:
    if metric is None:
        # The class has no such thing: a washer has no angle.
        return Measured("–", "", 0, None)
    if metric.value is None or metric.low is None or metric.high is None:
        return Measured("not measurable", "", 0, None)
    value, low, high = (
        number(metric.name, x, metric.unit) for x in (metric.value, metric.low, metric.high)
    )
    bar = (
        Bar(
            # Error rates may exceed 1, and then reach the end of the scale.
            min(100.0, 100 * metric.value),
            min(100.0, 100 * metric.low),
            min(100.0, 100 * metric.high),
            None if bound is None else min(100.0, 100 * bound),
        )
        if metric.unit == "ratio"
        else None
    )
    unit = _unit(metric)
    return Measured(value + unit, f"{low} to {high}{unit}", metric.n, bar)


def _unit(metric: MetricValue) -> str:
    """What follows a number of the metric."""
    return "" if metric.unit == "ratio" else f" {metric.unit}"
