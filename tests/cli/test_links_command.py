"""Do `hub links` and `hub case` show why, what nearly, what is left open and what was decided, to people and to programs?"""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.errors import ConfigurationFault
from hub.evidence.verifier import unpacked, verify
from hub.values.identity import mask
from tests.hub.agency_rows import ID_NO, MAPPINGS
from tests.hub.usecases.test_exchange import said
from tests.hub.usecases.test_judge_links import ACCEPTANCE, CLUE, FIRST, OPEN, OTHER, SECOND, STRANGER
from tests.support.environ import Environ, environ_of
from tests.support.small_county import SmallCounty, county_at

RUN = CliRunner()
BY = ("--by", "lead_group_office", "--reason", "核对过原件")
ONE, TWO = FIRST["立案号"], SECOND["立案号"]


@pytest.fixture
def county(tmp_path: Path) -> Iterator[SmallCounty]:
    """A county in which one acceptance is left to a person, and that has two sealed clues."""
    with county_at(tmp_path) as found:
        found.ledger("202607", FIRST, SECOND)
        found.outbox("sa_20260702.csv", OPEN, STRANGER)
        clue = said(
            doc_id="clue", doc_type="duty_clue", doc_no=CLUE, sealed=True, served_at="2026-07-07T10:00:00+08:00"
        )
        found.documents(clue, {**clue, "doc_id": "clue2", "doc_no": "繁检职移〔2026〕2号"})
        for agency in ("140924100", "police", "procuratorate"):
            found.pull(agency)
        yield found


@pytest.fixture
def environ(county: SmallCounty) -> Environ:
    """The environment that points there."""
    return environ_of(county.hub.settings, "2026-08-04T12:00+08:00")


def run(environ: Environ, *words: str, exit_code: int = 0) -> str:
    """What a subcommand prints."""
    done = RUN.invoke(commands_for([]), list(words), env=environ)
    assert done.exit_code == exit_code, done.output
    return done.output


def listed(environ: Environ, *words: str) -> list[dict[str, str]]:
    """A listing, for programs."""
    found: list[dict[str, str]] = json.loads(run(environ, *words, "--json"))
    return found


def fails(environ: Environ, *words: str) -> str:
    """What a subcommand says is wrong."""
    done = RUN.invoke(commands_for([]), list(words), env=environ)
    assert done.exception is not None
    return str(done.exception)


def test_a_case_says_of_each_record_why_it_stands_there_step_by_step(environ: Environ) -> None:
    run(environ, "links", "reject", ACCEPTANCE, ONE, *BY)
    told = json.loads(run(environ, "case", TWO, "--json"))
    (weighed,) = [one for one in told["links"] if one["steps"]]
    assert (weighed["kind"], weighed["tier"], weighed["asked"]) == ("acceptance", "identity+name", 9.0)
    assert weighed["steps"][0] == {"feature": "identity number", "seen": "equal", "bits": 20.0, "sum": 20.0}
    assert weighed["steps"][-1]["sum"] == weighed["score"]
    text = run(environ, "case", TWO)
    assert "证件号码 identity number: 相同 equal" in text
    assert "asked for" in text
    assert "+27 beyond" in text


def test_a_case_tells_its_near_misses_and_why_they_were_not_taken(environ: Environ) -> None:
    told = json.loads(run(environ, "case", ONE, "--json"))
    (miss,) = [m for m in told["near_misses"] if m["refusal"] == "tied"]
    assert miss["record"]["reference"] == "A1409240200002026070001"
    assert miss["other_case_id"] == told["case_id"]
    assert "a person decides" in miss["why"]
    run(environ, "links", "reject", ACCEPTANCE, ONE, *BY)
    (miss,) = [m for m in json.loads(run(environ, "case", ONE, "--json"))["near_misses"] if m["refusal"] == "decided"]
    assert miss["other"]["reference"] == ONE
    assert "a person decided that they are not of one matter" in run(environ, "case", ONE)


def test_the_same_is_drawn_as_a_picture_without_a_name(environ: Environ, tmp_path: Path) -> None:
    drawn = tmp_path / "why.svg"
    run(environ, "case", ONE, "--picture", str(drawn))
    text = drawn.read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    assert text.count("<rect") >= 4
    assert "not taken: another fits" in text
    assert not any(word in text for word in ("张三", ID_NO, "140924****"))


