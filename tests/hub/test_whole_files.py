"""Do files come to their places whole, and none of them where one cannot be written?"""

from __future__ import annotations

import resource
import signal
from pathlib import Path

import pytest

from hub.whole_files import WholeFiles, write_whole


def test_files_come_into_a_folder_that_is_made_for_them(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    write_whole(folder, {"findings.csv": b"one", "report.xlsx": b"two"})
    write_whole(folder, {"findings.csv": b"three"})
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {"findings.csv": b"three", "report.xlsx": b"two"}
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}


def test_where_one_cannot_be_written_all_stay_as_they_were(tmp_path: Path) -> None:
    write_whole(tmp_path, {"a.csv": b"old", "b.csv": b"old"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        with pytest.raises(OSError, match="File too large"):
            write_whole(tmp_path, {"a.csv": b"new", "b.csv": bytes(44)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"a.csv": b"old", "b.csv": b"old"}


def test_a_reader_never_sees_what_is_half_written(tmp_path: Path) -> None:
    place = tmp_path / "links.csv"
    place.write_bytes(b"of the last run")
    with WholeFiles() as files, files.place(place).open("wb") as handle:
        handle.write(b"half")
        handle.flush()
        assert place.read_bytes() == b"of the last run"
        handle.write(b" and whole")
    assert place.read_bytes() == b"half and whole"
