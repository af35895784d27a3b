"""Can somebody with nothing but Python tell whether a case's evidence is as it was sealed?"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pytest

from hub.errors import EvidenceBroken
from hub.evidence import verifier
from hub.evidence.bundle import export_case
from hub.evidence.verifier import canonical, delivery_file, unpacked, verify
from hub.ledger.chain import head
from hub.ledger.facts import append_fact
from hub.ledger.papers import papers
from hub.ledger.parcels import append_parcel, content, stored_rows
from hub.ledger.row_form import written
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher, digest
from tests.hub.ledger.statements import ID_NO, MORNING, PAPER, a_parcel, fill, some_rows
from tests.hub.ledger.tampering import one_bit_off, put, rows_of

OTHERS_NO = "110101199003070038"
CASE = {"records": [{"source": "police/outbox/sa_20260901.csv!R1"}], "obligations": [], "links": []}
VERSIONS = {"rules.yaml": b"version: 2026-09-01\n", "calendars/2026.yaml": b"year: 2026\n"}


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_ledger(url, Cipher(Cipher.generate()))
    opened.upgrade()
    fill(opened)
    other = a_parcel("police/outbox/sa_20260902.csv", b"another matter")
    with opened.write() as tx:
        append_parcel(tx, other, map(written, some_rows(other, 3)), MORNING)
    yield opened
    opened.dispose()


def bundle_of(
    ledger: Ledger, whole: bool = False, noted: Sequence[str] = (), pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The first row of each of the first two parcels, with what was linked, sent and told about them."""
    with ledger.read() as tx:
        rows = [row for row in stored_rows(tx) if row.position == 0 and "20260901" in row.path]
        drafted = [paper.paper_id for paper in papers(tx)]
    whole_parcels = [row.parcel_id for row in rows] if whole else []
    return export_case(
        ledger,
        "case-1",
        rows,
        CASE,
        subjects=["obligation-1"],
        noted=noted,
        delivery_ids=["P20260901-0001"],
        paper_ids=drafted,
        versions=VERSIONS,
        pictures=pictures,
        whole_parcels=whole_parcels,
    )


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("bundle")
    opened = open_ledger(f"sqlite:///{folder / 'ledger.db'}", Cipher(Cipher.generate()))
    opened.upgrade()
    fill(opened)
    made = bundle_of(opened, whole=True)
    opened.dispose()
    return made


