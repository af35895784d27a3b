"""How is a bar chart drawn so that Excel, WPS and LibreOffice all show it alike, on paper too?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Bars:
    """One series: a column of the sheet, its name and its colour."""

    sheet: Worksheet
    column: int
    name: str
    colour: str


def bar_chart(title: str, bars: Sequence[Bars], rows: tuple[int, int], place: tuple[int, int, int, int]) -> BarChart:
    """Lying bars, one for each row from the first to the last of `rows`, named by column A; several series are stacked.

    place: the cells that it covers, (first column, first row, last column, last row); so it is as wide as the table
    whatever width a program gives a column. A single series has its numbers beside the bars; stacked ones would be unreadable.
    """
    first, last = rows
    chart = BarChart()
    chart.type, chart.gapWidth = "bar", 45
    chart.title = _heading(title)
    for one in bars:
        series = Series(Reference(one.sheet, one.column, first, one.column, last), title=one.name)
        series.graphicalProperties.solidFill = one.colour
        series.graphicalProperties.line.noFill = True
        chart.append(series)
    chart.set_categories(Reference(bars[0].sheet, 1, first, 1, last))
    # The first row on top, as in the table; the values then stay below.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="E3E3E3")))
    if len(bars) == 1:
        chart.legend = None
        chart.dataLabels = DataLabelList(
            dLblPos="outEnd", showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
    else:
        chart.grouping, chart.overlap = "stacked", 100
        chart.legend = Legend()
        chart.legend.position, chart.legend.overlay = "b", False
    left, top, right, bottom = place
    covered = TwoCellAnchor(_from=AnchorMarker(col=left - 1, row=top - 1), to=AnchorMarker(col=right, row=bottom))
    chart.anchor = covered  # type: ignore[assignment]  # the stub knows single cells only
    return chart


def rate_chart(
    title: str, bars: Sequence[Bars], rows: tuple[int, int], place: tuple[int, int, int, int], *, lying: bool = False
) -> BarChart:
    """Rates as columns side by side, or as lying bars where the rows have long names; a row without a rate leaves a gap.

    place: as for `bar_chart`. The axis goes from 0 to 100 %, so that two pages can be laid side by side.
    """
    chart = bar_chart(title, bars, rows, place)
    chart.grouping, chart.overlap = "clustered", None
    if not lying:
        chart.type, chart.gapWidth = "col", 60
        chart.x_axis.scaling.orientation, chart.y_axis.crosses = "minMax", "autoZero"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 0, 1, 0.25
    chart.y_axis.number_format = "0%"
    chart.dataLabels = DataLabelList(
        dLblPos="outEnd", showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False,
        numFmt="0%",
    )  # fmt: skip
    return chart


def _heading(text: str) -> Title:
    small = CharacterProperties(sz=1200, b=True)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=small), r=[RegularTextRun(rPr=small, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)