def test_a_picture_is_of_one_case(county: SmallCounty, environ: Environ, tmp_path: Path) -> None:
    county.ledger("202608", FIRST, {**SECOND, "移送书文号": FIRST["移送书文号"]})
    county.pull()
    drawn = tmp_path / "why.svg"
    assert "2 cases bear this number; give the case id" in fails(
        environ, "case", FIRST["移送书文号"], "--picture", str(drawn)
    )
    assert not drawn.exists()


def test_what_is_left_open_is_shown_with_its_candidates_side_by_side(environ: Environ) -> None:
    (left,) = json.loads(run(environ, "links", "open", "--json"))
    assert left["record"]["reference"] == "A1409240200002026070001"
    assert [one["other"]["reference"] for one in left["candidates"]] == [ONE, TWO]
    assert all(one["steps"] and one["refusal"] == "tied" for one in left["candidates"])
    assert left["candidates"][0]["says"]["parties"] == f"张三 {mask(ID_NO)}"
    assert left["record"]["says"]["received_at"].startswith("2026-07-02")
    text = run(environ, "links", "open")
    assert f"140924100 referral {ONE}" in text
    assert f"140924100 referral {TWO}" in text
    assert ID_NO not in text
    assert "1 left to a person" in text
    assert "left to a person" in fails(environ, "links", "open", "--strict")
    run(environ, "links", "confirm", ACCEPTANCE, ONE, *BY)
    assert json.loads(run(environ, "links", "open", "--json", "--strict")) == []


def test_decisions_are_made_listed_and_taken_back(environ: Environ) -> None:
    made = json.loads(run(environ, "links", "merge", TWO, OTHER, *BY, "--json"))
    assert made["judgement"] == "merge"
    (one,) = listed(environ, "links", "list")
    assert (one["decision_id"], one["force"], one["role"]) == (made["decision_id"], "stands", "lead_group_office")
    assert one["why_not"] == ""
    (told,) = json.loads(run(environ, "case", TWO, "--json"))["decisions"]
    assert made["decision_id"] in told
    assert "merge [stands]" in told
    assert "decided: merge" in run(environ, "case", TWO)
    assert listed(environ, "links", "list", "--known-at", "2020-01-01") == []
    run(environ, "links", "split", OTHER, *BY, "--as-of", "2026-08-04T11:00+08:00", exit_code=1)
    run(environ, "links", "undo", made["decision_id"], *BY)
    (one,) = listed(environ, "links", "list")
    assert one["force"] == "taken_back"
    assert one["why_not"].startswith("taken back 2026-08-04")
    assert "may not decide" in fails(environ, "links", "undo", made["decision_id"], "--by", "x", "--reason", "x")


def test_a_decision_about_two_matters_shows_neither_the_others_number(environ: Environ) -> None:
    run(environ, "links", "reject", ACCEPTANCE, ONE, *BY)
    (told,) = json.loads(run(environ, "case", ONE, "--json"))["decisions"]
    assert told.endswith("and 1 of another matter")
    assert "10071" not in told


def test_sealed_decisions_stand_in_a_list_of_their_own(environ: Environ) -> None:
    run(environ, "links", "merge", CLUE, "繁检职移〔2026〕2号", *BY)
    assert listed(environ, "links", "list") == []
    (one,) = listed(environ, "links", "list", "--sealed")
    assert one["judgement"] == "merge"
    assert listed(environ, "links", "open", "--sealed") == []
    assert len(json.loads(run(environ, "case", CLUE, "--json"))["records"]) == 2


def test_the_bundle_of_a_case_holds_the_picture_and_the_decisions_but_nobody_elses_numbers(
    environ: Environ, tmp_path: Path
) -> None:
    merged = json.loads(run(environ, "links", "merge", TWO, OTHER, *BY, "--json"))["decision_id"]
    rejected = json.loads(run(environ, "links", "reject", OTHER, ACCEPTANCE, *BY, "--json"))["decision_id"]
    run(environ, "reconcile", "--commit")
    bundle = tmp_path / "case.zip"
    run(environ, "evidence", "export", TWO, str(bundle))
    files, faults = unpacked(bundle.read_bytes())
    assert faults == []
    assert verify(files) == []
    assert b"decided: merge" in files["pictures/links.svg"]
    shown = json.loads(run(environ, "case", TWO, "--json"))
    assert json.loads(files["case.json"])["links"] == shown["links"] != []
    assert files["versions/linking_ledger.yaml"] == (MAPPINGS / "linking_ledger.yaml").read_bytes()
    told = [json.loads(data) for name, data in files.items() if name.startswith("facts/")]
    assert [(one["code"], one["subject"]) for one in told] == [("link.merged", merged)]
    chain = files["chain.txt"].decode()
    assert f'"subject":"{rejected}"' in chain  # that it was decided is proven; about whom stands elsewhere
    whole = b"".join(data for name, data in files.items() if not name.startswith("versions/"))
    assert "10071号".encode() not in whole
    with zipfile.ZipFile(bundle) as archive:
        assert "verify.py" in archive.namelist()


