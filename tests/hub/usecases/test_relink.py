"""Does a run over what came lately say the same as a run over everything, whatever came in which order?"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.hub import Hub
from hub.ledger import schema
from hub.ledger.links import StoredLink, current_links
from hub.ledger.notes import LastLinked, last_linked, notes_of, set_last_linked
from hub.ledger.parcels import StoredParcel, append_parcel, append_rereading, content, stored_parcels, stored_rows
from hub.ledger.row_form import written
from hub.ledger.runs import runs
from hub.ledger.store import Ledger, open_ledger
from hub.link import Linkage
from hub.linker_version import linker_version
from hub.model import Parcel, Reading, RowReading
from hub.privacy import Cipher
from hub.usecases.relink import Relinking, relink, stored_links
from hub.view import decided, held_rows, look, view_of
from tests.hub.county import at
from tests.hub.usecases.test_exchange import said
from tests.support.installation import installation
from tests.support.small_county import TOWNSHIP, SmallCounty

__all__ = ["installation"]
T0 = at("2026-08-03T12:00+08:00")


@dataclass(frozen=True)
class Arrival:
    """One parcel of the samples with what it was read as."""

    parcel: Parcel
    readings: tuple[RowReading, ...]


@pytest.fixture(scope="module")
def arrivals(installation: Hub) -> tuple[Arrival, ...]:
    """Everything that the agencies of the samples delivered."""
    with installation.ledger.read() as tx:
        rows: dict[str, list[RowReading]] = defaultdict(list)
        for row in stored_rows(tx):
            rows[row.parcel_id].append(row.reading)
        found = [
            Arrival(_parcel(one, content(tx, one.sha256)), tuple(rows[one.parcel_id])) for one in stored_parcels(tx)
        ]
    assert len(found) > 250
    return tuple(found)


def _parcel(one: StoredParcel, bytes_: bytes) -> Parcel:
    return Parcel(one.agency, one.path, bytes_, one.sha256, one.arrived_at, one.fetched_at, one.meta)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger, in either database."""
    own = f"sqlite:///{tmp_path / 'again.db'}"
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else own
    opened = open_ledger(url, Cipher(Cipher.generate()))
    opened.upgrade()
    yield opened
    opened.dispose()


def keep(ledger: Ledger, arrivals: Sequence[Arrival], now: datetime) -> None:
    with ledger.write() as tx:
        for one in arrivals:
            append_parcel(tx, one.parcel, map(written, one.readings), now)


def refer_and_accept(county: SmallCounty) -> None:
    """A referral, and what the police say of it: one matter of two records."""
    county.ledger("202607", {"移送书文号": "繁城综执移〔2026〕1号", "移送时间": "2026-07-01"})
    county.outbox("sa_20260702.csv", {"移送书文号": "繁城综执移〔2026〕1号"})
    for agency in (TOWNSHIP, "police"):
        county.pull(agency)


def whole_linkage(hub: Hub, now: datetime) -> Linkage:
    """What `view_of` finds by linking everything; `look`, which goes on from the notes, must say the same to the last line."""
    with hub.ledger.read() as tx:
        parcels, people = stored_parcels(tx), decided(tx)
        found = view_of(hub, now, parcels, held_rows(tx, parcels), (), None, people).linkage
        assert look(hub, tx, now).linkage == found
    return found


def whole_run(hub: Hub, now: datetime) -> list[StoredLink]:
    """The links of all that the ledger holds, found without any notes."""
    links = stored_links(whole_linkage(hub, now))
    return sorted(links, key=lambda link: (link.case_id, link.agency, link.source))


def kept_links(hub: Hub) -> list[StoredLink]:
    with hub.ledger.read() as tx:
        return current_links(tx)


@pytest.mark.parametrize("seed", range(3))
def test_parcels_in_any_order_and_any_portions_give_the_links_of_a_whole_run(
    installation: Hub, arrivals: tuple[Arrival, ...], ledger: Ledger, seed: int
) -> None:
    chance = random.Random(seed)
    shuffled = chance.sample(arrivals, len(arrivals))
    hub = replace(installation, ledger=ledger)
    done: list[Relinking] = []
    while shuffled:
        portion = [shuffled.pop() for _ in range(min(len(shuffled), chance.choice((1, 3, 20, 60))))]
        now = T0 + timedelta(minutes=len(done))
        keep(hub.ledger, portion, now)
        if len(done) % 5 == 4:
            whole_linkage(hub, now)  # with notes that are behind
        done.append(relink(hub, now))
        if len(done) % 5 == 0:
            assert kept_links(hub) == whole_run(hub, now)
    links = kept_links(hub)
    assert links == whole_run(hub, T0 + timedelta(days=1))
    assert len(links) > 800
    assert [one.whole for one in done] == [True] + [False] * (len(done) - 1)
    assert sum(one.gone for one in done) > 50, "rows were superseded on the way"


