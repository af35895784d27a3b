"""What is seen of each candidate pair, feature by feature, and how many bits does it say?"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from hub.link.columns.rules import FEATURES, PERSON, LinkRules
from hub.values.names import UNIT_WORDS

NUMBERS = ("town", "pol")
# feature of a pair -> feature of the rules
OBSERVED = {"town": "number", "pol": "number", "identity": "identity", "name": "name", "unit": "unit", "cause": "cause", "amount": "amount"}  # fmt: skip
_COUNTED = {"town": "town", "pol": "pol", "identity": "id_text", "name": "name", "unit": "unit", "cause": "cause", "amount": "amount"}  # fmt: skip
_OTHER = 0.5  # of a value seen once, the share of an occurrence that one more row would be expected to have
_FAR = 99


def code(feature: str, seen: str) -> int:
    """The number by which a column of observations names what was seen."""
    return FEATURES[OBSERVED.get(feature, feature)].index(seen)


def observe(left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each pair what is seen of each feature, as its code, null where either side is silent; `stage` and `days`.

    left, right: traits; pairs: `l`, `r`, places in them.
    """
    both = pl.concat(
        [
            pairs.select("l", "r"),
            left[pairs["l"]].rename({c: f"{c}_l" for c in left.columns}),
            right[pairs["r"]].rename({c: f"{c}_r" for c in right.columns}),
        ],
        how="horizontal",
    )
    both = both.with_columns(*[_number_slips(both, number) for number in NUMBERS], _identity_slips(both), _name_gaps(both))
    return both.select(
        "l", "r",
        *[_number(number).alias(number) for number in NUMBERS],
        _identity().alias("identity"), _visible().alias("visible"),
        _name().alias("name"), pl.coalesce("shown_l", "shown_r").str.len_chars().alias("name_shown"),
        _word("unit").alias("unit"), _word("cause").alias("cause"), _amount().alias("amount"),
        *_lag(),
    )  # fmt: skip


# --- what is seen -----------------------------------------------------------------------------------------------


def _l(name: str) -> pl.Expr:
    return pl.col(f"{name}_l")


def _r(name: str) -> pl.Expr:
    return pl.col(f"{name}_r")


def _equal(name: str) -> pl.Expr:
    return (_l(name) == _r(name)).fill_null(False)


def _first_true(feature: str, *cases: tuple[str, pl.Expr]) -> pl.Expr:
    """The code of the first case that holds; null where none does."""
    chosen: pl.Expr = pl.lit(None, dtype=pl.Int8)
    for seen, holds in reversed(cases):
        chosen = pl.when(holds.fill_null(False)).then(pl.lit(code(feature, seen), dtype=pl.Int8)).otherwise(chosen)
    return chosen


def _number(number: str) -> pl.Expr:
    return _first_true(
        number,
        ("equal", _equal(number)),
        ("serial_equal", _equal(f"{number}_year") & _equal(f"{number}_serial")),
        ("slip", pl.col(f"{number}_slip") == 1),
        ("differs", _l(number).is_not_null() & _r(number).is_not_null()),
    )


def _identity() -> pl.Expr:
    other = (_l("id_state") == "other") | (_r("id_state") == "other")
    both = _l("id_text").is_not_null() & _r("id_text").is_not_null()
    good = _l("id_good").fill_null(False) & _r("id_good").fill_null(False)
    second = ((_l("id_2") == _r("id_text")) | (_r("id_2") == _l("id_text"))).fill_null(False)
    # Of the numbers that end in 000 few were issued and many went through a number cell; one in eleven of these keeps
    # a check digit that holds.
    damaged = pl.any_horizontal(side("id_state") == "damaged" for side in (_l, _r)) | pl.any_horizontal(
        side("id_text").str.ends_with("000").fill_null(False) for side in (_l, _r)
    )
    first = _l("id_first").is_not_null() & _r("id_first").is_not_null()
    masked = _l("id_mask").is_not_null() ^ _r("id_mask").is_not_null()
    return _first_true(
        "identity",
        ("equal", (both & _equal("id_text")) | second),
        # A float may end the first 15 digits one higher.
        ("first_15", damaged & first & ((_l("id_first") - _r("id_first")).abs() <= 1)),
        ("slip", both & ~other & ~good & (pl.col("identity_slip") == 1)),
        ("mask_fits", masked & _mask_fits()),
        ("birth_equal", both & ~other & ~good & _equal("id_birth")),
        ("differs", (both & ~other) | (damaged & first) | (masked & _hidden_against_whole())),
    )


