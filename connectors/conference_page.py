"""How does a paper with headings, lines and tables become a .docx that prints well on A4, the same bytes each time?"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from connectors.workbook import freeze
from hub.privacy import mask_identity_numbers

_SONG, _HEI = "宋体", "黑体"
# What XML, and so a document, cannot hold.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Paper:
    """A document that grows downwards; identity numbers are masked wherever they come in."""

    def __init__(self, title: str, issuer: str) -> None:
        self._document = Document()
        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, issuer, ""
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.0)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.0)
        _page_number(section.footer.paragraphs[0])
        heading = self._document.add_paragraph()
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(heading, title, _HEI, 16, bold=True)
        below = self._document.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(below, issuer, _SONG, 11)

    def heading(self, text: str) -> None:
        """A heading that stays with what follows."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(10), True
        _write(paragraph, text, _HEI, 13, bold=True)

    def line(self, text: str) -> None:
        """A paragraph."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        _write(paragraph, text, _SONG, 11)

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, codes: bool = False
    ) -> None:
        """A ruled table whose head is repeated on every page; widths in centimetres. Without rows it says so.

        codes: the first column holds codes for a program, in small print.
        """
        table = self._document.add_table(rows=1, cols=len(head), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            _fill(cell, text, _HEI, 10, bold=True)
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  (no other way to it)
        for row in rows or [("（无）", *[""] * (len(head) - 1))]:
            for number, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                _fill(cell, text, _SONG, 7 if codes and not number else 10)
        for line in table.rows:
            for cell, width in zip(line.cells, widths, strict=True):
                cell.width = Cm(width)
        self.line("")

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return freeze(buffer.getvalue())


def _fill(cell: _Cell, text: str, font: str, size: int, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    shape.line_spacing = 1.15
    _write(paragraph, text, font, size, bold=bold)


def _write(paragraph: Paragraph, text: str, font: str, size: int, *, bold: bool = False) -> None:
    run = paragraph.add_run(_UNHOLDABLE.sub("\N{REPLACEMENT CHARACTER}", mask_identity_numbers(text)))
    run.font.name, run.font.size, run.font.bold = font, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001  (no other way to it)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  (no other way to it)