def test_a_row_that_is_read_again_and_read_differently_moves_its_link(small_county: SmallCounty) -> None:
    small_county.ledger(
        "202607", {"当事人": "张三", "移送书文号": "繁城综执移〔2026〕1号", "移送时间": "2026-07-01 10:00"}
    )
    small_county.outbox("sa_20260702.csv", {"移送单位": "繁城镇", "移送书文号": "繁城综执移〔2026〕1号"})
    for agency in (TOWNSHIP, "police"):
        small_county.pull(agency)
    assert relink(small_county.hub, small_county.clock).links_changed == 2
    with small_county.hub.ledger.write() as tx:
        (row,) = stored_rows(tx, agency="police")
        unread = RowReading(
            row.reading.source, Reading.QUARANTINED, column="移送单位", reason="unknown_word", detail="{}"
        )
        append_rereading(tx, row.parcel_id, map(written, [unread]), small_county.clock)
    small_county.clock += timedelta(minutes=1)
    taken_back = relink(small_county.hub, small_county.clock)
    assert (taken_back.whole, taken_back.new, taken_back.gone, taken_back.links_changed) == (False, 0, 1, 1)
    with small_county.hub.ledger.write() as tx:
        append_rereading(tx, row.parcel_id, map(written, [row.reading]), small_county.clock)
    small_county.clock += timedelta(minutes=1)
    back = relink(small_county.hub, small_county.clock)
    assert (back.whole, back.new, back.gone, back.links_changed) == (False, 1, 0, 1)
    assert kept_links(small_county.hub) == whole_run(small_county.hub, small_county.clock)


def test_a_correction_that_breaks_a_case_apart_takes_its_links_back(small_county: SmallCounty) -> None:
    first = {"当事人": "张三", "移送书文号": "繁城综执移〔2026〕1号", "移送时间": "2026-07-01 10:00"}
    small_county.ledger("202607", first)
    small_county.outbox("sa_20260702.csv", {"移送单位": "繁城镇", "移送书文号": "繁城综执移〔2026〕1号"})
    for agency in (TOWNSHIP, "police"):
        small_county.pull(agency)
    relink(small_county.hub, small_county.clock)
    assert len({link.case_id for link in kept_links(small_county.hub)}) == 1
    other = {"当事人": "李四", "移送书文号": "繁城综执移〔2026〕7号", "移送时间": "2026-07-01 10:00"}
    small_county.ledger("202607", other, came=small_county.clock)
    small_county.pull()
    done = relink(small_county.hub, small_county.clock)
    assert (done.whole, done.new, done.gone) == (False, 1, 1)
    assert len({link.case_id for link in kept_links(small_county.hub)}) == 2
    assert kept_links(small_county.hub) == whole_run(small_county.hub, small_county.clock)


def test_nothing_new_keeps_nothing_and_another_linker_starts_from_the_beginning(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {})
    small_county.documents(said(doc_type="penalty_opinion", doc_no="繁检意〔2026〕1号", township="繁城镇"))
    for agency in (TOWNSHIP, "procuratorate"):
        small_county.pull(agency)
    hub, now = small_county.hub, small_county.clock
    assert relink(hub, now).whole
    assert relink(hub, now + timedelta(minutes=1)) == Relinking(False, 0, 0, 0, 0, 0)
    with hub.ledger.read() as tx:
        assert [run.counts["links_changed"] for run in runs(tx, kind="relink")] == [2]
    with hub.ledger.write() as tx:
        set_last_linked(tx, LastLinked(2, "another", (), 0))
    again = relink(hub, now + timedelta(minutes=2))
    assert (again.whole, again.links_changed) == (True, 0)
    for of_old in ("cafe0123cafe0123", "cafe0123cafe0123 L1", "cafe0123cafe0123 L1 L2"):
        with hub.ledger.write() as tx:
            tx.connection.execute(update(schema.linked).values(linker=of_old))
        assert relink(hub, now + timedelta(minutes=2)).whole
    with hub.ledger.read() as tx:
        assert (last := last_linked(tx)) is not None
        assert (last.record_id, last.linker, last.acted) == (2, linker_version(hub), ())