def _hidden_against_whole() -> pl.Expr:
    return _l("id_text").is_not_null() | _r("id_text").is_not_null()


def _mask() -> pl.Expr:
    return pl.coalesce("id_mask_l", "id_mask_r")


def _mask_fits() -> pl.Expr:
    whole = pl.coalesce(
        pl.when(_l("id_mask").is_null()).then(_l("id_text")), pl.when(_r("id_mask").is_null()).then(_r("id_text"))
    )
    return whole.str.starts_with(_mask().str.extract(r"^([^*]*)\*")) & whole.str.ends_with(_mask().str.extract(r"\*([^*]*)$"))  # fmt: skip


def _visible() -> pl.Expr:
    """How many characters a masked identity number shows beyond the place of issue."""
    return (_mask().str.replace_all("*", "", literal=True).str.len_chars().cast(pl.Int32) - 6).clip(0, 8)


def _name() -> pl.Expr:
    hidden = _l("shown").is_not_null() | _r("shown").is_not_null()
    whole = pl.coalesce("name_l", "name_r")
    shown, ending = pl.coalesce("shown_l", "shown_r"), pl.coalesce("ending_l", "ending_r")
    more = whole.str.len_chars().cast(pl.Int32) - shown.str.len_chars().cast(pl.Int32)
    unit = pl.col("is_unit_l").fill_null(False) | pl.col("is_unit_r").fill_null(False)
    one = hidden & whole.is_not_null() & whole.str.starts_with(shown) & (
        ((ending == "") & ~unit & more.is_between(1, 3)) | ((ending != "") & whole.str.ends_with(ending))
    )  # fmt: skip
    two = hidden & whole.is_null() & (_l("shown").str.starts_with(_r("shown")) | _r("shown").str.starts_with(_l("shown")))  # fmt: skip
    second = ((_l("name_2") == _r("name")) | (_r("name_2") == _l("name"))).fill_null(False)
    gap = pl.col("name_gap")
    longest = pl.max_horizontal(_l("name").str.len_chars(), _r("name").str.len_chars())
    known = (_l("name").is_not_null() | _l("shown").is_not_null()) & (_r("name").is_not_null() | _r("shown").is_not_null())  # fmt: skip
    return _first_true(
        "name",
        ("equal", _equal("name") | second),
        ("alike", ~hidden & (longest >= 3) & ((gap == 1) | (unit & (gap * 4 <= longest)))),
        ("alike_short", ~hidden & (longest == 2) & (gap == 1) & ~_equal("surname")),
        ("kin", ~hidden & (longest == 2) & (gap == 1)),
        ("mask_fits", one | two),
        ("differs", known),
    )


def _word(name: str) -> pl.Expr:
    known = ~_l(name).str.starts_with("?") & ~_r(name).str.starts_with("?")
    return _first_true(name, ("equal", _equal(name)), ("differs", known))


def _amount() -> pl.Expr:
    a, b = _l("amount"), _r("amount")
    second = ((_l("amount_2") == b) | (_r("amount_2") == a)).fill_null(False)
    more, less = pl.max_horizontal(a, b), pl.min_horizontal(a, b)
    shifted = pl.any_horizontal(more == less * factor for factor in (10, 100, 10_000))
    return _first_true(
        "amount",
        ("equal", _equal("amount") | second),
        ("near", (more * 98 <= less * 100) | shifted),
        ("differs", a.is_not_null() & b.is_not_null()),
    )


