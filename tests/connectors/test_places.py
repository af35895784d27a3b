"""Are files taken only when they are finished, and left so that nobody reads half of one?"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.place import LARGEST_FILE
from hub.errors import AgencyUnreachable, ConfigurationFault, DeliveryRefused, NameTaken
from hub.model import Outgoing, Parcel
from tests.connectors.agencies_under_test import LONG_AGO, NOW, FilesUnderTest, fetched, opened, taken

CONTENT = '"案件编号","结果"\r\n"A1","立案"\r\n"A2","第一行\n第二行"\r\n'.encode("gb18030")


def paths(files: FilesUnderTest, held: dict[str, str] | None = None) -> list[str]:
    """Paths of one pull."""
    return [parcel.path for parcel in fetched(files, held)]


def pulled(files: FilesUnderTest, *patterns: str) -> list[str]:
    """Paths of one pull by other patterns."""
    transport = files.open(pull=patterns)
    try:
        return [parcel.path for parcel in transport.fetch({})]
    finally:
        transport.close()


def answer_to(content: bytes) -> bytes:
    """What a receiver says of a file with one row."""
    header = "parcel_id,received_at,sha256,rows,row,result"
    return f"{header}\r\nP1,2026-10-31T23:59:30+08:00,{sha256(content).hexdigest()},1,1,00\r\n".encode("gb18030")


def only(files: FilesUnderTest) -> Parcel:
    """The only parcel of one pull."""
    (parcel,) = fetched(files)
    return parcel


@pytest.mark.parametrize(
    "name",
    [
        "a.csv.part",
        "a.csv.tmp",
        "a.csv.filepart",
        "a.TMP",
        ".a.csv",
        "~$a.csv",
        ".~lock.a.csv#",
        "~$台账.csv",
    ],
)
def test_a_file_under_a_temporary_name_is_left(files: FilesUnderTest, name: str) -> None:
    files.put(f"outbox/{name}", CONTENT)
    assert pulled(files, "outbox/*") == []


def test_only_files_that_a_pattern_means_are_pulled(files: FilesUnderTest) -> None:
    for path in ("outbox/a.csv", "outbox/b.txt", "outbox/deep/c.csv", "inbox/d.csv", "e.csv"):
        files.put(path, CONTENT)
    assert paths(files) == ["police/outbox/a.csv"]


def test_a_pattern_reaches_into_folders_and_a_file_of_two_patterns_comes_once(files: FilesUnderTest) -> None:
    for path in ("140924100/台账_202607.csv", "140924101/台账_202607.csv", "140924101/说明.txt", ".trash/台账.csv"):
        files.put(path, CONTENT)
    assert pulled(files, "*/台账_*.csv", "140924101/*.csv") == [
        "police/140924100/台账_202607.csv",
        "police/140924101/台账_202607.csv",
    ]


def test_a_name_in_capitals_is_the_same_kind_of_file(files: FilesUnderTest) -> None:
    files.put("outbox/CL_1.CSV", CONTENT)
    files.put("outbox/CL_1.CSV.OK", b"sha256=" + sha256(CONTENT).hexdigest().upper().encode())
    files.manifest = ".ok"
    assert paths(files) == ["police/outbox/CL_1.CSV"]


def test_files_come_oldest_first_then_by_path(files: FilesUnderTest) -> None:
    for name, age in (("b", 0), ("a", 2), ("d", 1), ("c", 1)):
        files.put(f"outbox/{name}.csv", CONTENT, LONG_AGO + age)
    assert paths(files) == [f"police/outbox/{name}.csv" for name in "bcda"]


def test_a_file_arrived_when_it_was_last_changed_at_its_place(files: FilesUnderTest) -> None:
    files.put("outbox/a.csv", CONTENT, LONG_AGO)
    parcel = only(files)
    assert parcel.arrived_at == datetime(2026, 9, 1, tzinfo=timezone.utc)
    assert parcel.fetched_at == NOW


def test_a_file_that_changed_is_fetched_again(files: FilesUnderTest) -> None:
    files.put("outbox/a.csv", CONTENT)
    held = taken(fetched(files))
    files.put("outbox/a.csv", CONTENT[::-1], LONG_AGO + 5)
    assert paths(files, held) == ["police/outbox/a.csv"]


def test_a_place_without_the_folder_yet_has_nothing(files: FilesUnderTest) -> None:
    assert paths(files) == []


# Manifests


def test_a_file_whose_manifest_has_not_come_is_not_finished(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT)
    assert paths(files) == []
    files.vouch("outbox/a.csv", CONTENT, rows=2)
    assert paths(files) == ["police/outbox/a.csv"]


def test_the_manifest_goes_into_the_evidence(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT)
    files.vouch("outbox/a.csv", CONTENT, rows=2, changed_at=LONG_AGO + 60)
    parcel = only(files)
    meta = dict(parcel.meta)
    assert meta["manifest"] == f"rows=2\nsha256={parcel.sha256}\n"
    assert meta["manifest_arrived_at"] == "2026-09-01T00:01:00+00:00"
    assert parcel.arrived_at == datetime(2026, 9, 1, tzinfo=timezone.utc)
    assert "refused" not in meta


def test_a_manifest_on_its_own_is_no_file(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.vouch("outbox/a.csv", CONTENT)
    assert pulled(files, "outbox/*") == []


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"rows=2\nsha256=" + b"0" * 64 + b"\n", "sha256"),
        (b"rows=3\nsha256=" + sha256(CONTENT).hexdigest().encode(), "2 rows"),
        (b"rows=two\nsha256=" + sha256(CONTENT).hexdigest().encode(), "two"),
        (b"rows=2\n", "no sha256"),
        (b"", "no sha256"),
        (b"\xff\xfe\x00", "no sha256"),
    ],
)
def test_a_file_that_disagrees_with_its_manifest_is_handed_over_as_refused(
    files: FilesUnderTest, manifest: bytes, said: str
) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT)
    files.put("outbox/a.csv.ok", manifest)
    parcel = only(files)
    meta = dict(parcel.meta)
    assert meta["refused"] == "hash_mismatch"
    assert said in meta["detail"]
    assert parcel.content == CONTENT


def test_a_manifest_may_have_a_mark_other_line_ends_and_blanks(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT)
    digest = sha256(CONTENT).hexdigest().upper()
    files.put("outbox/a.csv.ok", f"\ufeffrows = 2\r\nSHA256 = {digest}\r\n".encode())
    assert "refused" not in dict(only(files).meta)


def test_a_file_that_its_sender_vouches_for_anew_is_fetched_again(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT)
    files.put("outbox/a.csv.ok", b"sha256=0")
    held = taken(fetched(files))
    assert paths(files, held) == []
    files.vouch("outbox/a.csv", CONTENT, changed_at=LONG_AGO + 90)
    (parcel,) = fetched(files, held)
    assert "refused" not in dict(parcel.meta)


def test_a_file_caught_while_it_is_replaced_is_left_not_refused(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("outbox/a.csv", CONTENT + b"x", NOW.timestamp())
    files.put("outbox/a.csv.ok", b"sha256=0", NOW.timestamp())

    def sender_goes_on(seconds: float) -> None:
        files.vouch("outbox/a.csv", CONTENT + b"x", changed_at=NOW.timestamp() + 1)

    files.pause = sender_goes_on
    assert paths(files) == []
    assert "refused" not in dict(only(files).meta)


def test_answers_to_deliveries_need_no_manifest(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("ack/P20261031-0001.ack.csv", CONTENT)
    assert paths(files) == ["police/ack/P20261031-0001.ack.csv"]


# Files without manifest that may still be growing


def growing(files: FilesUnderTest, change: Callable[[Path], object]) -> list[Path]:
    """A file laid down this second that someone changes while the hub waits; also who waited."""
    way = files.put("outbox/a.csv", CONTENT, NOW.timestamp())
    waited: list[Path] = []

    def pause(seconds: float) -> None:
        assert seconds == 2
        waited.append(way)
        change(way)

    files.pause = pause
    return waited


def test_a_file_that_grows_while_it_is_looked_at_is_left(files: FilesUnderTest) -> None:
    growing(files, lambda way: way.write_bytes(CONTENT * 2))
    assert paths(files) == []


def test_a_file_that_goes_while_it_is_looked_at_is_no_error(files: FilesUnderTest) -> None:
    growing(files, os.unlink)
    assert paths(files) == []


def test_a_fresh_file_that_stands_still_is_taken_after_one_wait_for_all(files: FilesUnderTest) -> None:
    waited = growing(files, lambda _: None)
    files.put("outbox/b.csv", CONTENT, NOW.timestamp() + 3600)  # its server's clock is ahead
    files.put("outbox/c.csv", CONTENT)
    assert paths(files) == [f"police/outbox/{name}.csv" for name in "cab"]
    assert len(waited) == 1


def test_a_file_that_goes_or_shrinks_before_it_is_read_is_left_and_the_others_come(files: FilesUnderTest) -> None:
    gone, shrunk = files.put("outbox/gone.csv", CONTENT), files.put("outbox/shrunk.csv", CONTENT)

    def change(_: Path) -> None:
        gone.unlink()
        shrunk.write_bytes(b"x")

    growing(files, change)
    assert paths(files) == ["police/outbox/a.csv"]


def test_nobody_waits_for_files_of_yesterday(files: FilesUnderTest) -> None:
    files.put("outbox/a.csv", CONTENT)

    def waiting(seconds: float) -> None:
        pytest.fail(f"waited {seconds} s")

    files.pause = waiting
    assert paths(files) == ["police/outbox/a.csv"]


# What is never touched


def test_a_link_that_leads_out_of_the_place_is_not_followed(files: FilesUnderTest, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(CONTENT)
    (files.folder / "outbox").mkdir()
    (files.folder / "outbox" / "a.csv").symlink_to(outside / "secret.csv")
    (files.folder / "other").symlink_to(outside, target_is_directory=True)
    assert pulled(files, "outbox/*.csv", "other/*.csv", "*/*.csv") == []


def test_a_link_within_the_place_is_an_ordinary_file(files: FilesUnderTest) -> None:
    files.put("archive/a.csv", CONTENT)
    (files.folder / "outbox").mkdir()
    (files.folder / "outbox" / "a.csv").symlink_to(files.folder / "archive" / "a.csv")
    (files.folder / "outbox" / "dangling.csv").symlink_to(files.folder / "archive" / "gone.csv")
    assert paths(files) == ["police/outbox/a.csv"]


def test_nothing_is_delivered_through_a_link_that_leads_out(files: FilesUnderTest, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (files.folder / "inbox").symlink_to(outside, target_is_directory=True)
    with opened(files) as transport, pytest.raises(ConfigurationFault, match="leave"):
        transport.deliver(files.outgoing("P1"))
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../x.csv", "/x.csv", "inbox/../../x.csv", "inbox//x.csv", "a\\x.csv", "", "inbox/\0"]
)
def test_a_path_that_leaves_the_place_is_a_fault(files: FilesUnderTest, path: str) -> None:
    with opened(files) as transport, pytest.raises(ConfigurationFault):
        transport.deliver(Outgoing("P1", "police", path, b"x"))


@pytest.mark.parametrize("pattern", ["../*.csv", "/etc/*", "**/*.csv"])
def test_a_pattern_that_leaves_the_place_is_a_fault(files: FilesUnderTest, pattern: str) -> None:
    with pytest.raises(ConfigurationFault):
        files.open(pull=(pattern,))


def test_a_file_too_large_to_hold_is_refused_once_and_hinders_no_other(files: FilesUnderTest) -> None:
    os.truncate(files.put("outbox/a.csv", b""), LARGEST_FILE + 1)
    os.utime(files.folder / "outbox" / "a.csv", (LONG_AGO - 1, LONG_AGO - 1))
    files.put("outbox/b.csv", CONTENT)
    refused, fine = fetched(files)
    assert (refused.content, dict(refused.meta)["refused"]) == (b"", "unreadable_file")
    assert fine.content == CONTENT
    assert paths(files, taken([refused, fine])) == []


# Deliveries


def test_a_delivery_is_followed_by_its_manifest(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    outgoing = Outgoing("P1", "police", "inbox/P1.csv", CONTENT)
    with opened(files) as transport:
        assert transport.deliver(outgoing) is None
    manifest = files.folder / "inbox" / "P1.csv.ok"
    assert manifest.read_text() == f"rows=2\nsha256={sha256(CONTENT).hexdigest()}\n"
    assert sorted(path.name for path in manifest.parent.iterdir()) == ["P1.csv", "P1.csv.ok"]


def test_a_delivery_that_is_no_table_states_no_rows(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    with opened(files) as transport:
        transport.deliver(Outgoing("P1", "police", "inbox/P1.pdf", b"%PDF"))
    assert (files.folder / "inbox" / "P1.pdf.ok").read_text() == f"sha256={sha256(b'%PDF').hexdigest()}\n"


def test_what_the_hub_delivers_with_a_manifest_it_would_itself_accept(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    with opened(files) as transport:
        transport.deliver(Outgoing("P1", "police", "outbox/P1.csv", CONTENT))
    assert "refused" not in dict(only(files).meta)


def test_folders_on_the_way_are_made(files: FilesUnderTest) -> None:
    with opened(files) as transport:
        transport.deliver(Outgoing("P1", "police", "退回/2026年/台账_待更正.xlsx", b"x"))
    assert (files.folder / "退回" / "2026年" / "台账_待更正.xlsx").read_bytes() == b"x"


def test_a_delivery_made_again_leaves_the_file_as_it_stood(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
        way = files.folder / "inbox" / "P1.csv"
        os.utime(way, (LONG_AGO, LONG_AGO))
        transport.deliver(files.outgoing("P1"))
    assert way.stat().st_mtime == LONG_AGO


def test_a_delivery_that_broke_off_before_its_manifest_is_completed(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("inbox/P1.csv", files.outgoing("P1").content)
    files.put("inbox/.P1.csv.part", b"half of ")
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
    assert (files.folder / "inbox" / "P1.csv.ok").exists()


def test_a_delivery_that_the_receiver_took_and_answered_is_not_made_again(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    files.put("ack/P1.ack.csv", answer_to(files.outgoing("P1").content))
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
    assert not (files.folder / "inbox").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_an_answer_is_known_in_capitals_and_in_any_encoding_of_a_spreadsheet(
    files: FilesUnderTest, encoding: str
) -> None:
    said = answer_to(files.outgoing("P1").content).decode("gb18030").upper()
    files.put("ack/P1.ack.csv", said.encode(encoding))
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
    assert not (files.folder / "inbox").exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("answer", [b"", b"taken", b"another content"])
def test_an_answer_to_other_content_takes_the_name_and_proves_nothing(
    files: FilesUnderTest, answer: bytes, ending: str
) -> None:
    files.put("ack/P1.ack.csv", answer_to(answer) if answer == b"another content" else answer)
    outgoing = replace(files.outgoing("P1"), path=f"inbox/P1.{ending}")
    with opened(files) as transport, pytest.raises(NameTaken, match=r"ack/P1\.ack\.csv: this answers other content"):
        transport.deliver(outgoing)
    assert not (files.folder / "inbox").exists()


def test_a_delivery_whose_manifest_still_stands_was_taken(files: FilesUnderTest) -> None:
    files.manifest = ".ok"
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
        (files.folder / "inbox" / "P1.csv").unlink()
        transport.deliver(files.outgoing("P1"))
    assert not (files.folder / "inbox" / "P1.csv").exists()


def test_a_file_that_someone_else_left_or_changed_is_never_overwritten(files: FilesUnderTest) -> None:
    way = files.put("inbox/P1.csv", b"corrected by hand")
    with opened(files) as transport, pytest.raises(NameTaken, match=r"inbox/P1\.csv"):
        transport.deliver(files.outgoing("P1"))
    assert way.read_bytes() == b"corrected by hand"


def test_a_delivery_that_is_refused_hinders_no_other(files: FilesUnderTest) -> None:
    files.put("inbox/P1.csv", b"corrected by hand")
    outgoings = [files.outgoing(f"P{number}", f"{number}号") for number in range(4)]
    with opened(files) as transport:
        outcomes = list(transport.deliver_all(outgoings))
    assert [isinstance(outcome, DeliveryRefused) for outcome in outcomes] == [False, True, False, False]
    assert sorted(path.name for path in (files.folder / "inbox").iterdir()) == ["P0.csv", "P1.csv", "P2.csv", "P3.csv"]
    assert (files.folder / "inbox" / "P1.csv").read_bytes() == b"corrected by hand"


def test_a_delivery_that_would_leave_the_place_stops_the_others_behind_it_only(files: FilesUnderTest) -> None:
    outgoings = [files.outgoing("P1"), Outgoing("P2", "police", "../P2.csv", b"x"), files.outgoing("P3")]
    with opened(files) as transport:
        outcomes = transport.deliver_all(outgoings)
        assert next(outcomes) is None
        with pytest.raises(ConfigurationFault, match="no path below"):
            next(outcomes)
    assert [path.name for path in (files.folder / "inbox").iterdir()] == ["P1.csv"]


def test_of_two_deliveries_to_one_name_the_second_sees_the_first(files: FilesUnderTest) -> None:
    first, second = files.outgoing("P1", "甲"), files.outgoing("P1", "乙")
    with opened(files) as transport:
        outcomes = list(transport.deliver_all([first, second, first]))
    assert [isinstance(outcome, DeliveryRefused) for outcome in outcomes] == [False, True, False]
    assert files.received() == [first.content]


def test_a_folder_in_the_way_of_a_delivery_is_refused(files: FilesUnderTest) -> None:
    (files.folder / "inbox" / "P1.csv").mkdir(parents=True)
    with opened(files) as transport, pytest.raises(DeliveryRefused):
        transport.deliver(files.outgoing("P1"))


def test_a_file_in_the_way_of_a_folder_is_an_error_that_names_the_agency(files: FilesUnderTest) -> None:
    files.put("inbox", b"")
    with opened(files) as transport, pytest.raises((ConfigurationFault, AgencyUnreachable), match="police"):
        transport.deliver(files.outgoing("P1"))
