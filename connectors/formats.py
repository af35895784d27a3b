"""Which format reads a parcel?"""

from __future__ import annotations

from collections.abc import Callable

from connectors import delimited, excel, json_documents
from hub.errors import ConfigurationFault
from hub.receiving.table import Table

FORMATS: dict[str, Callable[[bytes, str], Table]] = {
    "workbook": excel.read,
    "delimited": delimited.read,
    "documents": json_documents.read,
}


def read_table(format_word: str, content: bytes, path: str) -> Table:
    """Read a parcel's content in the format that its mapping names.

    Raises ParcelRefused where the content is not of that format, ConfigurationFault where there is no such format.
    """
    if format_word not in FORMATS:
        raise ConfigurationFault(f"there is no format {format_word!r}; there are {', '.join(FORMATS)}")
    return FORMATS[format_word](content, path)
