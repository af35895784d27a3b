"""Does a mapping file say everything that reading an agency's files needs, and is every mistake in one named?"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from hub.agreement import OWN_EVENTS
from hub.errors import ConfigurationFault
from hub.event_codes import EVENTS
from hub.mapping.agency import load_agencies
from hub.mapping.notice import ByWord, Column
from tests.hub.agency_rows import AGENCIES, GROUPED, MAPPINGS, REFERRALS, TOWNSHIP

AGENCY = "agencies/140924102.yaml"
NOTICE = "notices/township_ledger.yaml"


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    """A copy of the project's mappings, to make mistakes in."""
    copy = tmp_path / "mappings"
    shutil.copytree(MAPPINGS, copy)
    return copy


def replaced(path: Path, old: str, new: str) -> int:
    """Change one place of a file; give the line where it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults_of(mappings: Path) -> list[str]:
    """The faults that loading gives, each without the folder's name."""
    with pytest.raises(ConfigurationFault) as caught:
        load_agencies(mappings)
    return [line.removeprefix(f"{mappings}/") for line in str(caught.value).splitlines()]


def test_the_project_has_eleven_townships_and_four_offices() -> None:
    found = [agency.mapping.kind for agency in AGENCIES.values()]
    assert len(found) == 15
    assert found.count("township") == 11


@pytest.mark.parametrize("code", sorted(AGENCIES))
def test_every_agency_has_a_channel_that_fetches_something(code: str) -> None:
    channel = AGENCIES[code].channel()
    assert channel.agency == code
    assert channel.pull or channel.resource


def test_an_agencys_own_word_names_the_same_column_as_the_notices() -> None:
    agency = AGENCIES[GROUPED]
    words = {word: header for word, header, _ in agency.words(agency.notice.sheets[REFERRALS])}
    assert words["案件编号"] == words["立案号"] == "立案号"


def test_a_choice_by_a_word_gives_nothing_for_other_words() -> None:
    choice = ByWord(by="approval", words={"yes": "transfer.approved"}, otherwise="transfer.rejected")
    assert choice.choose({"approval": "yes"}) == "transfer.approved"
    assert choice.choose({"approval": "perhaps"}) == ""
    assert choice.choose({}) == "transfer.rejected"


def test_every_event_of_the_mechanism_is_asserted_by_someone() -> None:
    asserted = {
        (agency.mapping.kind, code)
        for agency in AGENCIES.values()
        for sheet in agency.notice.sheets.values()
        for rule in sheet.events
        for _, code in rule.codes()
    }
    assert asserted == {(kind, code) for kind, codes in EVENTS.items() for code in codes}


def test_the_events_are_those_of_the_mechanisms_table(project_root: Path) -> None:
    """What rules open and end with is asserted by an agency, or is the hub's own."""
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:event|after|start|end): ([a-z_]+\.[a-z_]+)", text))
    assert len(named) > 30
    assert named - OWN_EVENTS <= frozenset[str]().union(*EVENTS.values())


