"""Splink 5 on DuckDB, link_only over the three lists, trained as its guide says, the best pair for both sides in the end.

Tuned for speed as far as F1 does not fall (measured on 100,000 rows a list). Blocking: every sign that the two lists may share, each
with a second one where it alone would be too wide; the sum with the surname alone took several times as long to
predict for 0.0003 of F1. Comparisons: levels for typing slips (Levenshtein; Damerau-Levenshtein takes several times
as long in DuckDB), for absent values and for days apart, term frequency of names and sums. u from a million random pairs
(ten million take ten times as long and change nothing), m by EM over two blocks that share no column, its rounds without term
frequencies (several times as fast). Threshold: 0.95 gives the best F1 of 0.8, 0.9, 0.95, 0.99 and 0.999.
"""

from __future__ import annotations

import sys
from pathlib import Path

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.linking.ways.cleaned import AGENCIES, connect
from benchmarks.linking.ways.written import write_pairs

_LAGS = (3, 10, 31, 92, 184, 370)


def settings() -> SettingsCreator:
    """Comparisons and blocking rules."""
    days = cl.CustomComparison(
        comparison_levels=[
            cll.NullLevel("day"),
            *[cll.CustomLevel(f"abs(date_diff('day', day_l, day_r)) <= {days}", f"{days} days") for days in _LAGS],
            cll.ElseLevel(),
        ],
        output_column_name="day",
    )
    name = cl.CustomComparison(
        comparison_levels=[
            cll.CustomLevel("(name_l is null or name_r is null) and surname_l = surname_r", "masked, the surname fits"),
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.LevenshteinLevel("name", 1),
            cll.JaroWinklerLevel("name", 0.85),
            cll.ElseLevel(),
        ],
        output_column_name="name",
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            name,
            cl.LevenshteinAtThresholds("id17", [1, 2]),
            cl.LevenshteinAtThresholds("town_no", [1]).configure(term_frequency_adjustments=False),
            cl.LevenshteinAtThresholds("pol_no", [1]),
            cl.ExactMatch("unit"),
            cl.ExactMatch("cause"),
            cl.ExactMatch("amount").configure(term_frequency_adjustments=True),
            days,
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id17"),
            block_on("town_no", "surname"),
            block_on("pol_no", "surname"),
            block_on("name", "unit"),
            block_on("surname", "amount", "cause"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def link(folder: Path, out: Path, threshold: float = 0.95) -> None:
    """Train, predict, keep the best pairs, write."""
    connection = connect(folder)
    connection.execute("set memory_limit = '8GB'")
    api = DuckDBAPI(connection=connection)
    tables = [api.register(name) for name in AGENCIES]
    linker = Linker(tables, settings(), log_level="WARNING")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("town_no", "id17"), block_on("pol_no", "id17"), block_on("town_no", "name")], recall=0.85
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (block_on("town_no"), block_on("id17")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True
        )
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    # Its own cluster_using_single_best_links ran out of 20 GB on 100,000 rows a list; the same choice in SQL: of each
    # two lists the pairs that are the best for both sides.
    sides = "(case when unique_id_l < unique_id_r then {} else {} end)"
    later, earlier = sides.format("unique_id_l", "unique_id_r"), sides.format("unique_id_r", "unique_id_l")
    write_pairs(
        connection,
        [
            f"""select a, b from (select a, b,
                row_number() over (partition by a, split_part(b, ':', 1) order by match_weight desc, b) as i,
                row_number() over (partition by b, split_part(a, ':', 1) order by match_weight desc, a) as k
                from (select {later} as a, {earlier} as b, match_weight from {predicted.physical_name})) where i = 1 and k = 1"""
        ],
        out,
    )


if __name__ == "__main__":
    link(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.95)
