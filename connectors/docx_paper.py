"""How does a template become the very file of a paper, and what does a template ask for?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from hub.errors import ConfigurationFault
from hub.papers.rules import BUILT_IN, Papers

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

# What XML does not allow; a broken file of an agency may hold it.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?|\n")
# docxtpl begins a new paragraph of the same style where this stands.
_PARAGRAPH = "\a"


def fill_template(template: Path, context: Mapping[str, str], at: datetime) -> bytes:
    """A .docx with every placeholder filled; a line end in a value begins a new paragraph.

    The same arguments give the same bytes: the file's own dates are those of `at`, and its properties name the title and
    the issuer and nobody else. Raises ConfigurationFault where the template cannot be read or asks for what the context
    does not have; the message holds no value.
    """
    texts = {name: _text(value) for name, value in context.items()}
    with _opened(template) as document:
        document.render(texts, _environment(), autoescape=True)
        properties = document.docx.core_properties
        properties.title, properties.author, properties.last_modified_by = texts["title"], texts["issuer"], ""
        properties.created = properties.modified = at.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
        properties.revision = 1
        buffer = BytesIO()
        document.save(buffer)
    return _same_bytes(buffer.getvalue(), at)


def placeholders(template: Path) -> frozenset[str]:
    """The names that a template asks for. Raises ConfigurationFault where it is no .docx or its braces do not match."""
    with _opened(template) as document:
        return frozenset(document.get_undeclared_template_variables(_environment()))


def template_faults(papers: Papers) -> list[str]:
    """Every placeholder that nothing answers to, and every field that a paper requires and does not show."""
    faults = []
    for paper in papers.every:
        template = papers.templates / paper.template
        try:
            asked = placeholders(template)
        except ConfigurationFault as fault:
            faults.append(str(fault))
            continue
        faults += [
            f"{template}: no field is named {name}" for name in sorted(asked - set(BUILT_IN) - set(paper.fields))
        ]
        shown = {*paper.fields, "number", "addressees", "dated_on", "basis"}
        faults += [f"{template}: does not show {name}" for name in sorted(shown - asked)]
    return faults


@contextmanager
def _opened(template: Path) -> Iterator[DocxTemplate]:
    """The template; whatever is wrong with it is a fault of the configuration that names the file, and no value."""
    # Loaded where it is used: most commands draft no paper.
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate

    try:
        yield DocxTemplate(BytesIO(template.read_bytes()))
    except OSError as fault:
        raise ConfigurationFault(f"{template}: {fault.strerror}") from None
    except TemplateError as fault:
        raise ConfigurationFault(f"{template}: {str(fault).splitlines()[0]}") from None
    except TypeError:
        raise ConfigurationFault(f"{template}: a template may show and choose, and reach no other file") from None
    except (BadZipFile, OpcError, KeyError, ValueError, SyntaxError):
        raise ConfigurationFault(f"{template}: cannot be read as a .docx") from None


def _environment() -> SandboxedEnvironment:
    """A template is edited by hand: it may show and choose, and reach nothing else."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _text(value: str) -> str:
    lines = (_NO_TEXT.sub("\ufffd", line).strip() for line in _LINE_ENDS.split(value))
    return _PARAGRAPH.join(line for line in lines if line)


def _same_bytes(content: bytes, at: datetime) -> bytes:
    """The archive with its members in one order and under one date."""
    day = at.astimezone(timezone.utc)
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as made, ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        # Readers expect the list of content types first.
        for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            member = ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            member.compress_type = ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o600 << 16
            archive.writestr(member, made.read(name))
    return buffer.getvalue()
