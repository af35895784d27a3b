"""Which events does the mechanism know, and which kind of agency asserts each?"""

from __future__ import annotations

from collections.abc import Mapping

# reference: the mechanism's table of events. The hub's own events (deliveries, notices) come from no mapping.
EVENTS: Mapping[str, frozenset[str]] = {
    "township": frozenset(
        {
            "case.opened",
            "transfer.proposed",
            "transfer.approved",
            "transfer.rejected",
            "referral.sent",
            "material.supplemented",
            "filing.notice_received",
            "nonfiling.received",
            "reconsideration.requested",
            "reconsideration.result_received",
            "supervision.requested",
            "items.handed_over",
            "penalty.decided",
            "opinion.received",
            "opinion.replied",
            "opinion.performed",
            "clue.sent",
            "consultation.asked",
            "suggestion.received",
            "suggestion.replied",
        }
    ),
    "police": frozenset(
        {
            "referral.received",
            "material.incomplete",
            "referral.rerouted",
            "referral.returned",
            "filing.extended",
            "filing.accepted",
            "filing.refused",
            "reconsideration.received",
            "reconsideration.decided",
            "case.withdrawn",
            "case.withdrawal_notified",
            "nonfiling.explained",
            "overdue.explained",
            "prosecution.referred",
            "consultation.asked",
        }
    ),
    "procuratorate": frozenset(
        {
            "copy.received",
            "supervision.accepted",
            "nonfiling.reasons_required",
            "overdue.reasons_required",
            "filing.ordered",
            "supervision.reasons_upheld",
            "supervision.result_notified",
            "transfer_opinion.served",
            "nonprosecution.decided",
            "nonprosecution.reviewed",
            "penalty_opinion.served",
            "opinion.copied",
            "police.notified_of_refusal",
            "clue.registered",
            "clue.result_notified",
            "consultation.answered",
            "suggestion.served",
            "dutyclue.sent",
            "prosecution.filed",
        }
    ),
    "justice_bureau": frozenset({"opinion.copy_received"}),
    "supervision_commission": frozenset({"dutyclue.received"}),
}
