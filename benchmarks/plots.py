"""Plots for docs/speed.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Curve(NamedTuple):
    """What is drawn as one line.

    Args:
        name: For the legend.
        values: Of y by x.
    """

    name: str
    values: Mapping[int, float]


def plot(path: Path, x: str, y: str, curves: Sequence[Curve]) -> None:
    """Draws curves with logarithmic axes, and beside them how a straight line through zero would rise.

    Args:
        path: An SVG file.
        x: What the x axis counts.
        y: What the y axis measures.
        curves: At least one.
    """
    import matplotlib as mpl  # noqa: PLC0415 - an optional dependency, and slow to load

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "pulumi-elastic-org"  # the same figures give the same file
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for curve in curves:
        axes.plot(list(curve.values), list(curve.values.values()), marker="o", label=curve.name)
    counts = sorted({count for curve in curves for count in curve.values})
    top = max(value for curve in curves for value in curve.values.values())
    axes.plot(counts, [top * count / counts[-1] for count in counts], linestyle=":", color="gray", label="straight")
    axes.set(xlabel=x, ylabel=y, xscale="log", yscale="log", ylim=(min(0.1, top), top * 1.5))
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)
