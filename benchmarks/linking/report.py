"""What did each way reach? The table and the picture of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from benchmarks.linking.measure import Run
from benchmarks.linking.score import Quality
from benchmarks.medians import Runs


@dataclass(frozen=True)
class Result(Runs[Run]):
    """One way, with the quality of its answer; None for the floor, which answers nothing of use."""

    quality: Quality | None


def table(results: Sequence[Result]) -> str:
    """Markdown: time, ratios to the first way (ours), memory and quality."""
    ours = results[0]
    lines = [
        "| way | s | × ours | processor s | peak MB | precision | recall | F1 | recall on the hard residue |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        q = one.quality
        quality = f"{q.precision:.5f} | {q.recall:.5f} | {q.f1:.5f} | {q.hard_recall:.4f}" if q else "– | – | – | –"
        lines.append(
            f"| {one.name} | {one.seconds:.1f} | {one.seconds / ours.seconds:.2f} | {one.processor_seconds:.1f} | {one.peak_mb:,} | {quality} |"
        )
    return "\n".join(lines) + "\n"


def noise_table(results: Sequence[Result]) -> str:
    """Markdown: the recall of the pairs that each kind of noise touched, way by way; a dash where it was not measured."""
    known = [one for one in results if one.quality]
    qualities: Mapping[str, Quality] = {one.name: one.quality for one in known if one.quality}
    kinds = sorted({kind for quality in qualities.values() for kind in quality.by_noise})
    lines = ["| noise | " + " | ".join(qualities) + " |", "|---|" + "--:|" * len(qualities)]
    for kind in kinds:
        cells = " | ".join(
            f"{quality.by_noise[kind]:.4f}" if kind in quality.by_noise else "–" for quality in qualities.values()
        )
        lines.append(f"| {kind} | {cells} |")
    return "\n".join(lines) + "\n"


def picture(results: Sequence[Result], title: str) -> str:
    """SVG: seconds to the right (each line ten times the one before), F1 upwards; where one wants to be is top left."""
    shown = [one for one in results if one.quality]
    width, height, left, bottom = 760, 420, 70, 50
    fastest = min(one.seconds for one in results)
    slowest = max(one.seconds for one in results)
    low = min(one.quality.f1 for one in shown if one.quality) - 0.005
    x0, x1 = log10(fastest) - 0.1, log10(slowest) + 0.5

    def x(seconds: float) -> float:
        return left + (log10(seconds) - x0) / (x1 - x0) * (width - left - 20)

    def y(f1: float) -> float:
        return 40 + (1.0 - f1) / (1.0 - low) * (height - 40 - bottom)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/><text x="{left}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for power in range(int(x0) - 1, int(x1) + 2):
        if x0 <= power <= x1:
            lines.append(
                f'<line x1="{x(10**power):.0f}" y1="40" x2="{x(10**power):.0f}" y2="{height - bottom}" stroke="#ddd"/>'
            )
            lines.append(f'<text x="{x(10**power) - 10:.0f}" y="{height - bottom + 18}">{10**power:g} s</text>')
    steps = 5
    for step in range(steps + 1):
        f1 = 1.0 - (1.0 - low) * step / steps
        lines.append(f'<line x1="{left}" y1="{y(f1):.0f}" x2="{width - 20}" y2="{y(f1):.0f}" stroke="#eee"/>')
        lines.append(f'<text x="8" y="{y(f1) + 4:.0f}">{f1:.3f}</text>')
    for one in results:
        if one.quality is None:
            lines.append(
                f'<line x1="{x(one.seconds):.0f}" y1="40" x2="{x(one.seconds):.0f}" y2="{height - bottom}" stroke="#888" stroke-dasharray="4 4"/>'
            )
            lines.append(
                f'<text x="{x(one.seconds) + 4:.0f}" y="{height - bottom - 6}" fill="#666">{escape(one.name)}</text>'
            )
            continue
        colour = "#2a7f62" if one is results[0] else "#4466aa"
        lines.append(f'<circle cx="{x(one.seconds):.0f}" cy="{y(one.quality.f1):.0f}" r="6" fill="{colour}"/>')
        lines.append(f'<text x="{x(one.seconds) + 10:.0f}" y="{y(one.quality.f1) + 4:.0f}">{escape(one.name)}</text>')
    lines.append(
        f'<text x="{width - 330}" y="{height - 10}" fill="#666">F1 upwards, seconds to the right, ten times a line</text></svg>'
    )
    return "\n".join(lines) + "\n"
