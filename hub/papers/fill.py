"""What does a paper of this matter say, and what is missing before it can be drafted?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from hub.errors import ConfigurationFault
from hub.ladder.rung import written_number
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.papers.matter import Matter, Unit
from hub.papers.people import told_people
from hub.papers.rules import PEOPLE, TYPE_FIELD, FieldRule, PaperRule, Papers

FillTemplate = Callable[[Path, Mapping[str, str], datetime], bytes]
"""A template, its context and the instant for the file's own dates; the same must always give the same bytes."""

# The templates write it before the cause; some agencies write it into the cause.
_SUSPECTED = re.compile("^(涉嫌)+")
_IN_SHORT = re.compile("机制(?=[一二三四五六])")
ADDRESSEES = "主送机关"
SEVERAL = "（记载不一，须指明）"


@dataclass(frozen=True, slots=True)
class Filled:
    """A paper's content without its number. missing: labels of what is required and not there, in the paper's order.

    issuer: a code. context: field -> text for the template; an optional field that nobody knows is empty.
    """

    issuer: str
    prefix: str
    addressees: tuple[str, ...]
    copies_to: tuple[str, ...]
    missing: tuple[str, ...]
    context: Mapping[str, str] = field(repr=False)


def fill(
    paper: PaperRule, matter: Matter, papers: Papers, units: Mapping[str, Unit], given: Mapping[str, str]
) -> Filled:
    """Fill a paper from the matter; what a person gave stands above what the ledger says.

    units: agency code -> agency. Days are written as `_on` and `_by` fields, numbers of papers as `_no` ones. Nothing is
    guessed: where equally near records disagree, the field is missing. Raises `ConfigurationFault` for a given field
    that the paper does not have, or a day that is none.
    """
    if unknown := sorted(set(given) - set(paper.fields)):
        raise ConfigurationFault(f"{paper.paper}: no field {', '.join(unknown)}; it has {', '.join(paper.fields)}")
    values: dict[str, str] = {}
    several: set[str] = set()
    for name, rule in paper.fields.items():
        if text := given.get(name, "").strip():
            values[name] = written(name, text)
            continue
        found = _found(name, rule, matter, papers, units)
        values[name] = found[0] if len(found) == 1 else ""
        if len(found) > 1:
            several.add(name)
    township = matter.township(units)
    issuer = township if paper.issuer == "township" else paper.issuer
    addressees = _names(paper.addressed_to, matter, township, papers, units)
    copies_to = _names(paper.copies_to, matter, township, papers, units)
    missing = [
        rule.label + (SEVERAL if name in several else "")
        for name, rule in paper.fields.items()
        if not values[name] and (rule.required or (rule.required_with and values[rule.required_with]))
    ]
    if "" in (*addressees, *copies_to) or not issuer:
        missing.insert(0, ADDRESSEES)
    signed = papers.issuers.get(issuer) or papers.issuers[paper.issuer]
    own = units.get(issuer, Unit(issuer, "", "", ""))
    names = {"name": own.name, "short_name": own.short_name}
    context = {
        **values,
        "title": paper.title,
        "mark": signed.mark.format(**names),
        "issuer": signed.mark.format(**names),
        "signatory": signed.signatory,
        "addressees": "、".join(addressees),
        "copies_to": "、".join(copies_to),
        "dated_on": day_text(Moment.of(matter.as_of).day),
        "basis": paper.basis,
        "mechanism": papers.mechanism,
    }
    prefix = signed.prefix.format(**names) + paper.number
    return Filled(issuer, prefix, addressees, copies_to, tuple(missing), context)


def _found(name: str, rule: FieldRule, matter: Matter, papers: Papers, units: Mapping[str, Unit]) -> tuple[str, ...]:
    """The texts that the ledger has for a field: one, several that disagree, or none."""
    if rule.event:
        event = matter.latest(rule.event)
        return (day_text(event.at.day),) if event else ()
    if rule.office:
        return (papers.offices[rule.office],)
    if rule.obligation:
        text = _of_obligation(rule.obligation, matter, units)
        text = rule.words.get(text, "") if rule.words else text
        # The rules cite the mechanism in short; a paper names it.
        text = _IN_SHORT.sub(papers.mechanism, text) if rule.obligation == "basis" else text
    elif rule.decision:
        text = matter.decision.get(rule.decision, "")
    else:
        return _of_records(name, rule, matter)
    return (written(name, text),) if text else ()


def _of_records(name: str, rule: FieldRule, matter: Matter) -> tuple[str, ...]:
    for kind in rule.record:
        records = matter.near([record for record in matter.records if _fits(record, kind, rule)])
        if rule.take in PEOPLE:
            found = [told_people(records, matter.records, rule.take)]
        else:
            found = [written(rule.take, record.get(rule.take)) for record in records]
        if texts := tuple(dict.fromkeys(filter(None, found))):
            return texts
    return ()


def _fits(record: Record, kind: RecordKind, rule: FieldRule) -> bool:
    if record.kind is not kind or (rule.type and record.get(TYPE_FIELD[kind]) not in rule.type):
        return False
    return bool(record.parties if rule.take in PEOPLE else record.get(rule.take))


def _of_obligation(what: str, matter: Matter, units: Mapping[str, Unit]) -> str:
    owed = matter.obligation
    if what == "township":
        code = matter.township(units)
        return units[code].name if code in units else ""
    if owed is None:
        return ""
    sides = {"debtor": owed.debtor.partition("/")[0], "creditor": owed.creditor.partition("/")[0]}
    if what in sides:
        return units[sides[what]].name if sides[what] in units else ""
    return {
        "title": matter.title,
        "rule": owed.rule,
        "subject": written_number(owed.subject),
        "opened_on": day_text(owed.opened_at.day),
        "due_on": day_text(Moment.of(owed.due_at).day),
        "overdue_days": str(owed.days_past_due(Moment.of(matter.as_of).day)) if owed.due_at < matter.as_of else "",
        "basis": owed.basis,
    }[what]


def _names(
    whom: tuple[str, ...], matter: Matter, township: str, papers: Papers, units: Mapping[str, Unit]
) -> tuple[str, ...]:
    """The names of addressees; an empty one where the matter does not say which agency it is."""
    owed = matter.obligation
    sides = {
        "township": township,
        "debtor": owed.debtor.partition("/")[0] if owed else "",
        "creditor": owed.creditor.partition("/")[0] if owed else "",
    }
    codes = [sides.get(word, word) for word in whom]
    return tuple(papers.offices.get(code) or (units[code].name if code in units else "") for code in codes)


def written(name: str, text: str) -> str:
    """A canonical text as a paper writes it, by the suffix of its field.

    >>> written("sent_on", "2026-10-08"), written("amount", "125000"), written("doc_no", "繁检意（2026）第05号")
    ('2026年10月8日', '125000元', '繁检意〔2026〕5号')
    >>> written("cause", "涉嫌盗伐林木")
    '盗伐林木'
    """
    if name.endswith("_no"):
        return written_number(text)
    if name.endswith(("_on", "_at", "_by")):
        if "年" in text:
            return text
        try:
            return day_text(Moment.parse(text).day)
        except ValueError:
            raise ConfigurationFault(f"{name}: give a day like 2026-10-31") from None
    if name == "cause":
        return _SUSPECTED.sub("", text)
    if name in ("amount", "fine"):
        try:
            return f"{Decimal(text):f}元"
        except InvalidOperation:
            return text
    return text


def day_text(day: date) -> str:
    """A day as papers write it: Arabic figures, no leading zeros (GB/T 9704).

    >>> day_text(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"
