"""What is seen of each candidate pair, feature by feature, and how many bits does it say?"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from hub.link.columns.numbers import words
from hub.link.columns.rarity import COUNTED, lag_bits, span_of, with_rarity
from hub.link.columns.rules import FEATURES, LinkRules

# feature of a pair -> feature of the rules
OBSERVED = {"town": "number", "pol": "number", "identity": "identity", "name": "name", "unit": "unit", "cause": "cause", "amount": "amount"}  # fmt: skip
PERSON, MATTER = ("identity", "name"), ("town", "pol", "unit", "cause", "amount", "days")
_DAYS = ("day_township", "day_police", "day_procuratorate")
_FIGURES = ("town_key", "pol_key", "town_serial_key", "pol_serial_key", "id_key", "id_2_key",
            "id_first", "id_birth", "id_good", "id_other", "id_damaged", "id_masked", "name_key", "name_2_key", "hidden", "named",
            "surname", "is_unit", "name_length", "unit", "cause", "unit_known", "cause_known", "amount", "amount_2", *_DAYS)  # fmt: skip
_FAR = 99
_SERIES = 2  # characters by which numbers of different agencies differ mostly: a quick look before the long one
Seen = list[pl.Series]


def code(feature: str, seen: str) -> int:
    """The number by which a column of observations names what was seen."""
    return FEATURES[OBSERVED.get(feature, feature)].index(seen)


class Comparison:
    """Two tables of traits, ready to be compared pair by pair under the rules."""

    def __init__(self, left: pl.DataFrame, right: pl.DataFrame, rules: LinkRules) -> None:
        self._left, self._right = left, with_rarity(right, rules)
        self._rules = rules
        self._lags = lag_bits(rules, max(span_of(left, right), float(rules.least_span)))

    def weigh(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`l`, `r`, each feature's observation as a code (null where a side is silent) and its `_bits`; `person`,
        `matter`, `score`, their sums; `stage` and `days`.

        pairs: `l`, `r`, places in the two tables.
        """  # fmt: skip
        rare = [f"{feature}:{name}" for feature, seen in COUNTED.items() for name in seen]
        both = pl.concat(
            [
                pairs.select("l", "r"),
                self._left.select(_FIGURES)[pairs["l"]].rename({c: f"{c}_l" for c in _FIGURES}),
                self._right.select(*_FIGURES, *rare)[pairs["r"]].rename({c: f"{c}_r" for c in _FIGURES}),
            ],
            how="horizontal",
        )
        for look in (self._slips, self._gaps, self._begins, self._mask_shows, self._name_shows):
            both = both.with_columns(look(both))
        seen = both.lazy().with_columns(
            *[_number(number).alias(number) for number in ("town", "pol")], _identity().alias("identity"), _name().alias("name"),
            *[_word(word).alias(word) for word in ("unit", "cause")], _amount().alias("amount"), *_lag(),
        )  # fmt: skip
        weighed = seen.with_columns(*[self._bits(feature) for feature in OBSERVED], self._days_bits())
        summed = weighed.with_columns(
            person=pl.sum_horizontal(f"{name}_bits" for name in PERSON), matter=pl.sum_horizontal(f"{name}_bits" for name in MATTER)
        )  # fmt: skip
        return summed.select(
            "l", "r", *OBSERVED, "stage", "days", *[f"{name}_bits" for name in (*PERSON, *MATTER)], "person", "matter",
            score=pl.col("person") + pl.col("matter"),
        ).collect()  # fmt: skip

    # --- what needs the texts themselves, looked at only where it can matter ---------------------------------------

    def _texts(self, both: pl.DataFrame, column: str, places: pl.Series) -> tuple[pl.Series, pl.Series]:
        left, right = both["l"].gather(places), both["r"].gather(places)
        return self._left[column].gather(left), self._right[column].gather(right)

    def _slips(self, both: pl.DataFrame) -> Seen:
        good = both["id_good_l"] & both["id_good_r"]
        # A number of another township is no slip of this one's.
        elsewhere = ((both["unit_l"] != both["unit_r"]) & both["unit_known_l"] & both["unit_known_r"]).fill_null(
            value=False
        )
        differ = {name: both[f"{name}_key_l"] != both[f"{name}_key_r"] for name in ("town", "pol", "id")}
        return [
            self._slip(both, "town", differ["town"] & ~elsewhere),
            self._slip(both, "pol", differ["pol"]),
            self._slip(both, "id_text", differ["id"] & ~good),
        ]

    def _slip(self, both: pl.DataFrame, column: str, worth: pl.Series) -> pl.Series:
        """Whether two texts are one slip apart: a digit wrong, lost or too many, or two swapped."""
        places = worth.fill_null(value=False).arg_true()
        slip = np.zeros(both.height, dtype=np.bool_)
        if places.len():
            a, b = self._texts(both, column, places)
            if column != "id_text":
                # Of one series: else it is another agency's number, or another kind of number.
                alike = (a.str.head(_SERIES) == b.str.head(_SERIES)).arg_true()
                places, a, b = places.gather(alike), a.gather(alike), b.gather(alike)
            gap = process.cpdist(a.to_list(), b.to_list(), scorer=OSA.distance, score_cutoff=1, dtype=np.int8)
            near = np.flatnonzero(gap == 1)
            if column != "id_text":
                near = near[(words(a.gather(near)) == words(b.gather(near))).fill_null(value=False).to_numpy()]
            slip[places.to_numpy()[near]] = True
        return pl.Series(f"{column}_slip", slip)

    def _gaps(self, both: pl.DataFrame) -> Seen:
        """How many characters two whole names are apart, where that may be few."""
        near = (both["name_length_l"] - both["name_length_r"]).abs() <= 1
        worth = (both["name_key_l"] != both["name_key_r"]) & (near | both["is_unit_l"])
        places = worth.fill_null(value=False).arg_true()
        gap = np.full(both.height, _FAR, dtype=np.int8)
        if places.len():
            a, b = self._texts(both, "name", places)
            gap[places.to_numpy()] = process.cpdist(a.to_list(), b.to_list(), scorer=Levenshtein.distance, score_cutoff=8, dtype=np.int8)  # fmt: skip
        return [pl.Series("name_gap", gap)]

    def _begins(self, both: pl.DataFrame) -> Seen:
        """Whether one whole name of a person is the beginning of the other: 张三, and 张三(绰号小六)."""
        person = ~(both["is_unit_l"] | both["is_unit_r"])
        worth = person & (both["surname_l"] == both["surname_r"]) & (both["name_length_l"] != both["name_length_r"])
        places = worth.fill_null(value=False).arg_true()
        begins = pl.repeat(value=False, n=both.height, dtype=pl.Boolean, eager=True)
        if places.len():
            a, b = self._texts(both, "name", places)
            one, other = pl.col("a"), pl.col("b")
            either = (one.str.starts_with(other) & (other.str.len_chars() >= 2)) | (other.str.starts_with(one) & (one.str.len_chars() >= 2))  # fmt: skip
            begins = begins.scatter(places, pl.DataFrame({"a": a, "b": b}).select(either).to_series())
        return [begins.alias("name_begins")]

    def _mask_shows(self, both: pl.DataFrame) -> Seen:
        """Whether what a masked identity number shows fits the other's, and how many characters it shows."""
        places = (both["id_masked_l"] ^ both["id_masked_r"]).arg_true()
        fits = pl.repeat(None, both.height, dtype=pl.Boolean, eager=True)
        shows = pl.repeat(0, both.height, dtype=pl.Int8, eager=True)
        if places.len():
            mask = _either(*self._texts(both, "id_mask", places))
            whole = _either(*self._texts(both, "id_text", places))
            begins, ends = pl.col("mask").str.extract(r"^([^*]*)\*"), pl.col("mask").str.extract(r"\*([^*]*)$")
            fit = pl.col("whole").str.starts_with(begins) & pl.col("whole").str.ends_with(ends)
            fits = fits.scatter(places, pl.DataFrame({"whole": whole, "mask": mask}).select(fit).to_series())
            # The place of issue, the first six, says little.
            shown = (mask.str.count_matches(r"[^*]").cast(pl.Int32) - 6).clip(0, 8)
            shows = shows.scatter(places, shown.cast(pl.Int8))
        return [fits.alias("mask_fits"), shows.alias("mask_shows")]

    def _name_shows(self, both: pl.DataFrame) -> Seen:
        """Whether what a masked name shows fits the other's, and how many characters it shows at its beginning."""
        places = ((both["hidden_l"] | both["hidden_r"]) & both["named_l"] & both["named_r"]).arg_true()
        fits = pl.repeat(False, both.height, dtype=pl.Boolean, eager=True)
        shows = pl.repeat(0, both.height, dtype=pl.Int8, eager=True)
        if places.len():
            shown_l, shown_r = self._texts(both, "shown", places)
            table = pl.DataFrame(
                {
                    "whole": _either(*self._texts(both, "name", places)), "shown": _either(shown_l, shown_r),
                    "ending": _either(*self._texts(both, "ending", places)), "shown_l": shown_l, "shown_r": shown_r,
                    "unit": both["is_unit_l"].gather(places) | both["is_unit_r"].gather(places),
                }
            )  # fmt: skip
            whole, shown, ending = pl.col("whole"), pl.col("shown"), pl.col("ending")
            more = whole.str.len_chars().cast(pl.Int32) - shown.str.len_chars().cast(pl.Int32)
            at_end = pl.when(ending == "").then(~pl.col("unit").fill_null(value=False) & more.is_between(1, 3)).otherwise(whole.str.ends_with(ending))  # fmt: skip
            two = pl.col("shown_l").str.starts_with(pl.col("shown_r")) | pl.col("shown_r").str.starts_with(
                pl.col("shown_l")
            )
            found = table.select(
                fits=pl.when(whole.is_not_null()).then(whole.str.starts_with(shown) & at_end).otherwise(two),
                shows=shown.str.len_chars().clip(0, 3).cast(pl.Int8),
            )
            fits, shows = (
                fits.scatter(places, found["fits"].fill_null(value=False)),
                shows.scatter(places, found["shows"]),
            )
        return [fits.alias("name_fits"), shows.alias("name_shows")]

    # --- what it says ----------------------------------------------------------------------------------------------

    def _bits(self, feature: str) -> pl.Expr:
        bits: pl.Expr = pl.lit(0.0, dtype=pl.Float32)
        for place, (seen, observation) in enumerate(self._rules.features[OBSERVED[feature]].items()):
            says: pl.Expr = pl.col(f"{feature}:{seen}") if seen in COUNTED[feature] else pl.lit(observation.bits, dtype=pl.Float32)  # fmt: skip
            if (feature, seen) == ("identity", "mask_fits"):
                says = pl.min_horizontal(pl.col("mask_shows") * 2.0, pl.lit(observation.bits + 4.0)).cast(pl.Float32)
            elif (feature, seen) == ("name", "mask_fits"):
                says = pl.when(pl.col("name_shows") == 0).then(2.0).otherwise(says + (pl.col("name_shows") - 1) * 4.0).cast(pl.Float32)  # fmt: skip
            bits = pl.when(pl.col(feature) == place).then(says).otherwise(bits)
        return bits.fill_null(0.0).alias(f"{feature}_bits")

    def _days_bits(self) -> pl.Expr:
        bits: pl.Expr = pl.lit(0.0, dtype=pl.Float32)
        for stage, bands in enumerate(self._lags):
            chosen: pl.Expr = pl.lit(bands[-1][1], dtype=pl.Float32)
            for days, value in reversed(bands):
                chosen = pl.when(pl.col("days") <= days).then(pl.lit(value, dtype=pl.Float32)).otherwise(chosen)
            bits = pl.when(pl.col("stage") == stage).then(chosen).otherwise(bits)
        return bits.alias("days_bits")


