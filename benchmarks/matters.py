"""Which matters does the race of the obligations run over? Seeded referrals with their whole life, as records."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from hub.link import Case
from hub.model import Event, Party, Record, RecordKind
from hub.moment import SHANGHAI, Moment

FIRST_DAY, DAYS = date(2024, 1, 2), 905
AS_OF = datetime(2026, 6, 30, 23, 59, tzinfo=SHANGHAI)
TOWNSHIPS = tuple(f"1409242{number:02d}" for number in range(11))
# How many obligations a matter opens, about; what a wanted number of obligations is divided by.
OBLIGATIONS_PER_MATTER = 7
_COPIED, _TO_THE_BUREAU = "opinion.copied", (("agency", "justice_bureau"),)


def draw_matters(count: int, seed: int = 1) -> Iterator[Case]:
    """So many matters, the same for the same seed; about one act in eight is late and one in twelve never came."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        yield _matter(number, chance)


def _matter(number: int, chance: random.Random) -> Case:
    township = chance.choice(TOWNSHIPS)
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    party = (Party(f"示例{number}", f"示例证件{number}", "other"),)
    police_case = f"A140924040000{day:%Y%m}{number:07d}"
    referral_no = f"示综执移〔{day.year}〕{number}号"

    def later(start: date, *days: int) -> date | None:
        """The day of an act: on one of these days, sometimes late, sometimes never."""
        if chance.random() < 1 / 12:
            return None
        return start + timedelta(days=chance.choice(days) + (9 if chance.random() < 1 / 8 else 0))

    records = []
    own: dict[str, str] = {"transfer.proposed": f"{day}"}
    if approved := later(day, 1, 2, 3):
        own["transfer.approved"] = f"{approved}T16:30:00+08:00"
        if sent := later(approved, 0, 1):
            own["referral.sent"] = f"{sent}T17:10:00+08:00"
    sent_on = date.fromisoformat(own.get("referral.sent", f"{day}")[:10])
    refused = chance.random() < 0.3
    if "referral.sent" in own:
        if copied := later(sent_on, 1, 2):
            records.append(_record("procuratorate", RecordKind.DOCUMENT, f"c{number}", {"copy.received": f"{copied}"}))
        if received := later(sent_on, 0, 1):
            events = {"referral.received": f"{received}T18:00:00+08:00"}
            fields = {"police_case_no": police_case, "referral_no": referral_no}
            records.append(_record("police", RecordKind.ACCEPTANCE, f"a{number}", events, fields, party))
            if decided := later(received, 1, 2, 3):
                code = "filing.refused" if refused else "filing.accepted"
                fields = {"police_case_no": police_case, "doc_no": f"示公立字〔{day.year}〕{number}号"}
                records.append(_record("police", RecordKind.POLICE_RESULT, f"r{number}", {code: f"{decided}"}, fields))
                own |= _after_decision(refused, decided, later)
    fields = {"case_no": f"示综执立〔{day.year}〕{number}号", "referral_no": referral_no}
    records.insert(0, _record(township, RecordKind.REFERRAL, f"t{number}", own, fields, party))
    if chance.random() < 0.45:
        records += _not_prosecuted(number, township, sent_on + timedelta(days=60), party, later)
    return Case(f"C{number}", tuple(records))


def _after_decision(refused: bool, decided: date, later: object) -> dict[str, str]:
    assert callable(later)
    own: dict[str, str] = {}
    if refused:
        own["nonfiling.received"] = f"{decided}"
        if asked := later(decided, 1, 2):
            own["reconsideration.requested"] = f"{asked}"
    else:
        own["filing.notice_received"] = f"{decided}"
        if handed := later(decided, 1, 2, 3):
            own["items.handed_over"] = f"{handed}"
    return own


def _not_prosecuted(number: int, township: str, day: date, party: tuple[Party, ...], later: object) -> Iterator[Record]:
    assert callable(later)
    decided = {"doc_no": f"示检刑不诉〔{day.year}〕{number}号", "unit_code": township}
    yield _record(
        "procuratorate", RecordKind.DOCUMENT, f"n{number}", {"nonprosecution.decided": f"{day}"}, decided, party
    )
    letter = {"doc_no": f"示检意〔{day.year}〕{number}号", "unit_code": township}
    served = later(day, 1, 2, 3)
    if served is None:
        return
    events = {"penalty_opinion.served": f"{served}"}
    if copied := later(served, 1, 2):
        events[_COPIED] = f"{copied}"
    yield _record("procuratorate", RecordKind.DOCUMENT, f"o{number}", events, letter, party)
    if replied := later(served, 30, 45, 60):
        yield _record(
            township, RecordKind.OPINION_HANDLING, f"h{number}", {"opinion.replied": f"{replied}"}, letter, party
        )


def _record(
    agency: str,
    kind: RecordKind,
    key: str,
    events: Mapping[str, str],
    fields: Mapping[str, str] | None = None,
    parties: tuple[Party, ...] = (),
) -> Record:
    asserted = tuple(
        Event(code, Moment.parse(at), agency, _TO_THE_BUREAU if code == _COPIED else ()) for code, at in events.items()
    )
    return Record(agency, kind, key, f"{agency}/{key}", fields or {}, parties, asserted)
