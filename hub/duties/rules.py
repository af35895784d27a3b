"""What does the mechanism oblige whom to do, by when, and on what basis? The rules, as data."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, StrictStr, model_validator
from typing_extensions import Self

from hub.data_file import FaultWithin, Strict, load_model
from hub.duties.duty import RuleKind
from hub.duties.tiers import Replacement
from hub.errors import ConfigurationFault
from hub.periods.period import Period, parse_period
from hub.words import Word


class Role(Word):
    """Who owes or is owed, before it is known which township the case belongs to."""

    TOWNSHIP = "township"  # the township of the case
    TOWNSHIP_HEAD = "township_head"  # its head, written `<township>/head`
    POLICE = "police"
    PROCURATORATE = "procuratorate"
    JUSTICE_BUREAU = "justice_bureau"
    SUPERVISION_COMMISSION = "supervision_commission"
    ASKER = "asker"  # whoever asserted the opening event
    RECEIVER = "receiver"  # whom the delivery went to
    AGENCY = "agency"  # whose reporting calendar it is
    HUB = "hub"


class Scope(Word):
    """What the opening and the ending event must share beside the case (samples/README.md 6.4)."""

    CASE = "case"  # nothing more
    ROW = "row"  # the township's row (立案号)
    POLICE_CASE = "police_case"  # the 案件编号
    PERSON = "person"  # one of the persons named
    LETTER = "letter"  # the number of the letter, document or delivery


def _period(value: object) -> object:
    try:
        return parse_period(value) if isinstance(value, str) else value
    except ConfigurationFault as fault:
        raise ValueError(str(fault)) from fault


PeriodText = Annotated[Period, BeforeValidator(_period)]
Where = dict[str, StrictStr]


class Opening(Strict):
    """What opens a rule's obligation: an event, another rule's due time gone by, or a reporting day.

    Exactly one of `event`, `missed` (a rule id; opens on the due day that was not met) and `calendar`
    (`reporting`: the agency's mapping says when) is given.
    where: attributes that the event must have. after: the case must hold this event, not later than
    the opening one.
    """

    event: StrictStr = ""
    missed: StrictStr = ""
    calendar: StrictStr = ""
    where: Where = {}
    after: StrictStr = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if [bool(self.event), bool(self.missed), bool(self.calendar)].count(True) != 1:
            raise ValueError("give one of event, missed and calendar")
        if self.calendar not in ("", "reporting"):
            raise ValueError(f"no such calendar: {self.calendar}")
        return self

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """True where an event with these attributes meets `where`."""
        return all(attributes.get(name) == value for name, value in self.where.items())


class Ending(Strict):
    """An event that ends the obligation, or makes it void; `scope` only where it differs from the rule's."""

    event: StrictStr
    where: Where = {}
    scope: Scope | None = None

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """True where an event with these attributes meets `where`."""
        return all(attributes.get(name) == value for name, value in self.where.items())


class Special(Strict):
    """Another period where the opening event has these attributes."""

    where: Where
    period: PeriodText

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """True where an event with these attributes meets `where`."""
        return all(attributes.get(name) == value for name, value in self.where.items())


class PauseRule(Strict):
    """The clock stands still from the one event to the next of the other, within the rule's scope."""

    start: StrictStr
    end: StrictStr
    basis: StrictStr


class Alternative(Strict):
    """Another way to read the rule that the county may choose by naming it in the rule's `use`; what is not given stays."""

    name: StrictStr
    note: StrictStr
    period: PeriodText | None = None
    opens: tuple[Opening, ...] | None = None
    ends: tuple[Ending, ...] | None = None
    pauses: tuple[PauseRule, ...] | None = None


class CommonAlternative(Strict):
    """One that any rule may use whose period it fits: an option laid over it, such as `closes 18:00`."""

    name: StrictStr
    note: StrictStr
    option: StrictStr

    def over(self, period: Period) -> Period | None:
        """The period with the option; None where the option says nothing about such a period."""
        try:
            return parse_period(f"{period}, {self.option}")
        except ConfigurationFault:
            return None


class Rule(Strict):
    """One duty, right or policy. mechanism.md fixes the ids; every other word here is the county's to change.

    period: None only where the agency's mapping gives it (`per_agency`, which also overrides a given one).
    letter_date: attribute of the opening event that, where set, is the due day itself.
    use: the name of the alternative in force, or empty, or several joined by `+`: one of the rule's own alternatives,
        and those for any rule; `load_rules` has already applied it.
    ladder: empty for a right, which lapses quietly.
    """

    id: StrictStr
    version: StrictStr
    effective_from: date
    kind: RuleKind
    title: StrictStr
    title_en: StrictStr
    basis: StrictStr
    opens: tuple[Opening, ...] = Field(min_length=1)
    debtor: Role
    creditor: Role
    period: PeriodText | None = None
    per_agency: StrictBool = False
    letter_date: StrictStr = ""
    special: tuple[Special, ...] = ()
    replaced_by: Replacement | None = None
    ends: tuple[Ending, ...] = Field(min_length=1)
    scope: Scope = Scope.CASE
    void_when: Ending | None = None
    pauses: tuple[PauseRule, ...] = ()
    ladder: StrictStr = ""
    alternatives: tuple[Alternative, ...] = ()
    use: StrictStr = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.period is None and not self.per_agency:
            raise ValueError("a period is needed unless the agency's mapping gives it")
        if (self.kind is RuleKind.RIGHT) == bool(self.ladder):
            raise ValueError("a right lapses quietly and has no ladder; a duty or policy has one")
        names = Counter(alternative.name for alternative in self.alternatives)
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"alternative given twice: {twice[0]}")
        return self

    def length(self, attributes: Mapping[str, str]) -> Period | None:
        """The period for an opening event with these attributes."""
        return next((special.period for special in self.special if special.fits(attributes)), self.period)

    def in_use(self, common: Sequence[CommonAlternative] = ()) -> Rule:
        """The rule with its chosen alternatives in force; its version then names them.

        common: those that any rule may use. Raises `ConfigurationFault` for a name that neither knows.
        """
        if not self.use:
            return self
        rule = self
        for name in self.use.split("+"):
            rule = rule.under(name, common)
        return rule.model_copy(update={"version": f"{self.version}+{self.use}"})

    def under(self, name: str, common: Sequence[CommonAlternative]) -> Rule:
        """The rule under one alternative; raises `ConfigurationFault` where it has none of this name."""
        if chosen := next((alternative for alternative in self.alternatives if alternative.name == name), None):
            given = {part: getattr(chosen, part) for part in ("period", "opens", "ends", "pauses")}
            return self.model_copy(update={part: value for part, value in given.items() if value is not None})
        laid = next((one for one in common if one.name == name), None)
        period = laid.over(self.period) if laid and self.period else None
        if laid is None or period is None:
            raise ConfigurationFault(f"{self.id}: no alternative is named {name}")
        special = [one.model_copy(update={"period": laid.over(one.period) or one.period}) for one in self.special]
        return self.model_copy(update={"period": period, "special": tuple(special)})


