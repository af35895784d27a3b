"""What do the agencies' words mean, and is a table that contradicts itself refused with its line?"""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from hub.errors import ConfigurationFault
from hub.mapping.agency import load_agencies
from hub.mapping.codes import Codes, Threshold, load_codes
from tests.hub.agency_rows import AGENCIES, CODES, MAPPINGS

CAUSES = "term,cause_code,charge,article\n"
THRESHOLDS = "cause_code,object,unit,at_or_over\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Code tables of our own to change."""
    shutil.copytree(MAPPINGS / "codes", tmp_path / "codes")
    return tmp_path / "codes"


def loaded(folder: Path, overlay: Path | None = None) -> Codes:
    return load_codes(folder, AGENCIES.values(), overlay)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("滥伐林木", "A345-2"),
        ("涉嫌滥伐林木罪", "A345-2"),
        ("滥 伐", "A345-2"),
        ("非法占用农用地罪", "A342"),  # the charge itself
        ("毁林案", "A342"),
        ("偷猎", None),
        ("", None),
    ],
)
def test_a_cause_is_known_by_its_term_or_its_charge(text: str, code: str | None) -> None:
    cause = CODES.cause(text)
    assert (cause.code if cause else None) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("张三涉嫌盗伐林木案", "A345-1"),  # 盗伐 inside it says nothing of its own
        ("繁峙县某公司滥伐一案", "A345-2"),
        ("盗伐、滥伐林木案", None),  # two causes: none is guessed
        ("张三案", None),
        ("毁林、非法占地案", "A342"),  # two words of one cause
    ],
)
def test_a_cause_in_running_text_is_taken_where_only_one_stands_there(text: str, code: str | None) -> None:
    cause = CODES.cause_in(text)
    assert (cause.code if cause else None) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("繁城镇人民政府", "140924100"),
        ("繁峙县繁城镇综合行政执法队", "140924100"),
        ("杏园乡", "140924100"),  # merged into it
        ("山西省忻州市繁峙县岩头乡政府", "140924209"),
        ("140924209", "140924209"),
        ("140924207", "140924103"),  # a code that is no longer in use
        ("繁城镇、岩头乡", ""),  # two: not certain
        ("某某乡", ""),
        ("", ""),
    ],
)
def test_a_township_is_known_by_any_spelling_that_means_only_it(text: str, code: str) -> None:
    assert CODES.township(text) == code


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ("name: 岩头乡人民政府", "name: 繁峙县繁城镇政府", "name", "繁城镇 is a name of 140924100 too"),
        ("short_name: 岩头", "short_name: 繁城", "short_name", "繁城 is a name of 140924100 too"),
        ("aliases: [", "aliases: [杏园乡, ", "aliases.0", "杏园乡 is a name of 140924100 too"),
        ("aliases: [", 'aliases: ["140924201", ', "aliases.0", "140924201 is a name of 140924100 too"),
        ("aliases: [", 'aliases: ["140924100", ', "aliases.0", "140924100 is a name of 140924100 too"),
    ],
)
def test_a_name_that_two_townships_claim_is_a_fault_of_both_files(
    old: str, new: str, key: str, told: str, tmp_path: Path
) -> None:
    shutil.copytree(MAPPINGS, tmp_path / "mappings")
    path = tmp_path / "mappings" / "agencies" / "140924209.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_codes(tmp_path / "mappings" / "codes", load_agencies(tmp_path / "mappings").values())
    at_it, at_the_other = str(caught.value).splitlines()
    line = text[: text.index(old)].count("\n") + 1
    assert at_it == f"{path}:{line}: {key}: {told}"
    assert at_the_other.startswith(f"{path.parent / '140924100.yaml'}:")
    assert at_the_other.endswith(" is a name of 140924209 too")


def test_a_word_is_looked_up_without_width_and_blanks() -> None:
    assert CODES.word("approval", " 是　") == "yes"
    assert CODES.word("approval", "对") is None
    assert CODES.word("no_such_table", "是") is None


def test_a_rehearsals_own_tables_add_to_ours_and_stand_in_their_place(folder: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "causes.csv").write_text(f"{CAUSES}偷猎,A341,危害珍贵野生动物罪,第三百四十一条\n", encoding="utf-8")
    (overlay / "thresholds.csv").write_text(f"{THRESHOLDS}A343,,元,300000\n", encoding="utf-8")
    codes = loaded(folder, overlay)
    cause = codes.cause("偷猎")
    assert cause is not None
    assert cause.code == "A341"
    assert codes.cause("滥伐") is not None
    assert Threshold("A343", "", "元", Decimal(300000)) in codes.thresholds
    assert len(codes.thresholds) == len(CODES.thresholds)
    assert codes.version != CODES.version