# (file, what stands there, what is put in its place, what is said); the line is the changed one unless a number says
# how far from it the fault shows.
MISTAKES = {
    "an unknown key of an agency": (AGENCY, "short_name:", "shortname: x\nshort_name:", "shortname: Extra inputs", 0),
    "an unknown key of a channel": (AGENCY, "  place:", "  folder: x\n  place:", "channel.folder: Extra inputs", 0),
    "an unknown key of a column": (NOTICE, "read: document_number, required: true}", "raed: text}", "raed: Extra", 0),
    "an unknown way of reading": (NOTICE, "read: cause,", "read: reason,", "should be 'text'", 0),
    "an unknown kind of record": (NOTICE, "record: penalty", "record: fine", "record: Input should be", 0),
    "an unknown kind of agency": (AGENCY, "kind: township", "kind: village", "kind: Input should be", 0),
    "a code without quotes": (AGENCY, 'agency: "140924102"', "agency: 140924102", "agency: Input should be", 0),
    "a code that is no word": (AGENCY, 'agency: "140924102"', 'agency: "140924/102"', "should match pattern", 0),
    "a file of another name": (AGENCY, 'agency: "140924102"', 'agency: "140924199"', "a file of another name", 0),
    "a column mapped twice": (NOTICE, "      备注: {field: remarks}", "      立案号: ignore", "'立案号' stands twice", 0),
    "a header that differs by a blank": (
        NOTICE, "      备注: {field: remarks}", "      立案 号: ignore", "the header is the same as 立案号", 0,
    ),
    "a field filled twice": (
        NOTICE, "备注: {field: remarks}", "备注: {field: case_no}", "two columns fill the same field case_no: 立案号 and 备注", 0,
    ),
    "two columns of parties": (
        NOTICE, "备注: {field: remarks}", "备注: {field: more, read: parties}", "both read as parties or persons", 0,
    ),
    "a key that no column fills": (NOTICE, "key: [case_no]", "key: [case_number]", "no column fills case_number", 0),
    "a condition on an unknown field": (
        NOTICE, "required_with: replied_on", "required_with: answered_on", "no column fills answered_on", 0,
    ),
    "an event dated by an unknown field": (NOTICE, "at: sent_at", "at: sent_on", "events.3.at: Value error, no column fills sent_on", 0),
    "an event dated by a field that is no date": (NOTICE, "at: sent_at", "at: remarks", "remarks is no date", 0),
    "an attribute of an unknown field": (NOTICE, "{doc_no: referral_no}", "{doc_no: sent_no}", "no column fills sent_no", 0),
    "an event chosen by an unknown field": (NOTICE, "{by: approval,", "{by: approved,", "no column fills approved", 0),
    "an event that the mechanism does not know": (
        NOTICE, "event: referral.sent", "event: referral.snet", "referral.snet is no event of the mechanism", 0,
    ),
    "an event that another kind of agency asserts": (
        NOTICE, "event: referral.sent", "event: filing.accepted", "filing.accepted is no event that township asserts", 0,
    ),
    "an unknown event behind a word": (
        NOTICE, "clue: clue.sent", "clue: clue.send", "events.0.event.words.clue: clue.send is no event of the mechanism", 0,
    ),
    "a lookup of what is no text": (
        NOTICE, "read: document_number}", "read: document_number, lookup: approval}", "is not looked up", 0,
    ),
    "a running number that no column is": (NOTICE, "    key: [doc_no]", "    running_number: 编号\n    key: [doc_no]", "there is no column 编号", 0),
    "a file name that is no expression": (NOTICE, "(?P<period>", "(?P<period", "not a regular expression", 0),
    "a file name without its period": (NOTICE, r"(?P<period>\d{6})", r"\d{6}", "(?P<period>…)", 0),
    "a file of one sheet that does not say which": (NOTICE, "(?P<sheet>移送案件|", "(?:移送案件|", "(?P<sheet>…)", 0),
    "an answer file without its delivery": (NOTICE, "(?P<delivery>[^/]+)", "[^/]+", "(?P<delivery>…)", 0),
    "a notice that is not there": (AGENCY, "notice: township_ledger", "notice: township_book", "there is no notices/township_book.yaml", 0),
    "a notice and one of its own": (AGENCY, "notice: township_ledger", "own:", "give either `notice` or `own`", 0),
    "a word for a column that the notice has not": (AGENCY, "  立案号: [案件编号]", "  立案编号: [案件编号]", "the notice has no column 立案编号", 0),
    "one word for two columns": (
        AGENCY, "移送时间: [移交时间]", "移送时间: [领导批示时间]", "领导批示时间 names two columns of 移送案件: 批准时间 and 移送时间", 0,
    ),
    "a word that is another column's own": (AGENCY, "移送时间: [移交时间]", "移送时间: [批准时间]", "批准时间 names two columns", 0),
    "a month that is none": (AGENCY, 'first: "202607"', 'first: "202613"', "'202613' is no period like YYYYMM", 0),
    "a report without a due day": (AGENCY, ", due_day: 5", "", "a monthly report is due on a day", 0),
    "a report due on a day that not every month has": (AGENCY, "due_day: 5", "due_day: 30", "less than or equal to 28", 0),
    "a period that is none": (AGENCY, "acknowledge_within: 24 hour", "acknowledge_within: soon", "acknowledge_within", 0),
    "a schedule that is none": (AGENCY, '"0 8-18 * * *"', '"hourly"', "no cron line of five fields", 0),
    "nothing to fetch": (AGENCY, "  pull: ['*', 'ack/*.ack.csv']\n", "", "folder needs `pull`", -2),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_mapping_is_named_with_file_and_line(mappings: Path, mistake: str) -> None:
    file, old, new, said, away = MISTAKES[mistake]
    line = replaced(mappings / file, old, new)
    found = faults_of(mappings)
    told = [one for one in found if said in one]
    assert told, found
    assert told[0].startswith(f"{file}:{line + away}: "), (told, line)


def test_a_broken_notice_is_told_once_and_not_as_missing(mappings: Path) -> None:
    replaced(mappings / NOTICE, "read: cause,", "read: reason,")
    assert len(faults_of(mappings)) == 1


def test_every_broken_file_is_named_at_once(mappings: Path) -> None:
    replaced(mappings / "agencies/140924100.yaml", "kind: township", "kind: village")
    replaced(mappings / "agencies/police.yaml", "kind: police", "kind: polite")
    assert {one.partition(":")[0] for one in faults_of(mappings)} == {"agencies/140924100.yaml", "agencies/police.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sheets: [sa, cl]", "sheets: [sa, ci]", "the notice has no sheet ci"),
        ('first: "2026-06-01"', 'first: "202606"', "is no period like YYYY-MM-DD"),
        ("event: referral.received", "event: referral.sent", "no event that police asserts"),
    ],
)
def test_a_mistake_in_a_notice_of_its_own_is_named_too(mappings: Path, old: str, new: str, said: str) -> None:
    file = "agencies/police.yaml"
    line = replaced(mappings / file, old, new)
    (found,) = faults_of(mappings)
    assert said in found
    assert found.startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("each: copies", "each: copied", "no column reads as copies and fills copied"),
        ("at: copied_at,", "at: served_at,", "no column fills served_at"),
        ("{agency: agency}", "{agency: receiver}", "no column fills receiver"),
        ("each: copies, at: copied_at", "each: copies, at: agency", "agency is no date"),
        ("sheet: documents", "sheet: papers", "there is no sheet papers"),
        ("  resource: /api/v1/documents\n", "", "api needs `resource`"),
    ],
)
def test_an_event_for_each_copy_is_dated_by_the_copy(mappings: Path, old: str, new: str, said: str) -> None:
    replaced(mappings / "agencies/procuratorate.yaml", old, new)
    (found,) = faults_of(mappings)
    assert said in found