def test_runs_at_one_instant_are_all_told(small_county: SmallCounty) -> None:
    fixed = at("2026-08-04T12:00+08:00")
    for number in (1, 2, 3):
        small_county.outbox(f"sa_2026070{number}.csv", {"案件编号": f"A{number}", "受案登记表文号": f"{number}号"})
        small_county.pull("police")
        assert relink(small_county.hub, fixed).new == 1
    assert relink(small_county.hub, fixed, whole=True).links_changed == 0
    with small_county.hub.ledger.read() as tx:
        told = runs(tx, kind="relink")
    assert [(run.at, run.counts["new"], run.counts["links_changed"]) for run in told] == [
        (fixed, 1, 1), (fixed, 1, 1), (fixed, 1, 1), (fixed, 3, 0),
    ]  # fmt: skip


def test_a_corrected_rule_for_the_names_of_files_links_everything_anew(small_county: SmallCounty) -> None:
    small_county.ledger("202608", {"移送书文号": "繁城综执移〔2026〕1号", "移送时间": "2026-07-01", "涉案金额": "8万"})
    small_county.pull()
    # Brought later, for an earlier month: only the name says which of the two stands.
    small_county.ledger(
        "202607", {"移送书文号": "繁城综执移〔2026〕9号", "移送时间": "2026-07-01"}, came=small_county.clock
    )
    small_county.pull()
    small_county.outbox("sa_20260702.csv", {"移送书文号": "繁城综执移〔2026〕1号"})
    small_county.pull("police")
    hub, now = small_county.hub, small_county.clock
    assert relink(hub, now).whole
    township = hub.agencies[TOWNSHIP]
    files = [
        one.model_copy(update={"name": re.sub(r"\(\?P<period>", "(?:", one.name)}) for one in township.notice.files
    ]
    notice = township.notice.model_copy(update={"files": tuple(files)})
    changed = replace(hub, agencies={**hub.agencies, TOWNSHIP: replace(township, notice=notice)})
    again = relink(changed, now + timedelta(minutes=1))
    assert again.whole
    assert again.links_changed > 0
    assert kept_links(changed) == whole_run(changed, now + timedelta(minutes=1))


def test_another_figure_links_everything_anew_and_the_same_figures_go_on_from_the_notes(
    small_county: SmallCounty,
) -> None:
    refer_and_accept(small_county)
    hub, now = small_county.hub, small_county.clock
    assert relink(hub, now).whole
    assert not relink(hub, now + timedelta(minutes=1)).whole
    asked = hub.link_weights.decide
    stricter = asked.model_copy(update={"acceptance": asked.acceptance.model_copy(update={"accept": 60.0})})
    changed = replace(hub, link_weights=hub.link_weights.model_copy(update={"decide": stricter}))
    again = relink(changed, now + timedelta(minutes=2))
    assert again.whole
    assert again.links_changed > 0
    with hub.ledger.read() as tx:
        assert {link.case_id for link in current_links(tx)} == {
            case.case_id for case in look(changed, tx, now).linkage.cases
        }
        told = [run.parameters["linking"] for run in runs(tx, kind="relink")]
    assert told == [hub.link_weights.version, changed.link_weights.version]
    assert not relink(changed, now + timedelta(minutes=3)).whole
    assert relink(hub, now + timedelta(minutes=4)).whole


def test_the_notes_name_nobody(installation: Hub, arrivals: tuple[Arrival, ...], ledger: Ledger) -> None:
    hub = replace(installation, ledger=ledger)
    keep(hub.ledger, arrivals, T0)
    relink(hub, T0)
    people = {p.name for one in arrivals for r in one.readings if r.record for p in r.record.parties if len(p.name) > 1}
    numbers = {p.id_no for one in arrivals for r in one.readings if r.record for p in r.record.parties if p.id_no}
    with hub.ledger.read() as tx:
        notes = notes_of(tx, range(1, 5000))
    text = " ".join(note.why + note.choices for note in notes)
    assert len(notes) > 800
    assert len(people) > 100
    assert len(numbers) > 100
    assert [word for word in people | numbers if word in text] == []
