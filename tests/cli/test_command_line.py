"""Does `hub` have the commands that it says, and read no more of the house than the one that is asked for needs?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import ROOMS, commands_for

# What starts a server, speaks to an agency or writes a report: seconds of a processor, where all are read at once.
HEAVY = ("asyncssh", "paramiko", "requests", "uvicorn", "openpyxl", "polars", "airflow")
LOADED = "import sys; from cli.main import app\ntry: app()\nfinally: print('loaded', *sys.modules)"


def words_of(asked: list[str]) -> set[str]:
    return set(getattr(get_command(commands_for(asked)), "commands", {}))


@pytest.mark.parametrize("room", ROOMS)
def test_a_word_brings_its_room_and_a_room_the_words_that_are_noted_for_it(room: str) -> None:
    assert ROOMS[room]
    for word in ROOMS[room]:
        assert words_of([word, "--help"]) == set(ROOMS[room])


@pytest.mark.parametrize("asked", [[], ["--help"], ["no-such-word"]])
def test_without_a_subcommand_all_of_them_are_there(asked: list[str], project_root: Path) -> None:
    words = [word for room in ROOMS.values() for word in room]
    assert len(words) > 20
    assert words_of(asked) == set(words)
    registering = {
        one.stem for one in (project_root / "cli").glob("*.py") if "\ndef register(" in one.read_text("utf-8")
    }
    assert registering == set(ROOMS)


@pytest.mark.parametrize("word", ["due", "obligations", "case", "links", "escalate", "check"])
def test_a_command_that_speaks_to_no_agency_reads_no_transport_and_no_server(word: str, project_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, word, "--help"], cwd=project_root, capture_output=True, text=True, check=True
    )
    said, _, loaded = done.stdout.rpartition("loaded ")
    assert f"hub {word}" in said.replace("-c", "hub")
    assert "cli.session" in loaded.split()
    assert not set(HEAVY) & set(loaded.split())