def _lag() -> tuple[pl.Expr, pl.Expr]:
    """`stage` (a place in STAGES) and `days`, from the nearest two days that the sides give."""
    police = (_l("day_police") - _r("day_township")).dt.total_days()
    paper = (_l("day_procuratorate") - _r("day_police")).dt.total_days()
    far = (_l("day_procuratorate") - _r("day_township")).dt.total_days()
    back = (_r("day_procuratorate") - _l("day_police")).dt.total_days()
    stage = pl.when(police.is_not_null()).then(0).when(paper.is_not_null() | back.is_not_null()).then(1).when(far.is_not_null()).then(2)  # fmt: skip
    return stage.cast(pl.Int8).alias("stage"), pl.coalesce(police, paper, back, far).cast(pl.Int32).alias("days")


# --- distances, only where they can matter ------------------------------------------------------------------------


def _distances(both: pl.DataFrame, where: pl.Series, left: pl.Series, right: pl.Series, osa: bool, cutoff: int) -> NDArray[np.int16]:  # fmt: skip
    """The edit distances of the pairs chosen; `_FAR` elsewhere."""
    found = np.full(both.height, _FAR, dtype=np.int16)
    places = where.fill_null(False).arg_true()
    if places.len():
        a, b = left.gather(places).to_list(), right.gather(places).to_list()
        scorer = OSA.distance if osa else Levenshtein.distance
        found[places.to_numpy()] = process.cpdist(a, b, scorer=scorer, score_cutoff=cutoff, dtype=np.int16)
    return found


def _number_slips(both: pl.DataFrame, number: str) -> pl.Series:
    a, b = f"{number}_l", f"{number}_r"
    words = both[f"{number}_words_l"] == both[f"{number}_words_r"]
    worth = words & (both[a] != both[b])
    return pl.Series(f"{number}_slip", _distances(both, worth, both[a], both[b], True, 1))


def _identity_slips(both: pl.DataFrame) -> pl.Series:
    a, b = both["id_text_l"], both["id_text_r"]
    worth = (a != b) & ~(both["id_good_l"] & both["id_good_r"]).fill_null(False)
    return pl.Series("identity_slip", _distances(both, worth, a, b, True, 1))


def _name_gaps(both: pl.DataFrame) -> pl.Series:
    a, b = both["name_l"], both["name_r"]
    lengths = (a.str.len_chars().cast(pl.Int32) - b.str.len_chars().cast(pl.Int32)).abs()
    worth = (a != b) & ((lengths <= 1) | both["is_unit_l"].fill_null(False))
    return pl.Series("name_gap", _distances(both, worth, a, b, False, 6))


# --- what it says -------------------------------------------------------------------------------------------------


