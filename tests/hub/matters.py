"""Matters as the tests of what is pushed need them: records of one case, and the desk that plans."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from connectors import delimited, workbook
from hub.delivery.outbox import Writers
from hub.delivery.plan import CaseView, Desk, Receiver
from hub.delivery.rules import load_delivery_rules
from hub.ladder.ladders import load_ladders
from hub.model import Event, Party, Record, RecordKind
from hub.moment import SHANGHAI, Moment

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
AS_OF = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
TOWNSHIP, CSV_TOWNSHIP = "140924102", "140924208"
ID_NO = "140924198003041236"
WRITERS = Writers(delimited.write, workbook.write)


def desk() -> Desk:
    """The desk of the project's own data, with four townships' worth of receivers."""
    offices = {
        "police": "繁峙县公安局",
        "procuratorate": "繁峙县人民检察院",
        "justice_bureau": "繁峙县司法局",
        "supervision_commission": "繁峙县监察委员会",
    }
    townships = {TOWNSHIP: "大营镇人民政府", CSV_TOWNSHIP: "神堂堡乡人民政府", "140924101": "砂河镇人民政府"}
    receivers = {code: Receiver(code, code, name) for code, name in offices.items()}
    asked = {CSV_TOWNSHIP: "township_files"}
    receivers |= {code: Receiver(code, "township", name, asked.get(code, "")) for code, name in townships.items()}
    titles = {"police.decide_filing": "决定是否立案", "township.hand_over_items": "移交涉案物品和材料"}
    return Desk(
        load_delivery_rules(MAPPINGS / "deliveries.yaml"),
        receivers,
        load_ladders(MAPPINGS / "ladders.yaml").roles,
        titles,
        keyed,
    )


def keyed(text: str) -> str:
    """A keyed digest, as the ledger's cipher gives it."""
    return hmac.digest(b"test", text.encode("utf-8", "surrogatepass"), "sha256").hex()


def record(
    agency: str,
    kind: RecordKind,
    key: str,
    events: Mapping[str, str],
    fields: Mapping[str, str],
    parties: tuple[Party, ...] = (),
) -> Record:
    """A record whose events are given as code -> moment."""
    asserted = tuple(Event(code, Moment.parse(at), agency) for code, at in events.items())
    return Record(agency, kind, key, f"{agency}/{kind}/{key}!R1", fields, parties, asserted)


def referral(
    township: str = TOWNSHIP, no: int = 3, sent_at: str = "2026-10-26T10:00:00+08:00", **fields: str
) -> Record:
    """A row of 移送案件 that says that the referral was sent."""
    told = {
        "case_no": f"营综执立〔2026〕{no}号",
        "referral_no": f"营综执移字〔2026〕{no}号",
        "cause": "非法采矿",
        "amount": "125000",
        "sent_at": sent_at,
    } | fields
    parties = (Party("示例甲", ID_NO, "complete"),)
    return record(township, RecordKind.REFERRAL, told["case_no"], {"referral.sent": sent_at}, told, parties)


def acceptance(referral_no: str = "", no: int = 52) -> Record:
    """A row of the police's sa file."""
    fields = {"police_case_no": f"A14092404000020261000{no}", "acceptance_no": f"繁公（刑）受案字〔2026〕100{no}号"}
    fields |= {"referral_no": referral_no} if referral_no else {}
    key = fields["acceptance_no"]
    return record("police", RecordKind.ACCEPTANCE, key, {"referral.received": "2026-10-27T09:00:00+08:00"}, fields)


def decision(result: str = "refused", at: str = "2026-10-28T16:00:00+08:00", **fields: str) -> Record:
    """A row of the police's cl file."""
    codes = {
        "filed": "filing.accepted",
        "refused": "filing.refused",
        "reconsideration_decided": "reconsideration.decided",
        "withdrawn": "case.withdrawn",
    }
    told = {
        "police_case_no": "A1409240400002026100052",
        "result": result,
        "doc_no": "繁公（刑）不立字〔2026〕4号",
        "reason": "没有犯罪事实",
    } | fields
    key = f"{told['police_case_no']}|{result}|{told['doc_no']}"
    return record("police", RecordKind.POLICE_RESULT, key, {codes[result]: at}, told)


def duty_clue(no: int = 1) -> Record:
    """A sealed document of the procuratorate."""
    at = "2026-10-20T09:00:00+08:00"
    fields = {"doc_id": f"d{no}", "doc_type": "duty_clue", "doc_no": f"繁检移〔2026〕{no}号", "sealed": "yes"}
    parties = (Party("示例某官员", ID_NO, "complete"),)
    return record("procuratorate", RecordKind.DOCUMENT, f"d{no}", {"dutyclue.sent": at}, fields, parties)


def clue_receipt(no: int = 1) -> Record:
    """A line of the supervision commission's receipts."""
    number = f"繁检移〔2026〕{no}号"
    events = {"dutyclue.received": "2026-10-21"}
    return record("supervision_commission", RecordKind.CLUE_RECEIPT, number, events, {"doc_no": number})


def case(*records: Record, case_id: str = "C1") -> CaseView:
    """One matter."""
    return CaseView(case_id, records)


def corrected(what: Record, **fields: str) -> Record:
    """The same row in a later version."""
    return replace(what, fields={**what.fields, **fields})


def sha256(content: bytes) -> str:
    """As an agency computes it."""
    return hashlib.sha256(content).hexdigest()
