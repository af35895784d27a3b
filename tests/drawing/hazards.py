"""What can go wrong in a drawing? One table of named switches, each counted when it strikes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection

# name: (life-like rate where it is left to chance; 1.0 where the drawing plants it; what it is)
HAZARDS: dict[str, tuple[float, str]] = {
    # How a ledger looks
    "layout_moves": (0.15, "a township uses another's layout (title rows, two-row headers) this time"),
    "column_order": (0.3, "the columns of a sheet stand in another order"),
    "notice_word": (0.15, "a column bears the notice's word where the township usually has its own"),
    "column_absent": (0.2, "a column that nobody must fill is not there"),
    "gap_above_header": (0.2, "a blank row between title and header"),
    "trailing_blanks": (0.3, "formatted rows without a value under the last one"),
    "hidden_columns": (0.3, "columns are hidden"),
    "blank_rows": (0.12, "a blank spacer row between two rows"),
    "footnotes": (0.3, "footnotes under a sheet that usually has none"),
    "workbook_1904": (1.0, "a workbook counts its days from 1904"),
    "hidden_rows": (0.3, "rows are hidden"),
    "other_sheets": (0.15, "sheets that are no part of the ledger"),
    "sheet_order": (0.2, "the sheets stand in another order"),
    "date_spelling": (0.15, "a date in a spelling that is not the township's usual one"),
    "time_of_day": (0.05, "a date column with HH:MM"),
    "number_spelling": (0.3, "a document number in another spelling"),
    "key_respelled": (0.02, "a row's own number is spelt differently from month to month"),
    "id_spelling": (0.1, "an identity number in an unusual form: apostrophe, equals sign, full width"),
    "id_absent": (0.05, "a party without an identity number"),
    "amount_spelling": (0.2, "an amount in an unusual spelling"),
    "name_spelling": (0.06, "a space inside a name, or a traditional sign"),
    "cause_affix": (0.3, "涉嫌 before or 罪/案 after a 案由"),
    "formula_text": (0.06, "text that looks like a formula in 备注"),
    "line_break": (0.04, "a line break inside 备注"),
    "total_word": (0.3, "合计 with a space or a colon"),
    "handling_party_absent": (0.1, "a row of 意见办理 that names nobody"),
    "empty_sign": (0.03, "/, — or 无 for an empty cell"),
    # Versions of a ledger's rows
    "row_corrected": (0.06, "earlier months said something else"),
    "cell_emptied": (0.03, "a later ledger leaves empty what an earlier one asserted"),
    "row_not_repeated": (0.03, "a later ledger does not repeat the row"),
    "row_twice": (0.04, "a row stands twice in one sheet"),
    "row_unreadable_now": (1.0, "the latest version of a row is set aside; an earlier one is readable"),
    "row_unreadable_once": (1.0, "a version of a row is set aside; a later one is readable"),
    "row_never_readable": (1.0, "a row is set aside each time it comes"),
    # Ledgers as files
    "ledger_late": (1.0, "a month's ledger comes after the 5th"),
    "ledger_missing": (1.0, "a month's ledger never comes"),
    "ledger_not_yet": (1.0, "October's ledger has not come yet"),
    "ledger_supplement": (1.0, "a month comes late as 补报, after the next month's ledger"),
    "ledger_resent_same": (1.0, "重发, byte for byte the same"),
    "ledger_resent_late": (1.0, "重发 of a month, after the next month's ledger"),
    "ledger_resent_changed": (1.0, "重发, with corrections"),
    "month_repeats": (1.0, "a month's ledger is byte for byte the last one"),
    "ledger_unreadable": (1.0, "a workbook cut short"),
    "ledger_unknown_column": (1.0, "a header that is in no notice"),
    "ledger_column_missing": (1.0, "a required column is not there"),
    "stray_files": (1.0, "files in an agency's place that are none of those announced"),
    "ledger_bomb": (1.0, "a workbook that unpacks to more than a hundred times its size"),
    # Police
    "entry_late": (0.25, "a record is entered working days after its act"),
    "day_missing": (1.0, "no files on a working day"),
    "day_late": (1.0, "a day's files come the next morning"),
    "day_very_late": (1.0, "a day's files come days later"),
    "manifest_late": (1.0, "the manifest comes the next morning"),
    "manifest_missing": (1.0, "a file without a manifest; it is sent again with one"),
    "hash_mismatch": (1.0, "content and manifest disagree in sha256"),
    "rows_mismatch": (1.0, "content and manifest disagree in rows"),
    "police_unknown_column": (1.0, "a police file with a header that is in no notice"),
    "police_undecodable": (1.0, "a police file that is no GB18030, though its manifest is right"),
    "day_resent_same": (1.0, "_r2, byte for byte the same"),
    "day_resent_more": (1.0, "_r2 with a row more"),
    "day_resent_twice": (1.0, "refused, refused again as _r2, and good as _r3"),
    "record_resent_same": (0.03, "a police record is sent again unchanged, by mistake"),
    "record_resent_more": (0.15, "a police record is sent again with something added"),
    "record_corrected": (0.06, "a police record is sent again with something put right"),
    "police_unreadable": (1.0, "a police row is set aside, and readable when sent again"),
    "police_never_readable": (1.0, "a police row is set aside"),
    "name_masked": (0.15, "police mask a name"),
    "id_masked": (0.14, "police mask an identity number"),
    "unit_absent": (0.08, "police leave 移送单位 empty"),
    "result_no_absent": (0.06, "a row of cl without 文书文号"),
    "id_15": (0.07, "police give the old form of fifteen digits"),
    "id_not_given": (0.22, "police give no identity number"),
    "reference_absent": (0.38, "police give no 移送书文号"),
    "reference_of_another": (1.0, "police give another case's 移送书文号"),
    "reference_of_another_unsent": (1.0, "the same, and the referral itself was never reported"),
    "case_name_mute": (0.12, "案件名称 says only a day, or nothing"),
    # Procuratorate, justice bureau, supervision commission
    "doc_reference_absent": (0.4, "a document without related_doc_no"),
    "doc_police_no_absent": (0.45, "a document without police_case_no"),
    "doc_unified_absent": (0.15, "a document without unified_case_no"),
    "doc_id_absent": (0.15, "a document that masks or omits an identity number"),
    "doc_persons_absent": (0.08, "a document that names nobody, only numbers"),
    "doc_township_absent": (0.06, "a document without township"),
    "doc_unreadable": (1.0, "an impossible date in a document"),
    "doc_unknown": (1.0, "a doc_type that nobody announced"),
    "doc_unserved": (0.12, "a document not yet served"),
    "reply_by": (0.3, "a letter sets its own day for the reply"),
    "urgent": (0.5, "an urgent suggestion"),
    "receipt_twice": (0.2, "a receipt is listed again, in the same month or the next"),
    "receipt_unreadable": (1.0, "a receipt with an impossible date"),
    "receipts_unknown_column": (1.0, "a month of receipts with a header that is in no notice"),
    # The world
    "late_act": (0.14, "something is done after its due day"),
    "never_done": (0.05, "something owed is not done"),
    "last_day": (0.12, "something is done on its due day"),
    "day_after": (0.06, "something is done the day after its due day"),
    "holiday_edge": (0.2, "a matter begins just before a holiday or a make-up working day"),
    "several_parties": (0.06, "a referral of several suspects in one police case"),
    "company": (0.15, "the party is a company"),
    "company_bracket": (0.2, "a company with a bracket in its name"),
    "rare_sign": (0.05, "a name with a sign that only GB18030 has"),
    "namesakes": (1.0, "two people of one name, in one township and in two"),
    "repeat_offenders": (1.0, "one person, the same cause again weeks later"),
    "twins": (1.0, "brothers born on one day, referred together"),
    "joined": (1.0, "two referrals under one 案件编号"),
    "joined_across": (1.0, "referrals of two townships under one 案件编号, told by their people alone"),
    "split": (1.0, "one referral, several police cases"),
    "rerouted": (1.0, "passed on to another organ, with 原案件编号"),
    "rerouted_silently": (1.0, "passed on to another organ, without 原案件编号"),
    "rerouted_unnamed": (1.0, "passed on to another organ, whose row has neither 原案件编号 nor 移送书文号"),
    "returned": (1.0, "returned as no police matter"),
    "penalised_elsewhere": (1.0, "a referred party's other penalty: another case"),
    "opinion_again": (1.0, "a second opinion about a person, because the first was not answered"),
    "clue_about_suspect": (1.0, "a duty-crime clue about a person who is a suspect as well"),
    "served_though_unneeded": (1.0, "an opinion is served about a person of whom the review said no"),
    "object_absent": (1.0, "a large penalty without 对象: no threshold can be held against it"),
    "joint_trap": (1.0, "penalties that together reach no threshold: too long ago, or of another kind"),
    "acceptance_unreadable": (1.0, "the 受案登记表 is never readable; a document names both sides' numbers"),
    "referral_unreadable": (1.0, "the ledger row of a referral that police have is never readable"),
    # What a reconciliation must find
    "sent_not_received": (1.0, "sent, and police have nothing"),
    "received_not_sent": (1.0, "police have what no township reported"),
    "decided_not_notified": (1.0, "decided, and the township has no notice"),
    "undecided": (1.0, "received and not decided in time"),
    "filed_items_not_handed_over": (1.0, "filed, and the items are still with the township"),
    "refused_then_nothing": (1.0, "refused, and nothing followed in ninety days"),
    "nonprosecution_not_reviewed": (1.0, "not prosecuted and not reviewed"),
    "opinion_not_copied": (1.0, "an opinion without a copy to the justice bureau"),
    "replied_not_performed": (1.0, "replied and not performed"),
    "should_have_been_referred": (1.0, "a penalty over the threshold"),
    "should_have_been_referred_jointly": (1.0, "penalties that reach the threshold together"),
    "jointly_three": (1.0, "three that reach it together, and no two of them"),
    "party_conflict": (1.0, "police write another name"),
    "id_conflict": (1.0, "police write another number"),
    "document_id_conflict": (1.0, "a document of the procuratorate has another number"),
    "cause_conflict": (1.0, "police name another cause"),
    "amount_conflict": (1.0, "the ledger's amount is not police's"),
    "receipt_date_conflict": (1.0, "回执时间 is no day on which police received it"),
    "signing_date_conflict": (1.0, "签收日期 is not the day of service"),
    "decided_before_received": (1.0, "decided before it was received"),
    "received_before_sent": (1.0, "received before it was sent"),
    "replied_before_served": (1.0, "replied before the letter was served"),
    "sent_before_approved": (1.0, "sent before it was approved"),
    "filing_outcomes_differ": (1.0, "the township has the other notice"),
    "reconsideration_outcomes_differ": (1.0, "维持 here, 撤销 there"),
    "withdrawn_and_prosecuted": (1.0, "withdrawn by police and prosecuted"),
    "duplicate_reference": (1.0, "one 移送书文号 in two rows"),
    "reference_gap": (1.0, "a serial number that no row has"),
    "ambiguous": (1.0, "an acceptance that fits two referrals equally well"),
    "ambiguous_person": (1.0, "an acceptance that fits two referrals of one person equally well"),
}


class Luck:
    """Says whether a hazard strikes, and how often it has."""

    def __init__(self, hazards: Collection[str] | None) -> None:
        unknown = set(hazards or ()) - set(HAZARDS)
        if unknown:
            raise ValueError(f"no such hazard: {', '.join(sorted(unknown))}")
        self.enabled = frozenset(HAZARDS if hazards is None else hazards)
        self.counts: Counter[str] = Counter()

    def strikes(self, name: str, rng: random.Random) -> bool:
        """By chance, at the table's rate; counted."""
        # The die is thrown either way, so that switching one hazard off moves as little else as possible.
        hit = rng.random() < HAZARDS[name][0] and name in self.enabled
        self.counts[name] += hit
        return hit

    def plants(self, name: str) -> bool:
        """Whether the drawing plants it; counted."""
        hit = name in self.enabled
        self.counts[name] += hit
        return hit

    def count(self, name: str) -> None:
        """One that came about without being thrown for."""
        self.counts[name] += 1
