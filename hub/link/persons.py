"""What do two parties show of being one person: in what was seen, without weighing it?

The linker weighs what is seen here by its figures. Whether two records that stand in one case speak of one person is
settled here by a table instead: what an agency owes must not move when a figure of the linker is tuned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from hub.model import Party
from hub.values.identity import (
    Identity,
    IdentityState,
    current_form,
    identity_of,
    is_person_number,
    read_identity,
    same_person,
)
from hub.values.names import is_masked, is_shop, is_unit, masked_fits, named_beside, party_name, person_behind_in

IdentitySeen = Literal["equal", "other_equal", "first_15", "mask_fits", "differs", "differs_under_one_name"]
NameSeen = Literal["equal", "owner", "mask_fits", "mask_excludes", "one_character_off", "differs"]
_WHOLE = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.MISTYPED)


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """What was seen of two parties; None where one of them is silent, or nothing can be told."""

    identity: IdentitySeen | None
    name: NameSeen | None

    def one_person(self) -> bool | None:
        """Whether it is one person, as one would say of two records of one matter; None where nothing was seen."""
        if self.identity in ("equal", "other_equal", "first_15", "differs_under_one_name"):
            return True
        if self.identity == "mask_fits":
            return self.name not in ("differs", "mask_excludes")
        if self.identity is None and self.name is None:
            return None
        return self.identity is None and self.name in ("equal", "owner", "mask_fits")


@dataclass(frozen=True, slots=True)
class Person:
    """A party as it is compared, worked out once.

    number: in its current form. whole: it can be compared as it stands. searched: what of it a person is searched by;
    empty where nothing of it is left to search by. behind: no party, but whom a unit's cell names as its owner, or a
    person's as his shop.
    """

    name: str
    masked: bool
    identity: Identity = field(repr=False)
    number: str = field(repr=False)
    whole: bool
    searched: str = field(repr=False)
    behind: bool = False


def person_of(party: Party) -> Person:
    """The party as it is compared: without what clerks put around a name, and of nobody where 不详 stands for one."""
    name, identity = party_name(party.name), identity_of(party)
    if identity.state is IdentityState.ABSENT and any(map(str.isdigit, party.name)):
        # The number stands in the column of the names, alone or behind one.
        within = read_identity(party.name)
        identity = within if within.state is IdentityState.COMPLETE else identity
    number, whole = current_form(identity), identity.state in _WHOLE
    return Person(name, is_masked(name), identity, number, whole, number[:15] if whole else identity.prefix15)


def people_of(parties: Sequence[Party], remarks: str = "") -> list[Person]:
    """The parties as they are compared, and whom their cells name beside them: who stands behind a shop or a company, as the
    remarks may say as well, or the shop of a person.
    """
    found = []
    for party in parties:
        found.append(person_of(party))
        name = named_beside(party.name)
        if not name and remarks and len(parties) == 1 and is_unit(found[0].name):
            name = person_behind_in(remarks)
        if name:
            found.append(Person(name, is_masked(name), Identity("", IdentityState.ABSENT), "", False, "", behind=True))
    return found


def owner_and_shop(left: Sequence[Person], right: Sequence[Person]) -> bool:
    """Whether one side names a shop alone and the other a person alone, and no number of a person says that it is not his."""
    parties = [[person for person in side if not person.behind] for side in (left, right)]
    if [len(side) for side in parties] != [1, 1]:
        return False
    ((one,), (other,)) = parties
    if not (one.name and other.name) or one.masked or other.masked or is_unit(one.name) == is_unit(other.name):
        return False
    differ = _see_identities(one, other) == "differs" and all(map(is_person_number, (one.number, other.number)))
    return (is_shop(one.name) or is_shop(other.name)) and not differ


def see_persons(left: Person, right: Person) -> PersonSeen:
    """Compare two parties by identity number and name."""
    identity, name = _see_identities(left, right), _see_names(left, right)
    if identity == "differs" and name == "equal":
        identity = "differs_under_one_name"
    return _seen(identity, name)


@lru_cache(maxsize=200_000)
def see_person(left: Party, right: Party) -> PersonSeen:
    """The same for parties as records name them; remembered, since those of one case are compared again and again."""
    seen = [see_persons(a, b) for a in people_of([left]) for b in people_of([right])]
    return next((one for one in seen if one.one_person()), seen[0])


@lru_cache
def _seen(identity: IdentitySeen | None, name: NameSeen | None) -> PersonSeen:
    return PersonSeen(identity, name)


def share_a_person(left: Sequence[Party], right: Sequence[Party]) -> bool | None:
    """Whether two records of one case name one person in common; None where that cannot be told."""
    told = {see_person(a, b).one_person() for a in left for b in right}
    if True in told:
        return True
    return None if None in told or not told else False


def _see_names(left: Person, right: Person) -> NameSeen | None:
    a, b = left.name, right.name
    if not a or not b:
        return None
    if left.behind or right.behind:
        # Two shops of one owner are two parties all the same.
        return "owner" if a == b and left.behind != right.behind and not left.masked else "differs"
    if left.masked or right.masked:
        masked, full = (a, b) if left.masked else (b, a)
        return "mask_fits" if masked_fits(masked, full) else "mask_excludes"
    if a == b:
        return "equal"
    # Two given characters in each other's place are one slip; a name of two the other way round is another name.
    if len(a) == len(b) and OSA.distance(a, b) == 1 and a != b[::-1]:
        return "one_character_off"
    return "differs"


def _see_identities(left: Person, right: Person) -> IdentitySeen | None:
    if left.whole and right.whole:
        return "equal" if left.number == right.number else "differs"
    a, b = left.identity, right.identity
    same = same_person(a, b)
    if same is not None:
        if not same:
            return "differs"
        return "other_equal" if IdentityState.OTHER in (a.state, b.state) else "equal"
    states = {a.state, b.state}
    if states & {IdentityState.ABSENT, IdentityState.OTHER} or not (a.text and b.text):
        return None
    if IdentityState.MASKED in states:
        return "mask_fits"
    good = a.prefix15 or b.prefix15
    if good and all(good == (i.prefix15 or current_form(i)[:15]) for i in (a, b)):
        return "first_15"
    return None