def _either(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()


# --- what is seen -----------------------------------------------------------------------------------------------


def _l(name: str) -> pl.Expr:
    return pl.col(f"{name}_l")


def _r(name: str) -> pl.Expr:
    return pl.col(f"{name}_r")


def _equal(name: str) -> pl.Expr:
    return _l(name) == _r(name)


def _crossed(name: str, second: str) -> pl.Expr:
    """Equal, or the second value of either side equal to the first of the other."""
    return pl.any_horizontal((a == b).fill_null(value=False) for a, b in ((_l(name), _r(name)), (_l(second), _r(name)), (_l(name), _r(second))))  # fmt: skip


def _first_true(feature: str, *cases: tuple[str, pl.Expr]) -> pl.Expr:
    """The code of the first case that holds; null where none does."""
    chosen: pl.Expr = pl.lit(None, dtype=pl.Int8)
    for seen, holds in reversed(cases):
        chosen = pl.when(holds).then(pl.lit(code(feature, seen), dtype=pl.Int8)).otherwise(chosen)
    return chosen


def _number(number: str) -> pl.Expr:
    return _first_true(
        number,
        ("equal", _equal(f"{number}_key")),
        ("serial_equal", _equal(f"{number}_serial_key")),
        ("slip", pl.col(f"{number}_slip")),
        ("differs", _l(f"{number}_key").is_not_null() & _r(f"{number}_key").is_not_null()),
    )


def _identity() -> pl.Expr:
    both = _l("id_key").is_not_null() & _r("id_key").is_not_null()
    comparable = both & ~_l("id_other") & ~_r("id_other")
    doubtful = comparable & ~(_l("id_good") & _r("id_good"))
    damaged = (_l("id_damaged") | _r("id_damaged")) & _l("id_first").is_not_null() & _r("id_first").is_not_null()
    return _first_true(
        "identity",
        ("equal", _crossed("id_key", "id_2_key")),
        # A float may end the first 15 digits one higher.
        ("first_15", damaged & ((_l("id_first") - _r("id_first")).abs() <= 1)),
        ("slip", doubtful & pl.col("id_text_slip")),
        ("mask_fits", pl.col("mask_fits")),
        ("birth_equal", doubtful & _equal("id_birth")),
        ("differs", comparable | damaged | ~pl.col("mask_fits")),
    )


def _name() -> pl.Expr:
    whole = ~_l("hidden") & ~_r("hidden")
    longest = pl.max_horizontal(_l("name_length"), _r("name_length"))
    gap = pl.col("name_gap")
    unit = _l("is_unit").fill_null(value=False) & _r("is_unit").fill_null(value=False)
    return _first_true(
        "name",
        ("equal", _crossed("name_key", "name_2_key")),
        ("begins", whole & pl.col("name_begins")),
        ("alike", whole & (longest >= 3) & ((gap == 1) | (unit & (gap * 4 <= longest)))),
        ("alike_short", whole & (longest == 2) & (gap == 1) & ~_equal("surname")),
        ("kin", whole & (longest == 2) & (gap == 1)),
        ("mask_fits", pl.col("name_fits")),
        ("differs", _l("named") & _r("named")),
    )


def _word(name: str) -> pl.Expr:
    return _first_true(name, ("equal", _equal(name)), ("differs", _l(f"{name}_known") & _r(f"{name}_known")))


def _amount() -> pl.Expr:
    a, b = _l("amount"), _r("amount")
    more, less = pl.max_horizontal(a, b), pl.min_horizontal(a, b)
    shifted = pl.any_horizontal(more == less * factor for factor in (10, 100, 10_000))
    both = a.is_not_null() & b.is_not_null()
    return _first_true(
        "amount",
        ("equal", _crossed("amount", "amount_2")),
        ("near", both & ((more * 98 <= less * 100) | shifted)),
        ("differs", both),
    )


def _lag() -> tuple[pl.Expr, pl.Expr]:
    """`stage` (a place in STAGES) and `days`, from the nearest two days that the sides give."""
    police = _l("day_police") - _r("day_township")
    paper = pl.coalesce(_l("day_procuratorate") - _r("day_police"), _r("day_procuratorate") - _l("day_police"))
    far = _l("day_procuratorate") - _r("day_township")
    stage = pl.when(police.is_not_null()).then(0).when(paper.is_not_null()).then(1).when(far.is_not_null()).then(2)
    return stage.cast(pl.Int8).alias("stage"), pl.coalesce(police, paper, far).cast(pl.Int32).alias("days")
