"""Is this evidence bundle as it left the hub? Runs on a bare Python 3.8 or later, without the hub.

    python verify.py BUNDLE.zip [HASH]      the bundle as a file
    python verify.py [FOLDER] [HASH]        the bundle unpacked; the folder of this script where none is named

HASH is a hash of the chain that was noted elsewhere, on a notice or on paper: with it a chain that somebody wrote anew
as a whole is found too. Exit code 0: everything is as it was sealed; 1: something is not, and where; 2: no bundle.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import zipfile
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

FORMAT = "xianjie-evidence/2"
# Of the first, the files of `deliveries/` have no ending.
OLDER = ("xianjie-evidence/1",)
MANIFEST = "manifest.json"
CHAIN = "chain.txt"
SEAL_BYTES = 64

# Kind of entry -> folder of its statements, and the members of the entry that say how many and which.
BATCHES = {
    "parcel": ("readings", "rows", "rows_digest"),
    "reading": ("readings", "rows", "rows_digest"),
    "links": ("links", "links", "links_digest"),
}
# Kind of entry that covers one statement by a digest of its own -> folder of the statement.
ALONE = {"fact": "facts", "paper": "papers"}
PAPER = "draft.docx"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_CHANGED = "与写成时不一致 / is not as it was written"
_LOST = "缺失，或者与写成时不一致 / missing, or not as it was written"


def verify(files: dict[str, bytes], noted: str = "") -> list[str]:
    """Every fault of the bundle's files, as `place: what is wrong`; an empty list where it is whole."""
    try:
        manifest = json.loads(files[MANIFEST])
        listed, head, before = manifest["files"], manifest["head"], manifest["before"]
        case_id, form = manifest["case_id"], manifest["format"]
        listed = dict(listed)
        seal = manifest.pop("seal")
    except (KeyError, TypeError, ValueError):
        return [f"{MANIFEST}: {_LOST}"]
    faults = []
    if canonical({**manifest, "seal": seal}) != files[MANIFEST] or seal != sha256(canonical(manifest)):
        faults.append(f"{MANIFEST}: {_CHANGED}")
    elif form not in (FORMAT, *OLDER):
        faults.append(
            f"{MANIFEST}: 本程序不识此格式，请用包中的 verify.py / of a format that this verifier does not know; use the bundle's own"
        )
    faults += _listed(files, listed)
    entries, found = _chain(files.get(CHAIN, b""), before, head, noted)
    faults += found
    faults += _statements(files, entries)
    faults += _contents(files, entries)
    try:
        if json.loads(files["case.json"])["case_id"] != case_id:
            faults.append("case.json: 与清单所列案件不是同一案 / speaks of another case than the manifest")
    except (KeyError, TypeError, ValueError):
        faults.append(f"case.json: {_LOST}")
    return faults


def _listed(files: dict[str, bytes], listed: dict[str, str]) -> list[str]:
    faults = []
    for name in sorted(set(files) | set(listed)):
        if name == MANIFEST:
            continue
        if name not in files:
            faults.append(f"{name}: 清单中有，包中没有 / is in the manifest and missing")
        elif name not in listed:
            faults.append(f"{name}: 不在清单中 / is not in the manifest")
        elif sha256(files[name]) != listed[name]:
            faults.append(f"{name}: {_CHANGED}")
    return faults


def _chain(
    text: bytes, before: str, head: dict[str, object], noted: str
) -> tuple[dict[int, dict[str, Any]], list[str]]:
    """The entries that the bundle tells in full, by seq, and the faults of the chain."""
    entries: dict[int, dict[str, Any]] = {}
    faults: list[str] = []
    hashes = [before]
    previous, last = before, 0
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{CHAIN} line {number}"
        try:
            seq_text, claimed, body = line.decode().split(" ", 2)
            seq = int(seq_text)
            told = None if body.startswith("sha256:") else json.loads(body)
            if told is not None and (told["seq"] != seq or not isinstance(told["entry"], dict)):
                raise ValueError(body)
        except (KeyError, TypeError, ValueError):
            faults.append(f"{place}: 无法读取 / cannot be read")
            continue
        body_hash = body[7:] if told is None else sha256(body.encode())
        place = f"{place} (entry {seq})"
        if last and seq != last + 1:
            faults.append(f"{place}: 此前缺少条目 / entries are missing before it")
        if claimed != sha256((previous + body_hash).encode()):
            faults.append(
                f"{place}: 与前一条目不相衔接，或者已被改动 / does not follow from the entry before it, or was changed"
            )
        if told is not None:
            entries[seq] = told
        previous, last = claimed, seq
        hashes.append(claimed)
    if head != {"seq": last, "hash": previous}:
        faults.append(f"{CHAIN}: 末条不是清单所列的条目 / does not end with the entry that the manifest names")
    if noted and noted not in hashes:
        faults.append(f"{CHAIN}: 其中没有另行记下的哈希值 / the hash noted elsewhere is not in it")
    return entries, faults


