"""How do the bits of a comparison add up to what was decided? Line by line in text, as a table, and as a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

from hub.link.chinese import FEATURES, in_both, seen_in_chinese

# The picture, in points: rows of one feature each; words on the left, sums in the middle, bars on the right.
_WIDTH, _ROW, _SUMS, _BARS, _BAR_ROOM = 1210, 26, 620, 730, 460
_FOR, _AGAINST, _LINE = "#2a7f62", "#b3492f", "#333"
_ASKED = "所需 asked for"
# Links keep the words of their evidence as they were; only what is shown is put right.
_ONE_DAY = re.compile(r"(?<=\b1 )days\b")
_BITS_A_BLOCK = 4  # of the bars in a table, which has less room than a terminal


@dataclass(frozen=True, slots=True)
class Step:
    """One feature that was compared: what was seen, in words, and its bits; None where it counts unweighed."""

    feature: str
    seen: str
    bits: float | None

    @property
    def label(self) -> str:
        """Feature and words, in Chinese and English."""
        return f"{self.feature_in_both}: {self.seen_in_both}" if self.seen else self.feature

    @property
    def feature_in_both(self) -> str:
        """What was compared, in Chinese and English."""
        return in_both(self.feature, FEATURES.get(self.feature, self.feature))

    @property
    def seen_in_both(self) -> str:
        """What was seen, in Chinese and English."""
        return in_both(_ONE_DAY.sub("day", self.seen), seen_in_chinese(self.seen))


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps from nothing to a score. asked: the bits that were asked for; None where nothing was weighed.

    verdict: what came of it, in words; on a line of its own.
    """

    title: str
    steps: tuple[Step, ...]
    asked: float | None = None
    verdict: str = ""

    def sums(self) -> list[float]:
        """What the bits come to after each step."""
        sums: list[float] = []
        for step in self.steps:
            sums.append((sums[-1] if sums else 0.0) + (step.bits or 0.0))
        return sums

    def lines(self) -> list[str]:
        """The steps as text: words, bits, their sum so far, and a bar; then the bits asked for and what is beyond.

        >>> steps = (Step("name", "equal", 9.0), Step("cause", "differs", -4.0))
        >>> for line in Waterfall("", steps, 4.0).lines():
        ...     print(line)
        姓名或名称 name: 相同 equal    +9    9  #########
        案由 cause: 不同 differs       -4    5       ----
        所需 asked for                       4  +1 beyond
        """
        width = max(_width(label) for label in (_ASKED, *(step.label for step in self.steps)))
        told = []
        before = 0.0
        for step, after in zip(self.steps, self.sums(), strict=True):
            if step.bits is None:
                told.append(step.label)
                continue
            bits = f"{step.bits:+.4g}"
            told.append(f"{_padded(step.label, width)}  {bits:>4}  {after:3.4g}  {_bar(before, after)}".rstrip())
            before = after
        if self.asked is not None:
            told.append(f"{_padded(_ASKED, width)}        {self.asked:3.4g}  {before - self.asked:+.4g} beyond")
        return told

    def table(self) -> list[str]:
        """The steps as a table in Markdown, for pages that let no columns of plain text stand; without the title."""
        told = ["| 比较项 Feature | 所见 Seen | 位 Bits | 累计 Sum | |", "|---|---|--:|--:|---|"]
        before = 0.0
        for step, after in zip(self.steps, self.sums(), strict=True):
            if step.bits is None:
                told.append(f"| {step.label} | | | | |")
                continue
            told.append(
                f"| {step.feature_in_both} | {step.seen_in_both} | {step.bits:+.4g} | {after:.4g} | {_blocks(before, after)} |"
            )
            before = after
        if self.asked is not None:
            told.append(f"| {_ASKED} | | | {self.asked:.4g} | {before - self.asked:+.4g} |")
        return told


def picture(drawn: Sequence[Waterfall]) -> str:
    """The waterfalls as one SVG, one below the other: a bar for each feature, from what there was to what there is.

    All are drawn to one scale, so that they can be compared; the dashed line is what was asked for.
    """
    reached = [0.0, *(end for one in drawn for end in (*one.sums(), one.asked or 0.0))]
    low, scale = min(reached), _BAR_ROOM / max(max(reached) - min(reached), 1.0)
    body: list[str] = []
    top = 0
    for one in drawn:
        lines, top = _drawn(one, top, low, scale)
        body += lines
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" font-family="sans-serif" font-size="13">'  # fmt: skip
    return "\n".join([head, f'<rect width="{_WIDTH}" height="{top}" fill="#fff"/>', *body, "</svg>"]) + "\n"


def _drawn(one: Waterfall, top: int, low: float, scale: float) -> tuple[list[str], int]:
    """The lines of one waterfall, and where the next one begins."""
    lines = [f'<text x="8" y="{top + 18}" font-weight="bold">{escape(one.title)}</text>']
    if one.verdict:
        top += _ROW
        lines.append(f'<text x="8" y="{top + 12}" font-style="italic">{escape(one.verdict)}</text>')
    before = 0.0
    for place, (step, after) in enumerate(zip(one.steps, one.sums(), strict=True), 1):
        x, y = _BARS + (min(before, after) - low) * scale, top + place * _ROW + 8
        lines.append(f'<text x="8" y="{y + 13}">{escape(step.label)}</text>')
        if step.bits is not None:
            colour = _FOR if after >= before else _AGAINST
            lines.append(f'<rect x="{x:.1f}" y="{y}" width="{max(abs(after - before) * scale, 1):.1f}" height="18" fill="{colour}"/>')  # fmt: skip
            lines.append(f'<text x="{_SUMS}" y="{y + 13}">{step.bits:+.1f} → {after:.1f}</text>')
        before = after
    bottom = top + _ROW * (len(one.steps) + 1)
    if one.asked is not None:
        x = _BARS + (one.asked - low) * scale
        lines.append(_upright(_BARS - low * scale, top + 30, bottom, ""))
        lines.append(_upright(x, top + 30, bottom, ' stroke-dasharray="4 3"'))
        lines.append(f'<text x="{x:.1f}" y="{bottom + 12}" font-size="11" text-anchor="middle">{_ASKED} {one.asked:.4g}</text>')  # fmt: skip
    return lines, bottom + _ROW


def _upright(x: float, top: int, bottom: int, how: str) -> str:
    return f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="{_LINE}"{how}/>'


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _blocks(before: float, after: float) -> str:
    """The same bar in blocks: pale up to where the step begins or ends, dark for what it adds, hatched for a loss."""
    low, high = (round(max(end, 0) / _BITS_A_BLOCK) for end in (min(before, after), max(before, after)))
    return "░" * low + ("█" if after >= before else "▒") * max(high - low, 1)


def _bar(before: float, after: float) -> str:
    """What a step adds as `#`, what it takes away as `-`, where it stands on the scale; nothing below zero is drawn."""
    low, high = round(max(min(before, after), 0)), round(max(before, after, 0))
    return " " * low + ("#" if after >= before else "-") * (high - low)
