"""Which rows stand together so far, and why?"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.link.columns.sheets import LISTS

TOWNSHIP, POLICE, PROCURATORATE = LISTS
EXACT_SCORE = {"number+identity": 40.0, "number+name": 33.0}
WEIGHED, AMBIGUOUS, AGAIN, OWN = "evidence", "ambiguous", "delivered_again", "own"


class Groups:
    """Groups of at most one row of each list; rows delivered again are added to their leader's when written out."""

    def __init__(self, sheets: Mapping[str, pl.DataFrame]) -> None:
        self._open = {agency: sheet["open"] for agency, sheet in sheets.items()}
        self._reasons: dict[str, list[pl.DataFrame]] = {agency: [] for agency in LISTS}
        self.table = pl.DataFrame(schema=dict.fromkeys(LISTS, pl.UInt32))

    def join_exact(self, police_township: pl.DataFrame, paper_police: pl.DataFrame, paper_township: pl.DataFrame) -> None:
        """Take the certain pairs together; a paper whose two pairs contradict each other is left open."""
        one = police_township.select(police="left", township="right", tier="tier")
        self._because(POLICE, one.select(row=POLICE, tier="tier"))
        papers = (
            paper_police.select(procuratorate="left", police="right", tier="tier")
            .join(paper_township.select(procuratorate="left", township="right", tier_2="tier"), on=PROCURATORATE, how="full", coalesce=True)
        )  # fmt: skip
        of_police = one.select(POLICE, known_township=TOWNSHIP)
        of_township = one.select(TOWNSHIP, known_police=POLICE)
        papers = papers.join(of_police, on=POLICE, how="left").join(of_township, on=TOWNSHIP, how="left")
        fits = (pl.col(TOWNSHIP).is_null() | pl.col("known_township").is_null() | (pl.col(TOWNSHIP) == pl.col("known_township"))) & (
            pl.col(POLICE).is_null() | pl.col("known_police").is_null() | (pl.col(POLICE) == pl.col("known_police"))
        )  # fmt: skip
        papers = papers.filter(fits).select(
            PROCURATORATE, pl.coalesce(POLICE, "known_police").alias(POLICE),
            pl.coalesce(TOWNSHIP, "known_township").alias(TOWNSHIP), pl.coalesce("tier", "tier_2").alias("tier"),
        )  # fmt: skip
        for column in (POLICE, TOWNSHIP):
            papers = papers.filter(pl.col(column).is_null() | pl.col(column).is_unique())
        self._because(PROCURATORATE, papers.select(row=PROCURATORATE, tier="tier"))
        bridged = papers.filter(pl.col(POLICE).is_not_null() & pl.col(TOWNSHIP).is_not_null()).join(one, on=[POLICE, TOWNSHIP], how="anti")
        self._because(POLICE, bridged.select(row=POLICE, tier=pl.lit("number+person of a third")))
        rest = one.select(POLICE, TOWNSHIP).join(papers, on=[POLICE, TOWNSHIP], how="anti")
        table = pl.concat([papers.select(LISTS), rest.with_columns(pl.lit(None, dtype=pl.UInt32).alias(PROCURATORATE)).select(LISTS)])
        alone = []
        for agency in LISTS:
            rows = self._open[agency].scatter(table[agency].drop_nulls(), False).arg_true()
            alone.append(pl.DataFrame({a: rows if a == agency else pl.Series([None], dtype=pl.UInt32).new_from_index(0, rows.len()) for a in LISTS}))
        self.table = pl.concat([table, *alone])

    def sides(self, left: tuple[str, ...], right: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The groups that may be joined: with a row of left's leading list and none of right's, and the other way."""
        table = self.table.with_row_index("group")
        lacks_right, lacks_left = pl.col(right[0]).is_null(), pl.col(left[0]).is_null()
        if len(left) == 1:
            lacks_right &= pl.all_horizontal(pl.col(slot).is_null() for slot in right)
        return (
            table.filter(pl.col(left[0]).is_not_null() & lacks_right),
            table.filter(lacks_left & pl.any_horizontal(pl.col(slot).is_not_null() for slot in right if slot != left[0])
                         & (pl.col(right[0]).is_not_null() if len(left) > 1 else pl.lit(value=True))),
        )  # fmt: skip

    def join(self, left: pl.DataFrame, right: pl.DataFrame, links: pl.DataFrame) -> None:
        """Put the groups of each link together; `l`, `r` are places in left and right."""
        if links.height == 0:
            return
        a, b = left[links["l"]], right[links["r"]]
        leading = POLICE if a[POLICE].is_not_null().any() else PROCURATORATE
        self._because(leading, pl.DataFrame({"row": a[leading], "tier": pl.repeat(WEIGHED, a.height, eager=True), "score": links["score"]}))
        joined = {slot: pl.select(pl.coalesce(a[slot], b[slot])).to_series() for slot in LISTS}
        self.table = self.table.with_columns(
            self.table[slot].scatter(b["group"], joined[slot]).scatter(a["group"], None) for slot in LISTS
        )

    def leave(self, left: pl.DataFrame, ambiguous: pl.DataFrame) -> None:
        """Mark what is left to a person."""
        if ambiguous.height == 0:
            return
        a = left[ambiguous["l"]]
        leading = POLICE if a[POLICE].is_not_null().any() else PROCURATORATE
        self._because(leading, pl.DataFrame({"row": a[leading], "tier": pl.repeat(AMBIGUOUS, a.height, eager=True), "score": ambiguous["score"]}))

    def _because(self, agency: str, reasons: pl.DataFrame) -> None:
        if "score" not in reasons.columns:
            reasons = reasons.with_columns(score=pl.col("tier").replace_strict(EXACT_SCORE, default=30.0, return_dtype=pl.Float64))
        self._reasons[agency].append(reasons.select("row", "tier", "score"))

    def output(self, cells: Mapping[str, pl.DataFrame], orders: Mapping[str, pl.Series], leaders: Mapping[str, pl.Series]) -> pl.DataFrame:  # fmt: skip
        """Every row with its case; a case is called after the first row of its leading list."""
        table = self.table.filter(pl.any_horizontal(pl.all().is_not_null()))
        place, offset = pl.lit(None, dtype=pl.UInt32), 0
        for agency in LISTS:
            at = pl.Series(orders[agency]).gather(table[agency].fill_null(0))
            own = pl.select(pl.when(table[agency].is_not_null()).then(at + offset)).to_series().alias(agency + "_at")
            table = table.with_columns(own)
            place = pl.coalesce(place, pl.col(agency + "_at"))
            offset += cells[agency].height
        table = table.with_columns(case=place)
        names = pl.concat([self._names(agency, cells[agency]["record_id"].gather(orders[agency].arg_sort())) for agency in LISTS])
        parts = []
        for number, agency in enumerate(LISTS):
            rows = cells[agency].height
            of_leader = pl.repeat(0, rows, dtype=pl.UInt32, eager=True)
            held = table.filter(pl.col(agency).is_not_null())
            of_leader = of_leader.scatter(held[agency], held["case"].cast(pl.UInt32))
            case = of_leader.gather(leaders[agency])
            led = leaders[agency] != pl.int_range(rows, dtype=pl.UInt32, eager=True)
            tier = pl.repeat(OWN, rows, eager=True)
            score = pl.repeat(0.0, rows, eager=True)
            for reason in self._reasons[agency]:
                tier, score = tier.scatter(reason["row"], reason["tier"]), score.scatter(reason["row"], reason["score"])
            parts.append(
                pl.DataFrame({"case": case, "number": pl.repeat(number, rows, dtype=pl.UInt8, eager=True), "at": orders[agency],
                              "agency": pl.repeat(agency, rows, eager=True), "record_id": cells[agency]["record_id"], "tier": tier, "score": score})
                .with_columns(pl.when(led).then(pl.lit(AGAIN)).otherwise("tier").alias("tier"))
            )  # fmt: skip
        out = pl.concat(parts).sort("case", "number", "at")
        return out.select(case_id=names.gather(out["case"]), agency="agency", record_id="record_id", tier="tier", score=pl.col("score").round(1))

    def _names(self, agency: str, ids: pl.Series) -> pl.Series:
        """A name for each row that may lead a case: its list's letter and its id, numbered where the id stands again."""
        again = pl.DataFrame({"id": ids.fill_null("")}).with_columns(n=pl.int_range(pl.len()).over("id")) if not ids.is_unique().all() else None
        called = f"{agency}:" + ids.fill_null("")
        if again is None:
            return called
        return pl.select(pl.when(again["n"] == 0).then(called).otherwise(called + "#" + (again["n"] + 1).cast(pl.String))).to_series()


__all__ = ["Groups"]
