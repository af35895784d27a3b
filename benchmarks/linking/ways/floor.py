"""The floor: read three files, join on what equals as typed, write. What no linking can be faster than."""

from __future__ import annotations

import sys

import duckdb

if __name__ == "__main__":
    folder, out = sys.argv[1:3]
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    read = {name: f"read_csv('{folder}/{name}.csv', all_varchar = true, header = true)" for name in ("township", "police", "procuratorate")}  # fmt: skip
    connection.execute(
        f"""
        copy (
            select coalesce('t' || t.record_id, 'p' || p.record_id, 'j' || j.record_id) as case_id,
                t.record_id as township, p.record_id as police, j.record_id as procuratorate
            from {read["township"]} t
            full join {read["police"]} p on p.ref_doc_no = t.doc_no and p.id_no = t.id_no
            full join {read["procuratorate"]} j on j.ref_doc_no = t.doc_no and j.id_no = t.id_no
        ) to '{out}' (header)
        """
    )