def run_verifier(folder: Path, *arguments: str, script: str = "verify.py") -> subprocess.CompletedProcess[str]:
    """As its receiver would: a bare interpreter, no installed packages, no project."""
    return subprocess.run(
        [sys.executable, "-I", "-S", script, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def repacked(files: dict[str, bytes]) -> bytes:
    """A well-made archive of changed files: what somebody would make who knows how bundles are made."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.comment = b"0" * 64
    frame = buffer.getvalue()[:-64]
    return frame + digest(frame).encode()


def test_a_bundle_verifies_packed_and_unpacked_on_a_bare_python(ledger: Ledger, tmp_path: Path) -> None:
    packed = tmp_path / "case.zip"
    packed.write_bytes(bundle_of(ledger))
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    with ledger.read() as tx:
        seq, last = head(tx)
    for arguments in ((), ("../case.zip",), ("../case.zip", last), (".", last)):
        told = run_verifier(folder, *arguments)
        assert told.returncode == 0, told
        assert f"chain up to entry {seq}: {last}" in told.stdout


def test_a_bundle_holds_the_case_and_nobody_elses_matter(ledger: Ledger) -> None:
    files, faults = unpacked(bundle_of(ledger))
    assert faults == []
    statements = [
        json.loads(data) for name, data in files.items() if name.startswith("readings/") and name.endswith(".json")
    ]
    assert {one["source"] for one in statements} == {
        "police/outbox/sa_20260901.csv!R1",
        "police/outbox/cl_20260901.csv!R1",
    }
    assert json.loads(files["case.json"]) == {**CASE, "case_id": "case-1"}
    assert files["versions/rules.yaml"] == VERSIONS["rules.yaml"]
    told = [json.loads(data) for name, data in files.items() if name.startswith("facts/")]
    assert {one["code"] for one in told} == {"delivery.sent", "notice.sent"}
    assert {
        json.loads(data)["case_id"]
        for name, data in files.items()
        if name.startswith("links/") and name.endswith("json")
    } == {"case-1"}
    assert b"row\r\n" in files.values()
    assert PAPER in files.values()
    assert [
        json.loads(data)["kind"] for name, data in files.items() if name.startswith("papers/") and "json" in name
    ] == ["follow_up"]
    # of other people's parcels, rows and numbers there is nothing, not even a path
    assert not any(name.startswith("parcels/") for name in files)
    whole = b"".join(files.values())
    assert b"sa_20260902" not in whole
    assert b"R2" not in files["chain.txt"]


def test_a_fact_that_names_anothers_record_is_proven_without_what_it_says(ledger: Ledger) -> None:
    with ledger.write() as tx:
        append_fact(tx, "link.rejected", "L1", MORNING, {"other": "police acceptance 10072"})
    files, _ = unpacked(bundle_of(ledger, noted=["L1"], pictures={"links.svg": b"<svg/>"}))
    assert verify(files) == []
    assert b'"subject":"L1"' in files["chain.txt"]
    assert b"10072" not in b"".join(files.values())
    assert files["pictures/links.svg"] == b"<svg/>"
    told, _ = unpacked(bundle_of(ledger, noted=()))
    assert b'"subject":"L1"' not in told["chain.txt"]


def test_what_was_told_waived_or_stopped_about_an_obligation_is_in_the_bundle(ledger: Ledger) -> None:
    with ledger.write() as tx:
        append_fact(tx, "rung.fired", "obligation-1/police/1", MORNING, {"rung": "remind"})
        append_fact(tx, "duty.waived", "obligation-1~1", MORNING, {"reason": "paid"})
        append_fact(tx, "duty.waived", "obligation-12~1", MORNING, {"reason": "of another matter"})
    files, _ = unpacked(bundle_of(ledger))
    assert verify(files) == []
    told = [json.loads(data) for name, data in files.items() if name.startswith("facts/")]
    assert {"obligation-1/police/1", "obligation-1~1"} < {one["subject"] for one in told}
    assert "of another matter" not in "".join(map(str, told))


def test_a_parcel_is_given_whole_only_where_the_caller_says_so(ledger: Ledger) -> None:
    files, _ = unpacked(bundle_of(ledger, whole=True))
    with ledger.read() as tx:
        kept = {f"parcels/{digest(data)}": content(tx, digest(data)) for data in (b"as it came", b"results")}
    assert {name: data for name, data in files.items() if name.startswith("parcels/")} == kept
    assert verify(files) == []


def test_the_same_case_gives_the_same_bytes(ledger: Ledger) -> None:
    assert bundle_of(ledger) == bundle_of(ledger)


def test_the_verifier_that_ships_needs_nothing_newer_than_python_3_8() -> None:
    source = Path(verifier.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)


def test_one_changed_byte_anywhere_is_found(bundle: bytes) -> None:
    for place in range(0, len(bundle), 7):
        changed = bundle[:place] + bytes([bundle[place] ^ 1]) + bundle[place + 1 :]
        try:
            files, faults = unpacked(changed)
        except ValueError as error:
            faults = [str(error)]
        else:
            faults += verify(files)
        assert faults, place


def test_a_changed_byte_of_a_file_is_found_in_that_file(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    assert verify(files) == []
    for name, data in files.items():
        for place in {0, len(data) // 2, len(data) - 1}:
            changed = {**files, name: data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]}
            assert any(fault.startswith(name) for fault in verify(changed)), (name, place)


def test_a_file_that_is_missing_or_slipped_in_is_named(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    for name in files:
        missing = {other: data for other, data in files.items() if other != name}
        assert any(fault.startswith(name) for fault in verify(missing)), name
    assert verify({**files, "readings/1/9.json": b"{}"}) == [
        "readings/1/9.json: 不在清单中 / is not in the manifest",
        "readings/1/9.json: 证据链中没有对应的条目 / no entry of the chain covers it",
    ]


def with_true_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that fits them: a forger who stops at nothing but the chain."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: digest(data) for name, data in files.items() if name != "manifest.json"}
    del manifest["seal"]
    manifest["seal"] = digest(verifier.canonical(manifest))
    return {**files, "manifest.json": verifier.canonical(manifest)}


def test_every_reason_is_given_in_both_languages(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    said: set[str] = set()
    for name in files:
        said.update(verify({**files, name: files[name] + b" "}, "f" * 64))
        said.update(verify(with_true_manifest({**files, f"{name}.more": files[name]})))
        said.update(verify({other: data for other, data in files.items() if other != name}))
    said.update(unpacked(repacked(files)[:-1] + b"0")[1])
    assert len({fault.split(": ", 1)[1] for fault in said}) >= 10
    for fault in said:
        chinese, _, english = fault.split(": ", 1)[1].partition(" / ")
        assert re.search("[\u4e00-\u9fff]", chinese), fault
        assert re.search("[a-z]", english), fault


def test_a_delivery_bears_the_ending_of_its_file_and_one_of_an_older_bundle_none(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    (sent,) = [name for name in files if name.startswith("deliveries/")]
    assert sent.endswith(".csv")
    older = {name.removesuffix(".csv") if name == sent else name: data for name, data in files.items()}
    manifest = json.loads(files["manifest.json"])
    older = with_true_manifest({**older, "manifest.json": canonical({**manifest, "format": "xianjie-evidence/1"})})
    assert verify(older) == []
    renamed = {f"{sent}.exe" if name == sent else name: data for name, data in files.items()}
    assert verify(with_true_manifest(renamed)) == [f"{sent}.exe: 不是当时推送的内容 / is not what was handed over"]
    unknown = with_true_manifest({**files, "manifest.json": canonical({**manifest, "format": "xianjie-evidence/9"})})
    (fault,) = verify(unknown)
    assert "of a format that this verifier does not know" in fault


@pytest.mark.parametrize(
    ("path", "media_type", "name"),
    [
        ("inbox/T140924100-20261031-1.xlsx", "", "deliveries/7.xlsx"),
        ("/api/v1/alerts", "application/json", "deliveries/7.json"),
        ("inbox/P7", "", "deliveries/7"),
        ("inbox/P7.tar../x", "text/csv", "deliveries/7"),
    ],
)
def test_what_a_delivery_is_called_in_a_bundle(path: str, media_type: str, name: str) -> None:
    assert delivery_file(7, {"path": path, "media_type": media_type}) == name


@pytest.mark.parametrize(
    "top", ["readings/1/0.json", "readings/1/digests.txt", "parcels/", "links/", "facts/", "deliveries/", "papers/"]
)
def test_a_forger_who_rewrites_the_manifest_is_caught_by_the_chain(bundle: bytes, top: str) -> None:
    files, _ = unpacked(bundle)
    name = next(name for name in sorted(files) if name.startswith(top))
    forged = with_true_manifest({**files, name: files[name].replace(b"1", b"7") + b" "})
    assert unpacked(repacked(forged))[1] == []
    assert verify(forged)[0].split(":")[0] == name


def test_a_forger_who_rewrites_an_entry_breaks_the_chain_at_that_entry(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    lines = files["chain.txt"].splitlines(keepends=True)
    forged = with_true_manifest(
        {**files, "chain.txt": b"".join([lines[0].replace(b"sa_20260901", b"sa_20260902"), *lines[1:]])}
    )
    (fault,) = verify(forged)
    assert fault.startswith("chain.txt line 1 (entry 1): 与前一条目不相衔接，或者已被改动 / ")
    assert fault.endswith(" / does not follow from the entry before it, or was changed")
    shortened = with_true_manifest({**files, "chain.txt": b"".join(lines[:4] + lines[5:])})
    assert "chain.txt line 5 (entry 6): 此前缺少条目 / entries are missing before it" in verify(shortened)


def test_a_hash_noted_elsewhere_shows_a_chain_that_was_written_anew(bundle: bytes) -> None:
    files, _ = unpacked(bundle)
    noted = files["chain.txt"].split()[1].decode()
    assert verify(files, noted) == []
    assert verify(files, "f" * 64) == ["chain.txt: 其中没有另行记下的哈希值 / the hash noted elsewhere is not in it"]


def test_the_verifier_names_the_place_and_exits_with_one(bundle: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(bundle)) as archive:
        archive.extract("verify.py", tmp_path)
    place = bundle.index(ID_NO.encode())
    (tmp_path / "changed.zip").write_bytes(bundle[:place] + b"9" + bundle[place + 1 :])
    told = run_verifier(tmp_path, "changed.zip")
    assert told.returncode == 1
    assert "BROKEN 已损坏  readings/1/0.json: 与写成时不一致 / is not as it was written" in told.stdout
    assert "is not the statement that entry 1 was sealed over" in told.stdout
    (tmp_path / "cut.zip").write_bytes(bundle[:-200])
    assert run_verifier(tmp_path, "cut.zip").returncode == 1
    (tmp_path / "nothing").mkdir()
    assert run_verifier(tmp_path, "nothing").returncode == 2
    assert run_verifier(tmp_path, "nowhere.zip").returncode == 2


def test_the_verifier_says_the_same_where_the_hub_itself_runs_it(
    bundle: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "case.zip"
    packed.write_bytes(bundle)
    noted = unpacked(bundle)[0]["chain.txt"].split()[1].decode()
    assert verifier.main([str(packed), noted]) == 0
    assert "WHOLE" in capsys.readouterr().out
    assert verifier.main([str(packed), "f" * 64]) == 1
    assert "the hash noted elsewhere is not in it" in capsys.readouterr().out
    packed.write_bytes(bundle[:-200])
    assert verifier.main([str(packed)]) == 1
    assert verifier.main([str(tmp_path / "nowhere.zip")]) == 2
    (tmp_path / "empty").mkdir()
    assert verifier.main([str(tmp_path / "empty")]) == 2
    assert "no bundle here" in capsys.readouterr().out


def test_a_case_that_the_ledger_does_not_know_has_no_bundle(ledger: Ledger) -> None:
    with pytest.raises(KeyError):
        export_case(ledger, "no such case", [], {})


def test_a_bundle_is_not_made_of_what_was_altered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    opened = open_ledger(url, Cipher(Cipher.generate()))
    opened.upgrade()
    fill(opened)
    entry = rows_of(url, "evidence")[2]
    put(url, "evidence", {"seq": entry["seq"]}, "entry", one_bit_off(entry["entry"], 4))
    with pytest.raises(EvidenceBroken, match="evidence 3"):
        bundle_of(opened)
    put(url, "evidence", {"seq": entry["seq"]}, "entry", entry["entry"])
    row = rows_of(url, "record")[0]
    put(url, "record", {"record_id": row["record_id"]}, "sealed", one_bit_off(row["sealed"], 40))
    with pytest.raises(EvidenceBroken):
        bundle_of(opened)
    opened.dispose()