class _RulesFile(Strict):
    for_any_rule: tuple[CommonAlternative, ...] = ()
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _uses_known(self) -> Self:
        for number, rule in enumerate(self.rules):
            try:
                rule.in_use(self.for_any_rule)
            except ConfigurationFault as fault:
                raise FaultWithin(("rules", number, "use"), str(fault)) from fault
        return self


@dataclass(frozen=True)
class Rules:
    """All rules, one or more versions of each. `version` is a short hash over the whole of them.

    common: what any rule may use beside its own alternatives.
    """

    every: tuple[Rule, ...]
    version: str
    common: tuple[CommonAlternative, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The newest version of each rule."""
        return {rule.id: rule for rule in sorted(self.every, key=lambda rule: rule.effective_from)}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Rule id -> its Chinese title, of the newest version."""
        return {rule_id: rule.title for rule_id, rule in self.by_id.items()}

    @cached_property
    def _versions(self) -> Mapping[str, Sequence[Rule]]:
        """Rule id -> its versions, the newest first."""
        versions: dict[str, list[Rule]] = defaultdict(list)
        for rule in sorted(self.every, key=lambda rule: rule.effective_from, reverse=True):
            versions[rule.id].append(rule)
        return versions

    def in_force(self, rule_id: str, day: date) -> Rule | None:
        """The version that an obligation opened on that day follows; None before the first."""
        return next((rule for rule in self._versions.get(rule_id, ()) if rule.effective_from <= day), None)


def load_rules(path: Path, *, as_written: bool = False) -> Rules:
    """Read mappings/rules.yaml with the chosen alternatives applied; `ConfigurationFault` names what is wrong.

    Two entries of one id are an amendment: they must differ in version and in effective_from. as_written: leave the
    choices unapplied, to compare alternatives.
    """
    found = load_model(path, _RulesFile)
    rules = tuple(rule if as_written else rule.in_use(found.for_any_rule) for rule in found.rules)
    for part in ("version", "effective_from"):
        twice = [key for key, n in Counter((rule.id, str(getattr(rule, part))) for rule in rules).items() if n > 1]
        if twice:
            raise ConfigurationFault(f"{path}: {twice[0][0]} stands twice with {part} {twice[0][1]}")
    known = {rule.id for rule in rules}
    for rule in rules:
        for opening in rule.opens:
            if opening.missed and opening.missed not in known:
                raise ConfigurationFault(f"{path}: {rule.id} opens on a rule that is not there: {opening.missed}")
    text = "\n".join(rule.model_dump_json() for rule in sorted(rules, key=lambda rule: (rule.id, rule.version)))
    return Rules(rules, hashlib.sha256(text.encode()).hexdigest()[:12], found.for_any_rule)
