"""What an analyst who knows the data cleans before linking: the same generous start for every peer, in DuckDB.

Width, brackets, blanks, 第, 号 and leading zeros of numbers; blanks, width, traditional script and company forms of names; the
18 and 15 characters of identity numbers brought to the 17 that both have, masked and damaged ones left out; eight
ways of writing a date; sums with signs, commas and 万; township names and causes by our own tables. Every peer's time
includes this, as the hub's includes its own.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from hub.values.script import simplified_forms

MAPPINGS = Path(__file__).resolve().parents[3] / "mappings"
AGENCIES = ("township", "police", "procuratorate")
# The common traditional characters of names: DuckDB's translate grows slow with the length of its table.
_TO = "张刘陈杨赵黄吴孙马罗郑谢韩冯苏卢蒋贾叶阎余谭邹陆顾龙钱汤贺赖龚伟丽强军艳杰国华兰红凤银铁锁亮洁贞泽烂云东飞荣贤宝电灿乔许邓肖"
_FROM = "".join({new: old for old, new in simplified_forms().items() if new in _TO}.get(new, new) for new in _TO)
_WIDE = "０１２３４５６７８９ＸＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＴＵＷＹ（）"
_HALF = "0123456789XABCDEFGHJKLMNPQRTUWXY()"[: len(_WIDE)]
_TOWNSHIPS = ("繁城", "砂河", "大营", "平型关", "下茹越", "光裕堡", "集义庄", "东山", "金山铺", "神堂堡", "岩头")


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the tables `township`, `police`, `procuratorate` of cleaned columns.

    unique_id, town_no, pol_no, name, surname, masked, id17, unit, cause, day, amount.
    """
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("create table causes (word varchar primary key, code varchar)")
    connection.executemany("insert or ignore into causes values (?, ?)", sorted(_causes().items()))
    for agency in AGENCIES:
        path = folder / f"{agency}.csv"
        connection.execute(f"create table {agency}_all as {_query(agency, path)}")
        # Rows delivered again: own number, name and identity number equal. The first stands for all of them.
        connection.execute(
            f"""create table {agency}_led as select unique_id, case when own_no is null then unique_id else
                min(unique_id) over (partition by own_no, name_clean, id_clean) end as leader from {agency}_all"""
        )
        connection.execute(
            f"create table {agency} as select * exclude (own_no, name_clean, id_clean) from {agency}_all"
            f" where unique_id in (select leader from {agency}_led)"
        )
    return connection


def _causes() -> dict[str, str]:
    words: dict[str, str] = {}
    with (MAPPINGS / "codes" / "causes.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            words[row["term"]] = words[row["charge"].removesuffix("罪")] = row["cause_code"]
    return words


def _number(column: str) -> str:
    plain = f"translate({column}, '０１２３４５６７８９〔﹝［[【（〖〕﹞］]】）〗號', '0123456789((((((()))))))号')"
    bare = f"regexp_replace({plain}, '[\\s\u3000\u00a0第号]', '', 'g')"
    return f"nullif(nullif(nullif(regexp_replace({bare}, '\\)0+', ')'), ''), '/'), '无')"


def _query(agency: str, path: Path) -> str:
    town = {"township": "doc_no", "police": "ref_doc_no", "procuratorate": "ref_doc_no"}[agency]
    pol = {"township": "NULL::varchar", "police": _number("doc_no"), "procuratorate": _number("police_doc_no")}[agency]
    name = (
        f"replace(regexp_replace(translate(translate(upper(party), '{_WIDE}', '{_HALF}'), '{_FROM}', '{_TO}'),"
        " '[\\s\u3000\u00a0]', '', 'g'), '有限责任公司', '有限公司')"
    )
    code = f"regexp_replace(translate(upper(id_no), '{_WIDE}', '{_HALF}'), '[^0-9A-Z*]', '', 'g')"
    township = " ".join(f"when unit like '%{short}%' then '{short}'" for short in _TOWNSHIPS)
    word = "regexp_replace(regexp_replace(cause, '^.*涉嫌', ''), '(罪案|罪|案)$', '')"
    day = "translate(split_part(trim(date), ' ', 1), '０１２３４５６７８９', '0123456789')"
    forms = ", ".join(f"try_strptime({day}, '{form}')::date" for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"))  # fmt: skip
    serial = f"case when regexp_full_match({day}, '4[0-9]{{4}}') then date '1899-12-30' + {day}::int end"
    money = "regexp_replace(translate(amount, '０１２３４５６７８９￥¥,', '0123456789'), '元$', '')"
    total = f"case when {money} like '%万' then round(try_cast(replace({money}, '万', '') as double) * 10000, 2) else try_cast({money} as double) end"  # fmt: skip
    return f"""
        with typed as (select * from read_csv('{path}', all_varchar = true, header = true)),
        coded as (select *, {code} as id_clean, {name} as name_clean, {word} as word from typed)
        select '{agency}:' || record_id as unique_id, '{agency}' as source_dataset, {_number("doc_no")} as own_no, name_clean, id_clean,
            {_number(town)} as town_no, {pol} as pol_no,
            case when not regexp_matches(name_clean, '[某*×□?]') then name_clean end as name,
            left(name_clean, 1) as surname,
            case when regexp_full_match(id_clean, '[1-9][0-9]{{16}}[0-9X]') and right(id_clean, 3) <> '000' then left(id_clean, 17)
                 when regexp_full_match(id_clean, '[0-9A-Z]{{18}}') and right(id_clean, 3) <> '000' then left(id_clean, 17)
                 when regexp_full_match(id_clean, '[0-9]{{15}}') then left(id_clean, 6) || '19' || right(id_clean, 9) end as id17,
            case {township} end as unit, causes.code as cause, coalesce({forms}, {serial}) as day, {total} as amount
        from coded left join causes using (word)
    """
