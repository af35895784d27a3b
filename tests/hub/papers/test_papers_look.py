"""Does a paper look as GB/T 9704 and the offices ask, also after LibreOffice has made a PDF of it?"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.hub.papers.paper_matters import PAPERS, STORIES, filled, given_by_hand, matter_of, written

FONTS = Path(__file__).with_name("fonts.conf")
TEMPLATES = sorted(PAPERS.templates.glob("*.docx"))


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every paper, drafted from its matter and made a PDF, in one call."""
    folder = tmp_path_factory.mktemp("papers")
    for rule in PAPERS.every:
        content = filled(rule, matter_of(rule.paper), given_by_hand(rule))
        (folder / f"{rule.paper}.docx").write_bytes(written(rule, content, f"{content.prefix}〔2026〕8号"))
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    papers = sorted(str(path) for path in folder.glob("*.docx"))
    # The fonts of Chinese offices are not free: fonts.conf says which free ones stand in for them.
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(FONTS)}
    subprocess.run(
        [*command, "--outdir", str(folder), *papers], env=surroundings, check=True, capture_output=True, timeout=300
    )
    return folder


def told(tool: str, *arguments: str) -> str:
    """What a tool for PDFs says."""
    return subprocess.run([tool, *arguments], check=True, capture_output=True, text=True).stdout


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) == len(STORIES)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_the_paper_margins_fonts_and_lines_of_the_standard(template: Path) -> None:
    document = Document(str(template))
    (section,) = document.sections
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round((margin or 0) / Mm(1)) for margin in margins] == [37, 35, 28, 26]
    body, title = document.styles["Normal"], document.styles["公文标题"]
    assert (body.font.size, title.font.size) == (Pt(16), Pt(22))  # 三号, 二号
    fonts = [style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for style in (body, title)]
    assert fonts == ["仿宋_GB2312", "方正小标宋简体"]
    assert title.paragraph_format.alignment is WD_ALIGN_PARAGRAPH.CENTER
    numbers = [section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]]
    assert all(" PAGE " in paragraph._p.xml for paragraph in numbers)
    assert [paragraph.alignment for paragraph in numbers] == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_names_nobody_and_was_made_by_nobody_in_particular(template: Path) -> None:
    properties = Document(str(template)).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    with ZipFile(template) as archive:
        assert not [name for name in archive.namelist() if "customXml" in name or "thumbnail" in name]


@pytest.mark.parametrize("kind", sorted(STORIES))
def test_a_paper_becomes_a_pdf_of_one_or_two_pages_in_chinese_type(pdfs: Path, kind: str) -> None:
    pdf = pdfs / f"{kind}.pdf"
    pages = re.search(r"(?m)^Pages: +(\d+)$", told("pdfinfo", str(pdf)))
    assert pages
    # The letter that asks for a penalty holds five accounts at least.
    assert int(pages[1]) <= (3 if kind == "penalty_opinion" else 2)
    assert "A4" in told("pdfinfo", str(pdf))
    fonts = [line.split()[0] for line in told("pdffonts", str(pdf)).splitlines()[2:]]
    assert fonts
    # A glyph that the chosen fonts lack would bring in another font.
    assert all(re.fullmatch(r"[A-Z]{6}\+Noto(?:Serif|Sans)CJK\w+-\w+(?:-\w+)?", font) for font in fonts), fonts
    text = re.sub(r"\s", "", told("pdftotext", str(pdf), "-"))
    rule = PAPERS.by_name[kind]
    assert "〔2026〕8号" in text
    assert rule.title in text
    # The first page of a letter (函) has no number.
    assert pages[1] == "1" or f"—{pages[1]}—" in text
    assert "\ufffd" not in text
