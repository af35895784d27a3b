"""What did a joint conference resolve, as its minutes say on the form?"""

from __future__ import annotations

import io
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from connectors.conference_papers import RESOLVED_HEAD
from hub.errors import ConfigurationFault
from hub.reports.agenda import Resolution


def read_resolutions(name: str, content: bytes) -> list[Resolution]:
    """The resolved rows of the form; nothing of a file of another kind (a scan), which is kept all the same.

    Raises ConfigurationFault for a .docx that cannot be opened.
    """
    if not name.casefold().endswith(".docx"):
        return []
    try:
        document = Document(io.BytesIO(content))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as fault:
        raise ConfigurationFault(f"{name}: no .docx that can be opened") from fault
    found = []
    for table in document.tables:
        head, *rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
        if tuple(head) != RESOLVED_HEAD:
            continue
        found += [Resolution(topic, text, by, until) for topic, _, text, by, until in rows if text]
    return found
