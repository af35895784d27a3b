"""What text does a file hold: plain in UTF-8 or GB18030, a Word document, or a saved web page?"""

from __future__ import annotations

import zipfile
from html.parser import HTMLParser
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from hub.errors import ConfigurationFault

_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "table", "title", "section"})
_UNSEEN = frozenset({"script", "style", "head", "noscript"})
PAGES, DOCUMENTS = (".html", ".htm"), (".docx",)


def read_lines(path: Path) -> list[str]:
    """The lines of a text, the paragraphs of a document, or what a page shows; raises `ConfigurationFault`."""
    try:
        if path.suffix.lower() in DOCUMENTS:
            return _paragraphs(path)
        text = _decoded(path, path.read_bytes())
    except OSError as fault:
        raise ConfigurationFault(f"{path}: {fault.strerror or fault}") from fault
    return _shown(text) if path.suffix.lower() in PAGES else text.splitlines()


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigurationFault(f"{path}: no text in UTF-8 or GB18030")


def _paragraphs(path: Path) -> list[str]:
    try:
        document = Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise ConfigurationFault(f"{path}: no Word document (.docx)") from fault
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [line for text in (*(p.text for p in document.paragraphs), *cells) for line in text.splitlines() or [""]]


def _shown(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return "".join(page.parts).splitlines()


class _Page(HTMLParser):
    """What a page shows; each block begins a line, and the breaks of the source are kept so that lines are told apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSEEN
        self.parts.append("\n" if tag in _BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        self.parts.append("\n" if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
