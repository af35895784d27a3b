"""Which of the three have a record of a matter, and is an absent one missing, pending, or not owed at all?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

import pytest

from hub.findings.patterns import MEANINGS, PATTERNS, Absence, Pattern, Presence, Side, Standing, presences, tally
from hub.model import Record
from tests.hub.agency_rows import OTHER_ID_NO
from tests.hub.county import (
    AS_OF,
    RULES,
    Judged,
    acceptance,
    at,
    clue_receipt,
    copy_receipt,
    correspondence,
    document,
    handling,
    judge,
    penalty,
    referral,
    result,
)

SENT = "2026-07-01T10:00:00+08:00"  # the police owe a receipt within a day, the township a copy within three
COPY = document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号", decided_at="2026-07-02T09:00:00+08:00")


def seen(judged: Judged, as_of: str = AS_OF) -> list[Presence]:
    """The presence of every case."""
    unplaced = {one.record.source for one in judged.linkage.ambiguities}
    return presences(judged.linkage.cases, judged.owed, judged.found, unplaced, RULES, at(as_of))


def only(*records: Record, as_of: str = AS_OF) -> Presence:
    """The presence of the only case that the records make."""
    (one,) = seen(judge(*records, as_of=as_of), as_of)
    return one


def standings(presence: Presence) -> dict[str, str]:
    """Absent side -> how it stands with it."""
    return {str(absence.side): str(absence.standing) for absence in presence.absences}


def test_every_set_of_sides_has_a_pattern_and_every_pattern_a_meaning() -> None:
    sides = list(Side)
    sets = chain.from_iterable(combinations(sides, size) for size in (1, 2, 3))
    assert {PATTERNS[frozenset(one)] for one in sets} == set(Pattern) == set(MEANINGS)
    assert len(Pattern) == len(PATTERNS) == 7


@pytest.mark.parametrize(
    ("records", "pattern"),
    [
        ([referral(), acceptance(), COPY], Pattern.ALL_THREE),
        ([referral(), acceptance(), result()], Pattern.TOWNSHIP_POLICE),
        ([referral(), COPY], Pattern.TOWNSHIP_PROCURATORATE),
        ([acceptance(), COPY], Pattern.POLICE_PROCURATORATE),
        ([referral()], Pattern.TOWNSHIP_ONLY),
        ([penalty()], Pattern.TOWNSHIP_ONLY),
        ([acceptance()], Pattern.POLICE_ONLY),
        ([document("suggestion")], Pattern.PROCURATORATE_ONLY),
    ],
)
def test_the_records_of_a_matter_make_its_pattern(records: list[Record], pattern: Pattern) -> None:
    assert only(*records).pattern is pattern


def test_a_referral_is_pending_at_the_police_until_their_day_is_over_and_missing_after() -> None:
    before = only(referral(), as_of="2026-07-02T10:00:00+08:00")
    after = only(referral(), as_of="2026-07-02T10:00:01+08:00")
    assert before.absences[0] == Absence(
        Side.POLICE, Standing.PENDING, "police.sign_receipt", at("2026-07-02T10:00:00+08:00")
    )
    assert after.absences[0].standing is Standing.MISSING
    # The copy to the procuratorate is due two days later.
    assert standings(after) == {"police": "missing", "procuratorate": "pending"}
    assert standings(only(referral())) == {"police": "missing", "procuratorate": "missing"}
    assert (before.standing, after.standing) == (Standing.PENDING, Standing.MISSING)


def test_what_the_township_punishes_itself_is_owed_to_nobody() -> None:
    one = only(penalty())
    assert standings(one) == {"police": "not_owed", "procuratorate": "not_owed"}
    assert one.standing is Standing.NOT_OWED


def test_a_referral_not_yet_sent_is_owed_by_nobody_else() -> None:
    assert standings(only(referral(移送时间=None, 移送书文号=None))) == {
        "police": "not_owed",
        "procuratorate": "not_owed",
    }


def test_what_the_police_received_was_sent_so_the_townships_record_is_missing_without_a_clock() -> None:
    (absence,) = [a for a in only(acceptance(), as_of="2026-07-02T09:00:00+08:00").absences if a.side is Side.TOWNSHIP]
    assert absence == Absence(Side.TOWNSHIP, Standing.MISSING, "received_not_sent")


def test_what_fits_several_referrals_is_left_to_a_person_and_called_missing_nowhere_else() -> None:
    alike = [referral(no, 移送书文号=f"繁城综执移〔2026〕{no}号") for no in (1, 2)]
    judged = judge(*alike, acceptance(移送书文号=None))
    assert [one.code for one in judged.found].count("ambiguous") == 1
    by_pattern = {one.pattern: standings(one) for one in seen(judged)}
    assert by_pattern[Pattern.POLICE_ONLY]["township"] == "unplaced"
    assert by_pattern[Pattern.TOWNSHIP_ONLY]["police"] == "missing"


def test_an_opinion_to_refer_is_pending_at_the_township_for_a_week_and_missing_after() -> None:
    opinion = document("transfer_opinion")
    assert standings(only(opinion, as_of="2026-07-10T12:00:00+08:00"))["township"] == "pending"
    assert standings(only(opinion, as_of="2026-07-20T12:00:00+08:00"))["township"] == "missing"


def test_a_clue_is_pending_at_the_procuratorate_until_it_must_be_registered() -> None:
    assert standings(only(correspondence(), as_of="2026-07-12T12:00:00+08:00")) == {
        "police": "not_owed",
        "procuratorate": "pending",
    }
    assert standings(only(correspondence()))["procuratorate"] == "missing"


def test_a_side_that_has_not_spoken_yet_is_not_there_yet() -> None:
    early = "2026-07-01T12:00:00+08:00"
    one = only(referral(), acceptance(), as_of=early)
    assert one.pattern is Pattern.TOWNSHIP_ONLY
    assert standings(one) == {"police": "pending", "procuratorate": "pending"}


def test_a_letter_that_is_not_served_yet_is_a_record_all_the_same() -> None:
    assert only(document("suggestion", served_at=None)).pattern is Pattern.PROCURATORATE_ONLY


def test_the_receipts_of_others_make_no_pattern() -> None:
    assert seen(judge(copy_receipt(), clue_receipt(2))) == []


def test_a_right_that_nobody_must_use_makes_nothing_pending() -> None:
    letter = handling(意见类型="行政处罚")
    assert "pending" not in standings(only(letter, as_of="2026-07-11T00:00:00+08:00")).values()


def test_the_table_has_a_line_for_every_pattern_and_counts_each_case_once() -> None:
    judged = judge(referral(), penalty(2, 证件号码=OTHER_ID_NO, 当事人="李四"), document("suggestion", 2))
    found = seen(judged)
    lines = dict(tally(found))
    assert list(lines) == list(Pattern)
    assert _sum(lines.values()) == len(found) == len(judged.linkage.cases)
    assert lines[Pattern.TOWNSHIP_ONLY] == {Standing.MISSING: 1, Standing.NOT_OWED: 1}


def _sum(counts: Iterable[dict[Standing, int]]) -> int:
    return sum(sum(one.values()) for one in counts)
