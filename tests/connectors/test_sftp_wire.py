"""Is every answer of an SFTP server read as it is meant, however it is cut, and garbage found out?"""

from __future__ import annotations

import errno

import pytest

from connectors.sftp_wire import Answer, Attributes, Frames, GarbledAnswerError, Kind, large, packet, text, whole

NAME = b"\xe7\xbb\x93.csv"


def answer(kind: Kind, *parts: bytes) -> Answer:
    """One answer, its number already taken off."""
    return Answer(kind, memoryview(b"".join(parts)))


def frames_of(content: bytes, size: int) -> list[tuple[int, bytes]]:
    """What is read from content that arrives in pieces of a size."""
    frames, found = Frames(), []
    for start in range(0, len(content), size):
        frames.feed(content[start : start + size])
        while (frame := frames.next()) is not None:
            found.append((frame[0], bytes(frame[1])))
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 13, 64, 1000])
def test_answers_are_read_whole_however_the_line_cuts_them(size: int) -> None:
    sent = [(Kind.DATA, text(bytes([n]) * n * 7)) for n in range(40)]
    line = b"".join(packet(kind, number, body) for number, (kind, body) in enumerate(sent))
    assert frames_of(line, size) == [(kind, whole(number) + body) for number, (kind, body) in enumerate(sent)]


@pytest.mark.parametrize("length", [0, 1 << 24, 0xFFFFFFFF])
def test_what_is_no_sftp_is_found_out_by_its_length(length: int) -> None:
    frames = Frames()
    frames.feed(whole(length) + b"HTTP/1.1 400 Bad Request")
    with pytest.raises(GarbledAnswerError, match="no SFTP"):
        frames.next()


def test_all_that_a_server_may_tell_of_a_file_is_read_past() -> None:
    extended = whole(1) + text(b"a@b") + text(b"c")
    body = whole(0x8000000F) + large(5) + whole(1) + whole(2) + whole(0o100644) + whole(7) + whole(8) + extended
    told = answer(Kind.ATTRS, body, text(NAME))
    assert told.attributes() == Attributes(5, 0o100644, 8)
    assert told.text() == NAME


def test_a_server_that_tells_nothing_of_a_file_leaves_its_kind_open() -> None:
    assert answer(Kind.ATTRS, whole(0)).attributes() == Attributes(None, None, None)


@pytest.mark.parametrize(
    ("code", "raised", "number"),
    [
        (1, EOFError, None),
        (2, FileNotFoundError, errno.ENOENT),
        (3, PermissionError, errno.EACCES),
        (4, OSError, None),
        (8, OSError, errno.EOPNOTSUPP),
    ],
)
def test_a_status_is_the_error_that_the_system_would_give(
    code: int, raised: type[Exception], number: int | None
) -> None:
    with pytest.raises(raised, match="said so") as fault:
        answer(Kind.STATUS, whole(code), text(b"said so"), text(b"en")).expect(Kind.HANDLE)
    assert getattr(fault.value, "errno", None) == number


def test_a_status_without_words_is_an_error_all_the_same() -> None:
    with pytest.raises(OSError, match="status 4"):
        answer(Kind.STATUS, whole(4)).expect(Kind.DATA)


def test_a_status_that_all_is_well_is_no_trouble_but_no_data_either() -> None:
    assert answer(Kind.STATUS, whole(0), text(b""), text(b"")).trouble() is None
    with pytest.raises(GarbledAnswerError, match="and not"):
        answer(Kind.STATUS, whole(0)).expect(Kind.DATA)


@pytest.mark.parametrize("body", [b"", b"\0\0", whole(9) + b"short"])
def test_an_answer_that_ends_too_early_is_garbled(body: bytes) -> None:
    with pytest.raises(GarbledAnswerError, match="too early"):
        answer(Kind.HANDLE, body).text()