def test_a_figure_that_an_overlay_leaves_as_it_was_keeps_its_grounds(folder: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "thresholds.csv").write_text(f"{THRESHOLDS}A342,公益林,亩,5.0\nA342,商品林,亩,8\n", encoding="utf-8")
    grounds = {one.object: (one.basis, one.repeat) for one in loaded(folder, overlay).thresholds if one.object}
    assert all(grounds["公益林"])
    assert grounds["商品林"] == ("", None)  # another figure: whoever sets it says why


def test_a_quantity_is_converted_only_where_the_table_says_how() -> None:
    assert CODES.converted(Decimal("1.5"), "公顷", "亩") == Decimal("22.5")
    assert CODES.converted(Decimal("1.5"), "亩", "亩") == Decimal("1.5")
    assert CODES.converted(Decimal("1.5"), "亩", "公顷") is None


def test_an_overlay_without_tables_changes_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert loaded(folder, tmp_path / "empty") == loaded(folder)


def test_the_version_changes_with_any_word_of_any_table(folder: Path) -> None:
    before = loaded(folder).version
    words = folder / "words.yaml"
    words.write_text(
        words.read_text(encoding="utf-8").replace("维持: upheld", "维持: upheld, 维持原决定: upheld"), encoding="utf-8"
    )
    assert loaded(folder).version != before


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("causes.csv", "term,cause_code\n滥伐,A1\n", r"causes\.csv:1: no column charge, article"),
        ("causes.csv", f"{CAUSES}滥伐,A345-2,,x\n", r"causes\.csv:2: .* must be given"),
        ("causes.csv", f"{CAUSES}案,A345-2,某罪,x\n", r"causes\.csv:2: .* must be given"),  # nothing but a suffix
        ("causes.csv", f"{CAUSES}滥伐,A1,甲罪,x\n滥伐罪,A2,乙罪,y\n", r"causes\.csv:3: .* another cause above"),
        ("thresholds.csv", f"{THRESHOLDS}A343,,元,viel\n", r"thresholds\.csv:2: .* number above zero"),
        ("thresholds.csv", f"{THRESHOLDS}A343,,元,0\n", r"thresholds\.csv:2: .* number above zero"),
        (
            "thresholds.csv",
            "cause_code,object,unit,at_or_over,repeat_times\nA343,,元,5,2\n",
            r"thresholds\.csv:2: say repeat_times",
        ),
        (
            "thresholds.csv",
            "cause_code,object,unit,at_or_over,repeat_times,repeat_years,repeat_share,repeat_basis\nA343,,元,5,2,2,2,x\n",
            r"thresholds\.csv:2: say .* repeat_share \(0 to 1\)",
        ),
        ("units.csv", "written,unit,factor\n公顷,亩,viel\n", r"units\.csv:2: .* factor above zero"),
        ("units.csv", "written,unit,factor\n公顷,亩,15\n公顷,亩,16\n", r"units\.csv:3: 公顷 has another factor"),
        ("thresholds.csv", f"{THRESHOLDS}A343,,,5\n", r"thresholds\.csv:2: cause_code and unit"),
        ("thresholds.csv", f"{THRESHOLDS}A343,,元,5\nA343,,元,6\n", r"thresholds\.csv:3: .* another threshold"),
        ("causes.csv", f'{CAUSES}"滥伐\n', r"causes\.csv:2"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_file_and_line(folder: Path, name: str, content: str, fault: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=fault):
        loaded(folder)


def test_a_table_that_is_missing_or_in_another_encoding_is_told(folder: Path) -> None:
    (folder / "causes.csv").write_bytes(f"{CAUSES}滥伐,A345-2,滥伐林木罪,x\n".encode("gb18030"))
    with pytest.raises(ConfigurationFault, match=r"causes\.csv: the file is not in UTF-8"):
        loaded(folder)
    (folder / "causes.csv").unlink()
    with pytest.raises(ConfigurationFault, match=r"causes\.csv: No such file"):
        loaded(folder)


def test_a_threshold_given_twice_alike_is_one(folder: Path) -> None:
    (folder / "thresholds.csv").write_text(f"{THRESHOLDS}A343,,元,5\nA343,,元,5.0\n", encoding="utf-8")
    assert len(loaded(folder).thresholds) == 1
