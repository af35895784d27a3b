"""What does each matter have to be told to whom, before it is asked what they were told already?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from hub.delivery.desk import CaseView, Desk, Draft, base, unsealed
from hub.delivery.rules import Kind
from hub.duties.duty import Obligation
from hub.findings.finding import Finding
from hub.ladder.ladders import CREDITOR, DEBTOR, HUB
from hub.ladder.rung import Act, RungDue, shown_subject, written_number
from hub.link.linker import case_id_of
from hub.model import Event, Party, Receipt, Record, RecordKind
from hub.moment import Moment
from hub.privacy import mask_identity_numbers
from hub.values.document_numbers import strict_key
from hub.values.identity import IdentityState

_PEOPLES = "、"
POLICE, PROCURATORATE = "police", "procuratorate"


def draft_referrals(case: CaseView, desk: Desk, as_of: datetime) -> Iterator[Draft]:
    """Each referral that a township reports as sent: to the police, and its copy to the procuratorate."""
    open_records = unsealed(case, desk)
    for record in open_records:
        if record.kind is not RecordKind.REFERRAL:
            continue
        for event in _events(record, as_of, "referral.sent"):
            number = written_number(record.get("referral_no"))
            names = _PEOPLES.join(party.name for party in record.parties)
            thread = (record.agency, str(record.kind), record.key)
            township = desk.receivers.get(record.agency)
            told = {"referral_no": number, "unit": record.agency, "unit_name": township.name if township else ""}
            told |= {"cause": record.get("cause"), "parties": names, "sent_at": str(event.at)}
            copied = {"township": record.agency, "doc_no": number, "cause": record.get("cause")}
            copied |= {"sent_on": event.at.day.isoformat(), "amount": record.get("amount")}
            at, sources = event.at.latest(), (record.source,)
            received = _answers(record, open_records, RecordKind.ACCEPTANCE, "referral_no", "")
            copy_received = _answers(record, open_records, RecordKind.DOCUMENT, "related_doc_no", "copy.received")
            yield Draft(Kind.REFERRAL, POLICE, thread, told, at, case.case_id, sources, settled_by=received)
            yield Draft(
                Kind.REFERRAL_COPY, PROCURATORATE, thread, copied, at, case.case_id, sources,
                parties=tuple(_shown(party) for party in record.parties), settled_by=copy_received,
            )  # fmt: skip


def draft_decisions(case: CaseView, desk: Desk, as_of: datetime) -> Iterator[Draft]:
    """Each decision of the police on the matter, to every township that referred it."""
    open_records = unsealed(case, desk)
    referred: dict[str, list[Record]] = {}
    for record in open_records:
        if record.kind is RecordKind.REFERRAL and any(_events(record, as_of, "referral.sent")):
            referred.setdefault(record.agency, []).append(record)
    for record in open_records:
        for event in _events(record, as_of, *desk.rules.decisions):
            decision = desk.rules.decisions[event.code]
            outcome = desk.rules.outcomes.get(record.get("outcome"), "")
            row = {
                "doc_no": written_number(record.get("doc_no")),
                "police_case_no": record.get("police_case_no"),
                "result": f"{decision.title}（{outcome}）" if outcome else decision.title,
                "decided_at": str(event.at),
                "reason": mask_identity_numbers(record.get("reason")),
                "next": decision.next,
            }
            for township, rows in sorted(referred.items()):
                numbers = sorted({written_number(one.get("referral_no")) for one in rows} - {""})
                told = row | {"referral_nos": _PEOPLES.join(numbers)}
                thread = (record.agency, str(record.kind), record.key, event.code)
                noted = [
                    one.source
                    for one in rows
                    if any(not e.at.before(event.at) for e in _events(one, as_of, decision.noted_by))
                ]
                yield Draft(
                    Kind.FILING_DECISION, township, thread, told, event.at.latest(), case.case_id, (record.source,),
                    settled_by=tuple(noted),
                )  # fmt: skip


def draft_finding(
    finding: Finding, case: CaseView | None, owed: Sequence[Obligation], desk: Desk, as_of: datetime
) -> Iterator[Draft]:
    """A finding: to the agency that must put it right, and to the procuratorate.

    owed: the overdue obligations of its case; the one that it rests on gives it a due time and a basis.
    Where any record of the case is sealed, only those who may know of it are told: nobody can say which record it
    rests on.
    """
    word, _, value = finding.detail.rpartition("=")
    said = _PEOPLES.join(desk.titles.get(part, desk.rules.words.get(part, part)) for part in value.split("+"))
    label = desk.rules.details.get(word, "")
    rule = value if word == "rule" else desk.rules.finding_rules.get(finding.code, "")
    missed = [
        one
        for one in owed
        if one.rule == rule and base(one.debtor) == base(finding.agency) and (word == "rule" or one.subject == value)
    ]
    first = min(missed, key=lambda one: one.due_at, default=None)
    row = {
        "code": finding.code,
        "agency": finding.agency,
        "title": desk.rules.findings.get(finding.code, finding.code),
        "subject": _matter_no(unsealed(case, desk)) if case else "",
        "detail": mask_identity_numbers(f"{label}：{said}" if label else said),
        "due_at": str(Moment.of(first.due_at)) if first else "",
        "basis": first.basis if first else "",
    }
    sealed = base(finding.agency) in desk.rules.sealed.agencies or bool(
        case and any(map(desk.rules.sealed.seals, case.records))
    )
    said_of = (finding.code, finding.agency, finding.detail)
    former = {case_id_of([record]) for record in case.records} - {finding.case_id} if case else ()
    owing = tuple(sorted(one.obligation_id for one in missed))
    for receiver in dict.fromkeys((base(finding.agency), PROCURATORATE)):
        yield Draft(
            Kind.FINDING, receiver, (finding.case_id, *said_of), row, as_of, finding.case_id,
            obligation_ids=owing, sealed=sealed, aliases=tuple((one, *said_of) for one in sorted(former)),
        )  # fmt: skip


def draft_return(referral: Draft, answer: Receipt, desk: Desk) -> Draft:
    """What the police said to a referral that they did not take, to the township that sent it."""
    township = referral.row["unit"]
    row = {
        "code": "delivery.refused",
        "agency": township,
        "title": desk.rules.returned.title,
        "subject": referral.row["referral_no"],
        "detail": answer.detail,
        "due_at": "",
        "basis": desk.rules.returned.basis,
        "to": desk.rules.returned.to,
        "document": "",
    }
    thread = ("returned", answer.delivery_id)
    return Draft(Kind.NOTICE, township, thread, row, answer.received_at, referral.case_id, referral.sources)


def draft_overdue(obligation: Obligation, sealed: bool, desk: Desk) -> Iterator[Draft]:
    """What another agency has let pass, to the procuratorate; its own house is told by its own ladder."""
    if base(obligation.debtor) == PROCURATORATE:
        return
    debtor = desk.receivers.get(base(obligation.debtor))
    row = _about(obligation, desk) | {"detail": f"{debtor.name if debtor else obligation.debtor}：逾期未办"}
    yield Draft(
        Kind.OVERDUE, PROCURATORATE, (obligation.obligation_id,), row, obligation.due_at, obligation.case_id,
        obligation_ids=(obligation.obligation_id,), sealed=sealed,
    )  # fmt: skip


def draft_notices(rungs: Sequence[RungDue], sealed: bool, desk: Desk, papers: Mapping[str, str]) -> Iterator[Draft]:
    """The rungs of one obligation that fire now, as one notice to each agency; a rung with a paper stands alone.

    Proposals are no notices. An agency without channel is served by the office that carries papers to it. papers:
    rung key -> the number of its paper, which the notice names.
    """
    grouped: dict[tuple[str, str], list[tuple[RungDue, str]]] = {}
    for rung in rungs:
        for role in rung.roles if rung.act is Act.NOTIFY else ():
            if receiver := _receiver(role, rung, desk):
                grouped.setdefault((receiver, rung.rung_key if rung.document else ""), []).append((rung, role))
    for (receiver, _), told in grouped.items():
        fired = list({rung.rung_key: rung for rung, _ in told}.values())
        last = fired[-1]
        row = _about(last.obligation, desk) | {
            "to": _PEOPLES.join(dict.fromkeys(desk.addressee(role, receiver) for _, role in told)),
            "detail": _whose(last, receiver, desk) + last.text,
            "document": f"{last.document}（{number}）" if (number := papers.get(last.rung_key)) else last.document,
        }
        keys = tuple(rung.rung_key for rung in fired)
        yield Draft(
            Kind.NOTICE, receiver, keys, row, last.due_since, last.obligation.case_id,
            obligation_ids=(last.obligation.obligation_id,), rung_keys=keys, sealed=sealed,
        )  # fmt: skip


def _whose(rung: RungDue, receiver: str, desk: Desk) -> str:
    """Whose duty it is, for a reader who is not the one that owes it."""
    debtor = base(rung.obligation.debtor)
    known = desk.receivers.get(debtor)
    return f"{known.name}　" if known is not None and debtor != receiver else ""


def _receiver(role: str, rung: RungDue, desk: Desk) -> str:
    named = desk.roles[role].agency
    obligation = rung.obligation
    agency = base({DEBTOR: obligation.debtor, CREDITOR: obligation.creditor}.get(named, named))
    about_itself = obligation.rule in desk.rules.not_by_channel and agency == base(obligation.debtor)
    if agency == HUB or about_itself:
        return ""
    known = desk.receivers.get(agency)
    has_channel = known is not None and desk.layout(known, Kind.NOTICE) is not None
    return agency if has_channel else desk.rules.carried_by


def _about(obligation: Obligation, desk: Desk) -> dict[str, str]:
    return {
        "code": obligation.rule,
        "agency": base(obligation.debtor),
        "title": desk.titles.get(obligation.rule, obligation.rule),
        "subject": shown_subject(obligation.subject),
        "due_at": str(Moment.of(obligation.due_at)),
        "basis": obligation.basis,
    }


def _events(record: Record, as_of: datetime, *codes: str) -> Iterator[Event]:
    now = Moment.of(as_of)
    return (event for event in record.events if event.code in codes and not event.at.after(now))


def _answers(
    referral: Record, records: Sequence[Record], kind: RecordKind, names_it: str, event: str
) -> tuple[str, ...]:
    """The records of that kind, of the same matter, that speak of this referral, or else of none in particular."""
    own = {strict_key(r.get("referral_no")) for r in records if r.kind is RecordKind.REFERRAL} - {""}
    answers = [r for r in records if r.kind is kind and (not event or any(e.code == event for e in r.events))]
    named = {strict_key(answer.get(names_it)) for answer in answers}
    wanted = {strict_key(referral.get("referral_no"))} - {""}
    if wanted & named:
        answers = [answer for answer in answers if strict_key(answer.get(names_it)) in wanted]
    elif named & own:
        return ()
    return tuple(answer.source for answer in answers)


def _shown(party: Party) -> Party:
    """The party with its number as the interface takes it: 18 characters, or masked; else none."""
    takes = party.id_state == IdentityState.MASKED or (
        party.id_state == IdentityState.COMPLETE and len(party.id_no) == 18
    )
    return party if takes else Party(party.name)


def _matter_no(records: Sequence[Record]) -> str:
    """The number by which people know the matter: the referral's, else the police's, else a paper's."""
    for kind, names in (
        (RecordKind.REFERRAL, ("referral_no", "case_no")),
        (RecordKind.ACCEPTANCE, ("police_case_no",)),
        (RecordKind.PENALTY, ("penalty_no",)),
    ):
        for record in sorted((r for r in records if r.kind is kind), key=lambda r: (r.agency, r.key)):
            if number := next(filter(None, map(record.get, names)), ""):
                return written_number(number)
    return written_number(min((r.get("doc_no") for r in records if r.get("doc_no")), default=""))