def test_a_summary_counts_what_stands_and_what_expired(environ: Environ) -> None:
    assert json.loads(run(environ, "reconcile", "--json"))["decisions_expired"] == 0
    run(environ, "links", "confirm", ACCEPTANCE, ONE, *BY)
    said_so = json.loads(run(environ, "reconcile", "--json"))
    assert (said_so["decisions"], said_so["decisions_expired"], said_so["ambiguous"]) == (1, 0, 0)
    with pytest.raises(ConfigurationFault):
        RUN.invoke(commands_for([]), ["links", "list", "--known-at", "yesterday"], env=environ, catch_exceptions=False)


def test_a_record_can_be_given_back_as_it_is_shown(county: SmallCounty, environ: Environ) -> None:
    """Also a row of the police whose case number several rows bear, by the key that is its own."""
    county.outbox("cl_20260703.csv", {"案件编号": "A1409240200002026070002"})
    county.pull("police")
    run(environ, "links", "split", "police/outbox/cl_20260703.csv!R1", *BY)
    (one,) = json.loads(run(environ, "links", "list", "--json"))
    (row,), (received,) = one["records"], one["and"]
    assert row.startswith("police police_result A1409240200002026070002|")
    assert received == "police acceptance 繁公(刑)受案字〔2026〕10072号"
    text = run(environ, "links", "list")
    assert all(ref in text for ref in (row, received))
    assert all(json.loads(run(environ, "case", ref, "--json"))["case_id"] for ref in (row, received))
    (left,) = json.loads(run(environ, "links", "open", "--json"))
    ref, *others = [left["record"]["ref"], *(one["other"]["ref"] for one in left["candidates"])]
    assert all(shown in run(environ, "links", "open") for shown in (ref, *others))
    run(environ, "links", "undo", one["decision_id"], *BY)
    run(environ, "links", "confirm", row, received, *BY)
    run(environ, "links", "confirm", ref, others[0], *BY)
    forces = [(one["judgement"], one["force"]) for one in json.loads(run(environ, "links", "list", "--json"))]
    assert forces == [("split", "taken_back"), ("confirm", "stands"), ("confirm", "stands")]


def test_a_sealed_record_can_be_given_back_as_the_sealed_list_shows_it(environ: Environ) -> None:
    run(environ, "links", "merge", CLUE, "繁检职移〔2026〕2号", *BY)
    (one,) = json.loads(run(environ, "links", "list", "--sealed", "--json"))
    found = {json.loads(run(environ, "case", ref, "--json"))["case_id"] for ref in one["records"] + one["and"]}
    assert len(found) == 1


def test_ids_are_shown_whole_in_a_narrow_terminal() -> None:
    rows = "[('L0123456789ab', 9 * 'checked ', 99 * 'r')]"
    shown = f"from cli.session import show_table; show_table(('decision_id', 'reason', 'records'), {rows})"
    environ = {**os.environ, "COLUMNS": "40", "TERM": "xterm"}
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        subprocess.run([sys.executable, "-c", shown], stdout=theirs, env=environ, check=True)
        text = terminal.read(4096).decode()
    os.close(theirs)
    assert "L0123456789ab" in text
    assert "checked checked" not in text


