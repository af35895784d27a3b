"""Do the pages agree with the project: links, commands, options, targets, settings, and one language with the other?"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cli.main import commands_for
from cli.stack import _parser
from tests.docs.pages import rows_of

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?hub (?P<words>[a-z].*)")
_OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]*")
PARTS = ("Question", "Decided", "Why", "Also looked at", "What would change our mind")


@cache
def pages() -> tuple[Path, ...]:
    """Every page of the project; the samples are others' words."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = [name for name in listed.split("\0") if name and not name.startswith("tests/samples/")]
    return tuple(ROOT / name for name in sorted(names) if (ROOT / name).is_file())


def code_in(page: Path) -> Iterator[str]:
    """Every code span, and every line of a code block."""
    within = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("```"):
            within = not within
        elif within or line.startswith("    "):
            yield line.strip()
        else:
            yield from _SPAN.findall(line)


def command_lines(page: Path) -> list[str]:
    """What follows the word `hub` in each line of code that calls it."""
    return [match["words"] for code in code_in(page) if (match := _COMMAND.fullmatch(code))]


def find_command(words: str) -> tuple[TyperCommand | TyperGroup | None, str]:
    """The command that a line calls, or None; and the name that was looked for."""
    found: object = get_command(commands_for([]))
    name = ""
    for word in words.split():
        if not isinstance(found, TyperGroup):
            break
        name = f"{name} {word}".strip()
        if word not in found.commands:
            return None, name
        found = found.commands[word]
    assert isinstance(found, (TyperCommand, TyperGroup))
    return found, name


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")


def named(paths: tuple[Path, ...]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_there_are_pages_to_look_at() -> None:
    assert {"README.md", "README.zh-CN.md", "docs/README.md"} <= set(named(pages()))
    assert len(pages()) > 20


@pytest.mark.parametrize("page", pages(), ids=named(pages()))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        leads_to = (page.parent / path) if path else page
        assert leads_to.exists(), target
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", leads_to.read_text(encoding="utf-8"))
            assert anchor in {slug(heading) for heading in headings}, target


@pytest.mark.parametrize("page", pages(), ids=named(pages()))
def test_every_hub_command_and_option_that_a_page_names_exists(page: Path) -> None:
    for words in command_lines(page):
        command, name = find_command(words)
        assert command is not None, f"hub {name}: no such command"
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for option in _OPTION.findall(words):
            assert option in known, f"hub {name} has no {option}"


def test_the_pages_call_the_command_and_the_check_sees_it() -> None:
    called = {find_command(words)[1] for page in pages() for words in command_lines(page)}
    assert {"check", "try", "exchange", "quarantine replay", "evidence verify", "escalate"} <= called
    assert find_command("guess police")[0] is None


@pytest.mark.parametrize("page", pages(), ids=named(pages()))
def test_every_make_target_and_stack_command_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    for code in code_in(page):
        if match := re.match(r"(?:\$ )?make ([a-z]+)", code):
            assert match[1] in targets, code
        if match := re.match(r"(?:\$ )?(?:\.venv/bin/)?python -m cli\.stack (\S+)", code):
            assert _parser().parse_args([match[1]]).command == match[1]


@pytest.mark.parametrize("page", pages(), ids=named(pages()))
def test_every_setting_that_a_page_names_is_read_by_the_code(page: Path) -> None:
    sources = [*(ROOT / "hub").glob("settings.py"), *(ROOT / "dags").glob("*.py"), *(ROOT / "docker").rglob("*.yaml")]
    known = {name for path in sources for name in re.findall(r"HUB_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert set(re.findall(r"HUB_[A-Z_]+", page.read_text(encoding="utf-8"))) <= known


def test_every_page_and_decision_stands_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in _LINK.findall(index.read_text(encoding="utf-8"))}
    expected = {path for path in pages() if path.is_relative_to(ROOT / "docs")} - {index}
    assert expected <= linked


def test_every_decision_is_numbered_and_says_what_would_change_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert tuple(re.findall(r"(?m)^\*\*([^*]+)\.\*\*", text)) == PARTS, path.name
        assert len(text.splitlines()) <= 40, f"{path.name}: half a page"


def test_every_module_that_a_decision_names_is_there() -> None:
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        folder = ROOT
        for name in re.findall(r"`([\w/.]+\.(?:py|yaml|lock|toml))`", path.read_text(encoding="utf-8")):
            folder = (ROOT / name).parent if "/" in name else folder
            assert (ROOT / name).is_file() or (folder / name).is_file(), f"{path.name}: {name}"


def test_the_chinese_pages_call_things_as_airflows_chinese_pages_do() -> None:
    airflow = find_spec("airflow")
    assert airflow is not None
    assert airflow.submodule_search_locations
    locale = Path(airflow.submodule_search_locations[0]) / "ui" / "dist" / "i18n" / "locales" / "zh-CN"
    words = json.loads((locale / "common.json").read_text(encoding="utf-8"))
    home = json.loads((locale / "dashboard.json").read_text(encoding="utf-8"))["stats"]["requiredActions"]
    manual = (ROOT / "docs" / "operator-first-day.zh-CN.md").read_text(encoding="utf-8")
    told = re.findall(r"(?m)^\| (\S+)（([a-z ]+)(?:，[绿红])?） \|", manual)
    assert {english for _, english in told} == {
        "success", "running", "awaiting input", "up for retry", "failed", "skipped",
    }  # fmt: skip
    assert {english: word for word, english in told} == {
        english: words["states"][english.replace(" ", "_")] for _, english in told
    }
    menus = (
        home,
        words["browse"]["requiredActions"],
        words["selectLanguage"],
        words["timezoneModal"]["title"],
        words["dagRun_one"],
    )
    for word in (*menus, words["nav"]["browse"], words["user"], words["admin"]["Pools"]):
        assert word in manual
    assert home in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert all(home in (ROOT / "dags" / f"{name}.py").read_text(encoding="utf-8") for name in ("decide", "escalate"))


@pytest.mark.parametrize("name", ["operator-first-day", "add-an-agency", "periods"])
def test_both_languages_give_the_same_commands_states_and_steps(name: str) -> None:
    english, chinese = ROOT / "docs" / f"{name}.md", ROOT / "docs" / f"{name}.zh-CN.md"
    texts = [page.read_text(encoding="utf-8") for page in (english, chinese)]
    for pattern in (r"(?m)^(#+) ", r"(?m)^\*\*(\d+)\.", r"(?m)^- \[ \]", r"(?m)^(\d+)\. "):
        assert re.findall(pattern, texts[0]) == re.findall(pattern, texts[1]), pattern
    assert len(rows_of(english)) == len(rows_of(chinese))
    options = [
        [(find_command(words)[1], _OPTION.findall(words)) for words in command_lines(page)]
        for page in (english, chinese)
    ]
    assert options[0] == options[1]
