"""Which duties are there? The mechanism's rules, one line each, in the order of mechanism.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tests.drawing.duedays import Period, Unit

Share: TypeAlias = Literal["case", "row", "police_case", "person", "letter", "performance"]
D: Unit = "day"
H: Unit = "hour"
W: Unit = "working_day"
M: Unit = "month"
TOWN, POLICE, OFFICE = "township", "police", "procuratorate"
BUREAU, COMMISSION = "justice_bureau", "supervision_commission"


@dataclass(frozen=True)
class Rule:
    """When a duty opens, by when it is due, what ends it, and what the two must share beside the case."""

    name: str
    opens: tuple[str, ...]
    period: Period
    ends: tuple[str, ...]
    creditor: str
    share: Share = "case"
    right: bool = False

    @property
    def debtor(self) -> str:
        """Who owes it: the part before the dot."""
        return self.name.split(".")[0]


def _rule(
    name: str,
    opens: str,
    amount: int,
    unit: Unit,
    ends: str,
    creditor: str,
    share: Share = "case",
    *,
    right: bool = False,
) -> Rule:
    period = Period(amount, unit)
    return Rule(name, tuple(opens.split()), period, tuple(ends.split()), creditor, share, right)


RULES = (
    _rule("township.decide_transfer", "transfer.proposed", 3, D, "transfer.approved transfer.rejected", "head", "row"),
    _rule("township.send_referral", "transfer.approved", 24, H, "referral.sent", POLICE, "row"),
    _rule("township.copy_procuratorate", "referral.sent", 3, D, "copy.received", OFFICE),
    _rule("police.sign_receipt", "referral.sent", 24, H, "referral.received referral.returned", TOWN),
    _rule("township.supplement_material", "material.incomplete", 3, D, "material.supplemented", POLICE),
    _rule(
        "police.decide_filing",
        "referral.received",
        3,
        D,
        "filing.accepted filing.refused referral.rerouted referral.returned",
        TOWN,
        "police_case",
    ),
    _rule(
        "township.request_reconsideration",
        "nonfiling.received",
        3,
        D,
        "reconsideration.requested supervision.requested",
        POLICE,
        "row",
        right=True,
    ),
    _rule(
        "police.decide_reconsideration",
        "reconsideration.received",
        3,
        D,
        "reconsideration.decided",
        TOWN,
        "police_case",
    ),
    _rule(
        "township.request_supervision",
        "reconsideration.result_received",
        3,
        D,
        "supervision.requested",
        OFFICE,
        "row",
        right=True,
    ),
    _rule("township.hand_over_items", "filing.notice_received", 3, D, "items.handed_over", POLICE, "row"),
    _rule(
        "township.penalise_after_refusal",
        "nonfiling.received",
        90,
        D,
        "penalty.decided reconsideration.requested supervision.requested",
        OFFICE,
    ),
    _rule("police.notify_withdrawal", "case.withdrawn", 3, D, "case.withdrawal_notified", TOWN, "police_case"),
    _rule("procuratorate.accept_supervision", "supervision.requested", 7, D, "supervision.accepted", TOWN),
    _rule(
        "police.explain_nonfiling", "nonfiling.reasons_required", 7, D, "nonfiling.explained filing.accepted", OFFICE
    ),
    _rule(
        "police.explain_overdue",
        "overdue.reasons_required",
        7,
        D,
        "overdue.explained filing.accepted filing.refused",
        OFFICE,
    ),
    _rule(
        "procuratorate.notify_supervision_result",
        "supervision.reasons_upheld",
        10,
        D,
        "supervision.result_notified",
        TOWN,
    ),
    _rule("police.file_as_ordered", "filing.ordered", 15, D, "filing.accepted", OFFICE),
    _rule(
        "police.conclude_supervised_case",
        "filing.accepted",
        3,
        M,
        "prosecution.referred case.withdrawn",
        OFFICE,
        "police_case",
    ),
    _rule("township.act_on_transfer_opinion", "transfer_opinion.served", 7, D, "referral.sent", OFFICE),
    _rule("procuratorate.notify_police_of_refusal", "missed", 7, D, "police.notified_of_refusal referral.sent", POLICE),
    _rule(
        "procuratorate.copy_justice_bureau",
        "transfer_opinion.served penalty_opinion.served",
        3,
        D,
        "opinion.copied",
        BUREAU,
        "letter",
    ),
    _rule("justice_bureau.acknowledge_copy", "opinion.copied", 3, D, "opinion.copy_received", OFFICE, "letter"),
    _rule(
        "procuratorate.review_nonprosecution",
        "nonprosecution.decided",
        10,
        W,
        "nonprosecution.reviewed",
        TOWN,
        "person",
    ),
    _rule(
        "procuratorate.serve_penalty_opinion", "nonprosecution.decided", 3, D, "penalty_opinion.served", TOWN, "person"
    ),
    _rule("township.reply_opinion", "penalty_opinion.served", 2, M, "opinion.replied", OFFICE, "letter"),
    _rule(
        "township.perform_opinion", "opinion.replied", 30, D, "opinion.performed penalty.decided", OFFICE, "performance"
    ),
    _rule("procuratorate.answer_consultation", "consultation.asked", 7, D, "consultation.answered", "asker", "letter"),
    _rule("procuratorate.register_clue", "clue.sent", 7, D, "clue.registered", TOWN, "letter"),
    _rule("procuratorate.notify_clue_result", "clue.registered", 30, D, "clue.result_notified", TOWN, "letter"),
    _rule("township.reply_suggestion", "suggestion.served", 2, M, "suggestion.replied", OFFICE, "letter"),
    _rule("supervision_commission.acknowledge_clue", "dutyclue.sent", 3, D, "dutyclue.received", OFFICE, "letter"),
)
BY_NAME = {rule.name: rule for rule in RULES}