def test_a_rejection_says_with_whom_the_evidence_links_the_record_now(environ: Environ) -> None:
    made = json.loads(run(environ, "links", "reject", ACCEPTANCE, ONE, *BY, "--json"))
    (follows,) = made["follows"]
    told = json.loads(run(environ, "case", follows["ref"], "--json"))
    assert follows["case_id"] == told["case_id"]
    assert follows["beside"] == f"140924100 referral {TWO}"
    assert (follows["by_evidence"], follows["tier"], follows["left_open"]) == (True, "identity+name", [])
    back = json.loads(run(environ, "links", "undo", made["decision_id"], *BY, "--json"))
    (again,) = [one for one in back["follows"] if one["ref"] == follows["ref"]]
    assert again["left_open"] == [f"140924100 referral {ONE}", f"140924100 referral {TWO}"]
    text = run(environ, "links", "reject", ACCEPTANCE, ONE, *BY)
    ref, other = follows["ref"], follows["beside"]
    assert f"{ref}: linked with {other} by the evidence now" in text
    assert "nothing else fits as well any more" in text
    assert "kept: with the next hub relink" in text
    assert f'reject "{ref}" "{other}"' in text
    (alone,) = json.loads(run(environ, "links", "reject", ref, other, *BY, "--json"))["follows"][:1]
    assert (alone["ref"], alone["beside"], alone["by_evidence"]) == (ref, None, False)


def test_a_rejection_says_between_whom_a_record_is_still_left_open(county: SmallCounty, environ: Environ) -> None:
    third = {**SECOND, "立案号": "繁城综执立〔2026〕3号", "移送书文号": "繁城综执移〔2026〕3号"}
    county.ledger("202608", FIRST, SECOND, third)
    county.pull()
    text = run(environ, "links", "reject", ACCEPTANCE, ONE, *BY)
    assert f"still left to a person, between 140924100 referral {TWO} and 140924100 referral {third['立案号']}" in text


def test_a_rejection_that_moves_nothing_and_a_merger_say_nothing_of_it(environ: Environ) -> None:
    assert "follows" not in json.loads(run(environ, "links", "reject", OTHER, TWO, *BY, "--json"))
    assert "follows" not in json.loads(run(environ, "links", "merge", OTHER, ONE, *BY, "--json"))


def test_records_taken_out_of_a_case_are_told_with_what_is_left_there(county: SmallCounty, environ: Environ) -> None:
    county.outbox("cl_20260703.csv", {"案件编号": "A1409240200002026070002"})
    county.pull("police")
    out, left = json.loads(run(environ, "links", "split", OTHER, *BY, "--json"))["follows"]
    assert out["ref"] == "police acceptance 繁公(刑)受案字〔2026〕10072号"
    assert left["ref"].startswith("police police_result A1409240200002026070002|")
    assert (out["beside"], left["beside"]) == (None, None)
    assert out["case_id"] != left["case_id"]
    text = run(environ, "links", "undo", listed(environ, "links", "list")[0]["decision_id"], *BY)
    assert f"{out['ref']}: stands with {left['ref']} now" in text
    assert run(environ, "links", "split", OTHER, *BY).count(": stands alone now, in C") == 2


def test_a_difference_names_the_decision_and_the_figures_that_were_changed(environ: Environ, tmp_path: Path) -> None:
    run({**environ, "HUB_AS_OF": "2026-08-04T11:00+08:00"}, "reconcile", "--commit")
    made = json.loads(run(environ, "links", "reject", ACCEPTANCE, ONE, *BY, "--json"))["decision_id"]
    mappings = tmp_path / "mappings"
    shutil.copytree(MAPPINGS, mappings)
    figures = mappings / "linking_ledger.yaml"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("letter: {accept: 9.0", "letter: {accept: 9.5"), encoding="utf-8")
    run({**environ, "HUB_MAPPINGS": str(mappings)}, "reconcile", "--commit")
    rows = listed(environ, "diff")
    assert {"case_merged", "link_changed"} <= {row["what"] for row in rows if f"关联决定 {made}" in row["why"]}
    assert "another version in the second run, linking: " in run(environ, "diff")


def test_a_case_is_found_by_the_source_of_a_record(environ: Environ) -> None:
    told = json.loads(run(environ, "case", TWO, "--json"))
    source = told["links"][0]["source"]
    assert source != TWO
    assert json.loads(run(environ, "case", source, "--json"))["case_id"] == told["case_id"]


@pytest.mark.parametrize(
    "words",
    [
        ("reconcile",),
        ("obligations",),
        ("screen",),
        ("diff", "2026-07-01T00:00+08:00", "2026-08-01T00:00+08:00"),
        ("kpi",),
        ("deliveries",),
    ],
)
def test_an_agency_that_nobody_knows_is_named(environ: Environ, words: tuple[str, ...]) -> None:
    assert "polise: there is no mapping of this agency" in fails(environ, *words, "--agency", "polise")
