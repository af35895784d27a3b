"""Is a quarter's conference prepared from its figures, and are its minutes kept whole, sealed, and followed up?"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document

from connectors.conference_minutes import read_resolutions
from connectors.report_writers import CONFERENCE
from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ledger.facts import facts
from hub.privacy import holds_identity_number
from hub.reports.agenda import Resolution
from hub.reports.span import Span
from hub.usecases.conference import (
    MINUTES,
    keep_minutes,
    minutes_content,
    minutes_on_file,
    prepare_pack,
)
from hub.view import look
from tests.hub.county import at
from tests.hub.ledger.tampering import tamper
from tests.support.small_county import SmallCounty

JUDGED = ("discharged", "discharged_late", "overdue")
THIRD, FOURTH = Span.parse("2026Q3"), Span.parse("2026Q4")
NOW = at("2026-10-31T23:59+08:00")


def text_of(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def rows_under(path: Path, *head: str) -> list[list[str]]:
    """The rows of the table that begins with this head."""
    (table,) = [
        table
        for table in Document(str(path)).tables
        if [c.text for c in table.rows[0].cells][: len(head)] == list(head)
    ]
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


def rule_of(hub: Hub, title: str) -> str:
    """The rule that a title names."""
    (rule,) = [rule for rule, named in hub.rules.titles.items() if named == title]
    return rule


def filled_in(form: Path, topic: str, *cells: str) -> bytes:
    """The form as the recorder hands it in: one topic resolved."""
    document = Document(str(form))
    for table in document.tables:
        for row in table.rows:
            if row.cells[0].text == topic:
                for cell, text in zip(row.cells[2:], cells, strict=True):
                    cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_agenda_comes_from_the_figures_and_names_nobody(installation: Hub, tmp_path: Path) -> None:
    agenda, form, statistics = prepare_pack(installation, THIRD, NOW, tmp_path, CONFERENCE)
    with installation.ledger.read() as tx:
        view = look(installation, tx, THIRD.end)
    worst = rows_under(agenda, "事项", "按期率", "逾期单位")
    rates = [float(row[1].partition("%")[0]) for row in worst]
    assert rates == sorted(rates)
    assert len(worst) == 6
    rule = rule_of(installation, worst[0][0])
    due = [o for o in view.obligations if o.rule == rule and THIRD.holds(o.due_at) and str(o.state) in JUDGED]
    late = [o for o in due if str(o.state) != "discharged"]
    assert len(late) >= 2
    assert worst[0][1].endswith(f"（{len(due) - len(late)}/{len(due)}）")
    assert sum(int(number) for number in re.findall(r" (\d+) 件", worst[0][2])) == len(late)
    whole = text_of(agenda) + text_of(form)
    people = {p.name for link in view.linkage.links for p in link.record.parties if len(p.name) > 1}
    assert not [name for name in people if name in whole]
    assert not holds_identity_number(whole)
    assert "监察" not in whole
    assert "职务" not in whole
    assert statistics.stat().st_size > 10_000
    assert "平台没有存档的上次会议纪要" in whole


def test_the_same_quarter_gives_the_same_bytes(installation: Hub, tmp_path: Path) -> None:
    one = [path.read_bytes() for path in prepare_pack(installation, THIRD, NOW, tmp_path / "1", CONFERENCE)]
    assert one == [path.read_bytes() for path in prepare_pack(installation, THIRD, NOW, tmp_path / "2", CONFERENCE)]


def test_what_was_resolved_stands_on_the_next_agenda_with_its_figure_then_and_now(
    installation: Hub, tmp_path: Path
) -> None:
    agenda, form, _ = prepare_pack(installation, THIRD, NOW, tmp_path, CONFERENCE)
    topic = f"rule:{rule_of(installation, rows_under(agenda, '事项', '按期率', '逾期单位')[0][0])}"
    content = filled_in(form, topic, "逾期说明由法制大队统一答复", "繁峙县公安局", "2026-12-31")
    resolutions = read_resolutions(form.name, content)
    assert resolutions == [Resolution(topic, "逾期说明由法制大队统一答复", "繁峙县公安局", "2026-12-31")]
    kept = keep_minutes(installation, THIRD, form.name, content, resolutions, "office", NOW)
    assert kept is not None
    assert (kept.number, kept.size) == (1, len(content))
    agenda, *_ = prepare_pack(installation, FOURTH, NOW, tmp_path / "next", CONFERENCE)
    assert "2026Q3 会议议定 1 项：" in text_of(agenda)
    (row,) = rows_under(agenda, "议定事项")
    assert row[:3] == ["逾期说明由法制大队统一答复", "繁峙县公安局", "2026-12-31"]
    # The pack of the quarter itself is not about its own minutes.
    assert "平台没有存档" in text_of(prepare_pack(installation, THIRD, NOW, tmp_path / "again", CONFERENCE)[0])


def test_minutes_are_kept_byte_for_byte_once_and_later_ones_beside_them(small_county: SmallCounty) -> None:
    hub, now = small_county.hub, small_county.clock
    scan = bytes(range(256)) * 40
    resolved = [Resolution("", "每月五日前报送")]
    assert keep_minutes(hub, THIRD, "纪要.pdf", scan, resolved, "office", now) is not None
    assert keep_minutes(hub, THIRD, "纪要副本.pdf", scan, [], "office", now + timedelta(days=1)) is None
    signed = keep_minutes(hub, THIRD, "纪要（签署）.pdf", scan + b"!", [], "office", now + timedelta(days=2))
    assert signed is not None
    assert signed.number == 2
    with hub.ledger.read() as tx:
        assert minutes_content(tx, THIRD, 1) == scan
        assert minutes_content(tx, THIRD, 2) == scan + b"!"
        assert [(one.number, one.name, one.by) for one in minutes_on_file(tx)] == [
            (1, "纪要.pdf", "office"), (2, "纪要（签署）.pdf", "office"),
        ]  # fmt: skip
        assert minutes_on_file(tx)[0].resolutions == tuple(resolved)
        assert minutes_on_file(tx, now - timedelta(days=1)) == []
        with pytest.raises(ConfigurationFault, match="no minutes 3"):
            minutes_content(tx, THIRD, 3)


def test_minutes_stand_encrypted_and_a_changed_byte_is_found(small_county: SmallCounty) -> None:
    hub = small_county.hub
    keep_minutes(hub, THIRD, "m.txt", "议定：二维码".encode(), [], "office", small_county.clock)
    assert verify_chain(hub.ledger).ok
    database = Path(hub.settings.database_url.removeprefix("sqlite:///"))
    raw = b"".join(path.read_bytes() for path in database.parent.glob("ledger.db*"))
    assert "二维码".encode() not in raw
    hub.ledger.dispose()
    changed = "UPDATE fact SET sealed = zeroblob(length(sealed)) WHERE code = ?"
    assert tamper(hub.settings.database_url, changed, [MINUTES]) == 1
    report = verify_chain(hub.ledger)
    assert not report.ok
    assert "conference.minutes 2026Q3#1" in report.detail


def test_what_cannot_be_minutes_is_refused(small_county: SmallCounty) -> None:
    hub, now = small_county.hub, small_county.clock
    with pytest.raises(ConfigurationFault, match="0 bytes are no minutes"):
        keep_minutes(hub, THIRD, "leer.pdf", b"", [], "office", now)
    with pytest.raises(ConfigurationFault, match="such as 2026Q3"):
        keep_minutes(hub, Span.parse("2026-07"), "m.pdf", b"x", [], "office", now)
    with pytest.raises(ConfigurationFault, match="such as 2026Q3"):
        prepare_pack(hub, Span.parse("2026-07"), now, small_county.sandbox.place, CONFERENCE)
    with pytest.raises(ConfigurationFault, match=r"no \.docx that can be opened"):
        read_resolutions("纪要.docx", b"no zip")
    assert read_resolutions("纪要.pdf", b"%PDF") == []
    with hub.ledger.read() as tx:
        assert facts(tx, code=MINUTES) == []