class Weigher:
    """Turns observations into bits: rules, and counts of the values in the lists themselves."""

    def __init__(self, rules: LinkRules, left: pl.DataFrame, right: pl.DataFrame) -> None:
        self._rules = rules
        self._rows = right.height
        self._left, self._right = left, right
        self._counts = {feature: right[column].drop_nulls().value_counts(name="n") for feature, column in _COUNTED.items()}
        self._firsts = right["id_first"].drop_nulls().value_counts(name="n")
        self._surnames = right["surname"].drop_nulls().value_counts(name="n")
        days = pl.concat([frame[day] for frame in (left, right) for day in frame.columns if day.startswith("day_")])
        spread = days.drop_nulls().to_physical()
        low, high = (spread.quantile(q) for q in (0.01, 0.99)) if spread.len() else (0.0, 0.0)
        self._span = max(float(rules.least_span), float(high or 0) - float(low or 0))

    def weigh(self, seen: pl.DataFrame) -> pl.DataFrame:
        """The observations with `<feature>_bits` each, `person`, `matter` and `score`, their sums."""
        bits = [self._bits(seen, feature).alias(f"{feature}_bits") for feature in OBSERVED]
        weighed = seen.with_columns(*bits, self._lag_bits(seen).alias("days_bits"))
        person = [f"{feature}_bits" for feature in PERSON]
        matter = [f"{feature}_bits" for feature in OBSERVED if feature not in PERSON] + ["days_bits"]
        return weighed.with_columns(
            person=pl.sum_horizontal(person), matter=pl.sum_horizontal(matter)
        ).with_columns(score=pl.col("person") + pl.col("matter"))

    def _bits(self, seen: pl.DataFrame, feature: str) -> pl.Series:
        observations = self._rules.features[OBSERVED[feature]]
        flat = [one.bits for one in observations.values()]
        bits = seen[feature].replace_strict(list(range(len(flat))), flat, default=0.0, return_dtype=pl.Float64)
        for place, (name, one) in enumerate(observations.items()):
            if one.others != "counted":
                continue
            places = (seen[feature] == place).fill_null(False).arg_true()
            if places.len():
                some = seen[places]
                share = self._share(feature, name, some, float(one.expected or 1.0))
                bits = bits.scatter(places, np.log2(one.matches / share))
        if feature == "identity":
            fits = (seen[feature] == code(feature, "mask_fits")).fill_null(False).arg_true()
            if fits.len():
                bits = bits.scatter(fits, seen["visible"].gather(fits).cast(pl.Float64) * 2.0)
        return bits

    def _share(self, feature: str, seen: str, some: pl.DataFrame, expected: float) -> NDArray[np.float64]:
        """How often another row would show the same: counted among the rows of the right side."""
        right = self._right[some["r"]]
        if (feature, seen) == ("name", "mask_fits"):
            left = self._left[some["l"]]
            known = pl.DataFrame({"surname": right["surname"].fill_null("")}).join(self._surnames, on="surname", how="left", maintain_order="left")
            shown = some["name_shown"].fill_null(1).cast(pl.Float64).to_numpy()
            del left
            return _expected(known["n"], self._rows, expected) / np.power(20.0, np.clip(shown - 1, 0, 2))
        if (feature, seen) == ("identity", "first_15"):
            known = pl.DataFrame({"id_first": right["id_first"]}).join(self._firsts, on="id_first", how="left", maintain_order="left")
            return _expected(known["n"], self._rows, expected)
        if seen == "serial_equal":
            return np.full(some.height, max(expected, 1.0 / max(self._rows, 1)))
        column = _COUNTED[feature]
        known = pl.DataFrame({column: right[column]}).join(self._counts[feature], on=column, how="left", maintain_order="left")
        return _expected(known["n"], self._rows, expected)

    def _lag_bits(self, seen: pl.DataFrame) -> pl.Series:
        bits = pl.lit(0.0)
        for stage, bands in enumerate(self._rules.lags.values()):
            chosen: pl.Expr = pl.lit(0.0)
            below = [0.0, *[_chance_up_to(band.days, self._span) for band in bands]]
            for place in reversed(range(len(bands))):
                chance = max(below[place + 1] - below[place], 1e-4)
                value = log2(bands[place].matches / chance)
                chosen = pl.when(pl.col("days") <= bands[place].days).then(value).otherwise(chosen)
            bits = pl.when(pl.col("stage") == stage).then(chosen).otherwise(bits)
        return seen.select(pl.when(pl.col("days").is_null()).then(0.0).otherwise(bits)).to_series()


def _chance_up_to(days: int, span: float) -> float:
    """The chance that of two days anywhere in a span the second lies at most so many days after the first."""
    share = min(1.0, abs(days) / span)
    return (1 - share) ** 2 / 2 if days < 0 else 1 - (1 - share) ** 2 / 2


def _expected(counts: pl.Series, rows: int, expected: float) -> NDArray[np.float64]:
    """The share of rows expected to show a value that was counted so often, this one row left out."""
    n = counts.fill_null(1).cast(pl.Float64).to_numpy()
    share: NDArray[np.float64] = (np.maximum(n - 1, 0) + _OTHER) / (max(rows - 1, 0) + _OTHER / expected)
    return np.minimum(share, 1.0)


__all__ = ["OBSERVED", "UNIT_WORDS", "Mapping", "Weigher", "code", "observe"]
