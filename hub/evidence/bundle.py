"""How is a case shown to someone who trusts neither the hub nor its people?"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from hub.evidence import verifier
from hub.evidence.verifier import ALONE, CHAIN, FORMAT, MANIFEST, PAPER, SEAL_BYTES, delivery_file
from hub.ledger.audit.report import ChainReport
from hub.ledger.audit.verify import verify
from hub.ledger.canon import canonical
from hub.ledger.chain import Entry
from hub.ledger.facts import append_fact
from hub.ledger.parcels import StoredRow, content, stored_parcels
from hub.ledger.proof import Proof, Wanted, gather
from hub.ledger.store import Ledger, Transaction
from hub.privacy import digest

EXPORTED = "evidence.exported"

README = """证据包 / Evidence bundle

核验：安装有 Python 3.8 以上版本的任何电脑上，执行  python verify.py  （在解开的文件夹中），或
  python verify.py 证据包.zip  。“完好”即每个字节与封存时一致；否则逐处指明。可另附一个事先记下的链上哈希值。
To verify, on any computer with Python 3.8 or later:  python verify.py  in the unpacked folder, or
  python verify.py BUNDLE.zip . It says WHOLE, or names every place that is not as it was sealed.

case.json      案件内容（系统整理）  the case as the hub puts it together: not itself a proof
chain.txt      证据链：序号、哈希、条目；他案条目只列摘要  the chain: number, hash, entry; of others' matters only a digest
readings/      原始记录逐行  rows as read, with the digests of all rows of their parcel
parcels/       原始文件（不含他人事项者）  parcels as they came, where they hold nobody else's matters
links/ facts/  关联、办理事实（涉及他案记录的决定只列条目和摘要）  links with their reasons; what the hub did or was
               told (of a decision that names another matter's record only the entry, with its digest)
pictures/      关联依据图（系统绘制）  why each record stands in the case, as drawn by the hub: not itself a proof
deliveries/    已推送内容（不含他人事项者；其余只列条目和摘要）  what was handed over, where it holds nobody else's matters;
               of the others the entry in the chain, with the file's digest
papers/        拟制的文书：登记事项与文件  papers that were drafted: what was noted of each, and the file
versions/      规则与日历版本  the rules and calendars that the computation used
"""


def export_case(
    ledger: Ledger,
    case_id: str,
    rows: Sequence[StoredRow],
    case: Mapping[str, object],
    *,
    subjects: Collection[str] = (),
    noted: Collection[str] = (),
    delivery_ids: Collection[str] = (),
    paper_ids: Collection[str] = (),
    versions: Mapping[str, bytes] | None = None,
    pictures: Mapping[str, bytes] | None = None,
    whole_parcels: Collection[str] = (),
) -> bytes:
    """A zip that proves a case: its rows, links, facts, deliveries and papers, the chain that covers them, and a verifier.

    A delivery that speaks of other cases too is there as its entry, with the digest of the file, and without the file;
    likewise a fact of `noted`, without what it says.

    rows: the case's rows, earlier versions included. case: its content for people, JSON-able (records, links,
    obligations ...). subjects: of the facts to include (obligation ids, sources ...); those about the case and the
    deliveries are included anyway. versions: file name -> content of the rules and calendars used. pictures: likewise, drawn from `case`. whole_parcels: ids of the parcels that may be given out whole, since
    they hold no other person's matter; of all others only the case's rows are given.

    The same ledger and the same arguments give the same bytes. It holds personal data in full: `note_export` keeps
    who took it. Raises KeyError where the ledger has nothing of the case, EvidenceBroken where it was altered.
    """
    places: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        places[row.parcel_id].add(row.position)
    with ledger.read() as tx:
        about = {case_id, *subjects, *delivery_ids}
        proof = gather(
            tx, Wanted(case_id, places, about, frozenset(noted), frozenset(delivery_ids), frozenset(paper_ids))
        )
        files = _proof_files(proof)
        files.update(_parcel_files(tx, places.keys() & set(whole_parcels)))
    files["case.json"] = canonical({**case, "case_id": case_id})
    files["README.txt"] = README.encode()
    files["verify.py"] = Path(verifier.__file__).read_bytes()
    for name, data in (versions or {}).items():
        files[f"versions/{name}"] = data
    for name, data in (pictures or {}).items():
        files[f"pictures/{name}"] = data
    last = proof.chain[-1]
    manifest = {
        "format": FORMAT,
        "case_id": case_id,
        "before": proof.chain[0].previous,
        "head": {"seq": last.seq, "hash": last.hash},
        "files": {name: digest(data) for name, data in files.items()},
    }
    files[MANIFEST] = canonical({**manifest, "seal": digest(canonical(manifest))})
    return _archive(files)


def note_export(ledger: Ledger, case_id: str, by: str, bundle: bytes, now: datetime) -> None:
    """Keep who exported the evidence of which case, when, and the digest of what was given out."""
    with ledger.write() as tx:
        noted = {"by": by, "case_id": case_id, "sha256": digest(bundle)}
        append_fact(tx, EXPORTED, f"{case_id}@{now.isoformat()}", now, noted)


def verify_chain(ledger: Ledger, anchors: Sequence[tuple[int, str]] = ()) -> ChainReport:
    """Verify the whole ledger: the chain, and every table against it. anchors: (seq, hash) noted elsewhere."""
    with ledger.read() as tx:
        return verify(tx, anchors)


def _proof_files(proof: Proof) -> dict[str, bytes]:
    batches = [("readings", one) for one in proof.readings]
    batches += [("links", one) for one in proof.links]
    batches += [("facts", one) for one in proof.facts]
    batches += [("papers", one) for one, _ in proof.papers]
    told = {one.entry.seq for _, one in batches} | {entry.seq for entry, _ in proof.deliveries}
    files = {CHAIN: b"".join(_chain_line(entry, whole=entry.seq in told) for entry in proof.chain)}
    for top, batch in batches:
        folder = f"{top}/{batch.entry.seq}"
        if top not in ALONE.values():  # whose one digest stands in the entry
            files[f"{folder}/digests.txt"] = "".join(f"{one}\n" for one in batch.digests).encode()
        for place, statement in batch.statements.items():
            files[f"{folder}/{place}.json"] = statement
    files |= {
        delivery_file(entry.seq, json.loads(entry.entry)): data for entry, data in proof.deliveries if data is not None
    }
    files |= {f"papers/{one.entry.seq}/{PAPER}": data for one, data in proof.papers}
    return files


def _chain_line(entry: Entry, *, whole: bool) -> bytes:
    # Of an entry about others only its digest: it shows that the chain is whole, and nothing of them.
    body = entry.body() if whole else f"sha256:{hashlib.sha256(entry.body()).hexdigest()}".encode()
    return f"{entry.seq} {entry.hash} ".encode() + body + b"\n"


def _parcel_files(tx: Transaction, whole_parcels: Collection[str]) -> dict[str, bytes]:
    found = [parcel for parcel in stored_parcels(tx) if parcel.parcel_id in whole_parcels]
    return {f"parcels/{parcel.sha256}": content(tx, parcel.sha256) for parcel in found}


def _archive(files: Mapping[str, bytes]) -> bytes:
    # Stored, not deflated, with one fixed date: the same bytes from every Python. The last 64 bytes, the archive's
    # comment, are the SHA-256 of all bytes before them.
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            member = ZipInfo(name)
            member.create_system = 3
            member.external_attr = 0o600 << 16
            archive.writestr(member, files[name])
        archive.comment = b"0" * SEAL_BYTES
    frame = buffer.getvalue()[:-SEAL_BYTES]
    return frame + digest(frame).encode()
