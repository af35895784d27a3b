"""On the samples: is nothing told but what was left open, and is found again what was spoilt so that nothing joins it?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from hub.findings.counterparts import find_counterparts
from hub.hub import Hub
from hub.link import link
from hub.model import Party, Record, RecordKind
from hub.usecases.counterparts import counterparts_in
from hub.view import View, look
from tests.support.installation import AS_OF

GIVEN = "佳慧明勇刚丽芳军平强静敏磊洋艳杰"
# Townships that take turns as the wrong one.
UNITS = ("140924100", "140924102", "140924204", "140924209")


@pytest.fixture(scope="module")
def view(installation: Hub) -> View:
    """The samples as of their last day."""
    with installation.ledger.read() as tx:
        return look(installation, tx, AS_OF)


def without(record: Record, *names: str, parties: tuple[Party, ...] | None = None, **said: str) -> Record:
    """The same row without some cells, and with others."""
    fields = {name: text for name, text in {**record.fields, **said}.items() if name not in names}
    return replace(record, fields=fields, parties=record.parties if parties is None else parties)


def slip(record: Record, rng: random.Random) -> Record:
    """One wrong character in the name, and no number."""
    name = record.parties[0].name
    place = rng.randrange(1, len(name))
    return without(record, "referral_no", parties=(Party(name[:place] + rng.choice(GIVEN) + name[place + 1 :]),))


def nobody(record: Record, _: random.Random) -> Record:
    """不详, and no number."""
    return without(record, "referral_no", parties=(Party("不详"),))


def elsewhere(record: Record, rng: random.Random) -> Record:
    """Another township noted, and neither number."""
    unit = rng.choice([unit for unit in UNITS if unit != record.get("unit_code")])
    parties = (Party(record.parties[0].name),)
    return without(record, "referral_no", unit_code=unit, referring_unit=unit, parties=parties)


def another_number(record: Record, rng: random.Random) -> Record:
    """One wrong character, and the number of another matter."""
    return without(slip(record, rng), referral_no=f"平综执移〔2026〕{rng.randint(1, 20)}号")


SPOILT: Mapping[str, Callable[[Record, random.Random], Record]] = {
    "slip": slip,
    "nobody": nobody,
    "elsewhere": elsewhere,
    "another number": another_number,
}


def test_on_the_samples_only_what_the_linker_left_open_is_told(installation: Hub, view: View) -> None:
    pairs = counterparts_in(installation, view)
    assert [one.left_open for one in pairs] == [True, True]
    (left,) = [one for one in view.linkage.ambiguities if one.record.kind is RecordKind.ACCEPTANCE]
    assert {one.referral.record.source for one in pairs} == {one.source for one in left.candidates}


def test_most_of_what_was_spoilt_is_told_and_hardly_anything_else(installation: Hub, view: View) -> None:
    """Of the matters with referral and acceptance an eighth is spoilt, and of as many either is lost for good."""
    counts = Counter[str]()
    for seed in range(3):
        counts += _spoil_and_look(installation, view, random.Random(seed))
    assert counts["apart"] >= 25
    assert counts["true"] / counts["apart"] >= 0.75
    assert counts["true"] / counts["told"] >= 0.95


def _spoil_and_look(hub: Hub, view: View, rng: random.Random) -> Counter[str]:

    records: list[Record] = []
    spoilt: dict[str, str] = {}
    for case in view.linkage.cases:
        sent, received = case.of_kind(RecordKind.REFERRAL), case.of_kind(RecordKind.ACCEPTANCE)
        lot = rng.randrange(8) if len(sent) == len(received) == 1 else 8
        if lot > 2:
            records += case.records
        elif lot == 0:
            records += sent
        elif lot == 1:
            records += received
        else:
            answer = rng.choice(sorted(SPOILT))
            records += [*sent, SPOILT[answer](received[0], rng)]
            spoilt[received[0].source] = sent[0].source
    linkage = link(records, hub.link_weights)
    case_of = {record.source: case.case_id for case in linkage.cases for record in case.records}
    apart = {(sent, answer) for answer, sent in spoilt.items() if case_of[answer] != case_of[sent]}
    found = find_counterparts(linkage, hub.link_weights, hub.counterpart_rule, view.as_of)
    told = {(one.referral.record.source, one.acceptance.record.source) for one in found if not one.left_open}
    return Counter(apart=len(apart), told=len(told), true=len(told & apart))