def _statements(files: dict[str, bytes], entries: dict[int, dict[str, Any]]) -> list[str]:
    faults = []
    known = set()
    for seq, told in sorted(entries.items()):
        entry = told["entry"]
        if told.get("kind") in ALONE:
            digests, folder = [entry.get("digest")], f"{ALONE[told['kind']]}/{seq}"
            if told["kind"] == "paper":
                known.add(f"{folder}/{PAPER}")
        elif told.get("kind") in BATCHES:
            top, count, whole = BATCHES[told["kind"]]
            folder = f"{top}/{seq}"
            known.add(f"{folder}/digests.txt")
            digests = files.get(f"{folder}/digests.txt", b"").decode("ascii", "replace").split()
            if len(digests) != entry.get(count) or sha256("".join(digests).encode()) != entry.get(whole):
                faults.append(
                    f"{folder}/digests.txt: 不是第 {seq} 条封存时的摘要 / entry {seq} was sealed over other digests"
                )
        else:
            continue
        for place, digest in enumerate(digests):
            name = f"{folder}/{place}.json"
            known.add(name)
            if name in files and sha256(files[name]) != digest:
                faults.append(
                    f"{name}: 不是第 {seq} 条封存时的内容 / is not the statement that entry {seq} was sealed over"
                )
    covered = ("readings/", "links/", "facts/", "papers/")
    strays = [name for name in sorted(files) if name.startswith(covered) and name not in known]
    return faults + [f"{name}: 证据链中没有对应的条目 / no entry of the chain covers it" for name in strays]


def _contents(files: dict[str, bytes], entries: dict[int, dict[str, Any]]) -> list[str]:
    sealed = {told["entry"].get("sha256") for told in entries.values() if told.get("kind") == "parcel"}
    sent = {}
    for seq, told in entries.items():
        if told.get("kind") == "delivery":
            sent[f"deliveries/{seq}"] = sent[delivery_file(seq, told["entry"])] = told["entry"].get("sha256")
    faults = []
    for name, content in sorted(files.items()):
        top, _, rest = name.partition("/")
        found = sha256(content)
        if top == "parcels" and (found != rest or found not in sealed):
            faults.append(f"{name}: 不是封存的原始文件 / is not the parcel that was sealed")
        if top == "deliveries" and found != sent.get(name):
            faults.append(f"{name}: 不是当时推送的内容 / is not what was handed over")
        if (
            top == "papers"
            and name.endswith(f"/{PAPER}")
            and found != _drafted(files.get(f"papers/{rest[: -len(PAPER)]}0.json"))
        ):
            faults.append(f"{name}: 不是当时拟制的文书 / is not the paper that was drafted")
    return faults


def delivery_file(seq: int, entry: dict[str, Any]) -> str:
    """Where the file of a delivery stands: with the ending of its own name, so that a double click opens it."""
    ending = _ENDING.search(str(entry.get("path", "")))
    if ending is None and entry.get("media_type") == "application/json":
        return f"deliveries/{seq}.json"
    return f"deliveries/{seq}{ending.group() if ending else ''}"


def _drafted(statement: bytes | None) -> object:
    """The digest of a paper's file, as its statement gives it."""
    try:
        return json.loads(statement or b"")["sha256"]
    except (KeyError, TypeError, ValueError):
        return None


def unpacked(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The files of a bundle, and the faults of the archive itself. Raises ValueError where it is no archive any more."""
    faults = []
    if sha256(data[:-SEAL_BYTES]).encode() != data[-SEAL_BYTES:]:
        faults.append(
            "压缩包: 有字节被改动；下列各行指明何处，没有下列各行的，在其外框或者封印 / "
            "the archive: a byte of it was changed; the lines below say where, none: in its frame or seal"
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [(info.filename, info.header_offset, info.file_size) for info in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OSError) as error:
        raise ValueError(f"压缩包: 目录被改动 / the archive: its table of contents was changed ({error})") from None
    files = {}
    for name, offset, size in members:
        # Read past the archive's own checksum, so that a changed byte is named by the file's place and not only by it.
        name_size, extra_size = struct.unpack("<HH", data[offset + 26 : offset + 30].ljust(4, b"\0"))
        start = offset + 30 + name_size + extra_size
        if name in files:
            faults.append(f"{name}: 在压缩包中出现两次 / is in the archive twice")
        files[name] = data[start : start + size]
    return files, faults


def folder_files(folder: Path) -> dict[str, bytes]:
    """The files of a bundle that was unpacked, by their names in the bundle."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def canonical(value: object) -> bytes:
    """JSON as the hub writes it for hashing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def main(arguments: list[str]) -> int:
    """Verify what the arguments name and say what was found."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without Chinese still gets the rest
    target = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    noted = arguments[1] if len(arguments) > 1 else ""
    try:
        files, faults = unpacked(target.read_bytes()) if target.is_file() else (folder_files(target), [])
    except (OSError, ValueError) as error:
        sys.stdout.write(f"BROKEN 已损坏  {error}\n")
        return 1 if target.is_file() else 2
    if not files:
        sys.stdout.write(f"{target}: 此处没有证据包 / no bundle here\n")
        return 2
    faults += verify(files, noted)
    for fault in faults:
        sys.stdout.write(f"BROKEN 已损坏  {fault}\n")
    if faults:
        return 1
    head = json.loads(files[MANIFEST])["head"]
    sys.stdout.write(f"WHOLE 完好  {len(files)} 个文件，证据链至第 {head['seq']} 条 / ")
    sys.stdout.write(f"{len(files)} files; chain up to entry {head['seq']}: {head['hash']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