def test_what_is_chosen_otherwise_must_be_a_date_too(mappings: Path) -> None:
    replaced(
        mappings / NOTICE,
        "at: approved_at",
        'at: {by: approval, words: {"yes": approved_at}, otherwise: decided_at}',
    )
    (found,) = faults_of(mappings)
    assert "events.2.at.otherwise: Value error, no column fills decided_at" in found


def test_two_agencies_do_not_share_a_place(mappings: Path) -> None:
    line = replaced(mappings / AGENCY, "place: townships/140924102", "place: townships/140924100")
    (found,) = faults_of(mappings)
    assert found.startswith(f"{AGENCY}:{line}: ")
    assert "is the place of 140924100 too" in found


def test_a_mapping_file_of_another_ending_is_not_passed_over(mappings: Path) -> None:
    (mappings / "agencies" / "140924206.yml").write_text("agency: x\n", encoding="utf-8")
    (found,) = faults_of(mappings)
    assert found == "agencies/140924206.yml:1: mapping files end in .yaml"


def test_a_folder_without_mappings_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="no agency has a mapping file"):
        load_agencies(tmp_path)


def overlay(folder: Path, text: str | bytes) -> Path:
    """A folder of code tables with headers of townships."""
    (folder / "headers.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8-sig"))
    return folder


def test_a_folders_headers_add_words_for_columns(tmp_path: Path) -> None:
    text = f"township,column,header\n{GROUPED},当事人,涉案人\n140924999,当事人,某人\n"
    agencies = load_agencies(MAPPINGS, overlay(tmp_path, text))
    assert agencies[GROUPED].mapping.headers["当事人"] == ("违法嫌疑人", "涉案人")
    assert agencies[TOWNSHIP].mapping.headers == {}
    assert load_agencies(MAPPINGS, tmp_path / "none").keys() == agencies.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("township,column\n1,2\n", "headers.csv:1: no column header"),
        (f"township,column,header\n{GROUPED},当事人\n", "headers.csv:2: township, column and header must be given"),
        (f"township,column,header\n{GROUPED},当事人,立案号\n", "立案号 names two columns of 移送案件"),
        ("township,column,header\n1,当事人,涉案人\n".encode("gb18030"), "headers.csv"),
    ],
)
def test_a_fault_in_a_folders_headers_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(ConfigurationFault, match=re.escape(said)):
        load_agencies(MAPPINGS, overlay(tmp_path, text))


def test_required_columns_of_the_ledger_are_those_with_a_star() -> None:
    sheet = AGENCIES[TOWNSHIP].notice.sheets[REFERRALS]
    required = [h for h, c in sheet.columns.items() if isinstance(c, Column) and c.required]
    assert required == ["立案号", "立案日期", "案由", "当事人"]
