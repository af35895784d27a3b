"""How much does each observation speak for or against two records being of one matter? In bits.

A figure of n says that the observation is 2**n times as likely for records of one matter as for
records that have nothing to do with each other. The figures are set, not learned; they follow from how
the values arise: a complete identity number is unique in the county, a document number is typed by
hand and now and then is another's, a cause is one of about a dozen.
"""

from __future__ import annotations

from dataclasses import dataclass

# One person?
IDENTITY_EQUAL = 20.0
IDENTITY_PREFIX_EQUAL = 14.0  # the first 15 digits, where the rest was lost in a float
IDENTITY_MASK_FITS = 6.0
IDENTITY_OTHER_EQUAL = 16.0  # old business registration numbers
IDENTITY_DIFFERS = -12.0
IDENTITY_DIFFERS_NAME_EQUAL = -6.0  # a slip in the number is likelier than a namesake in the same matter
NAME_EQUAL = 9.0
NAME_MASK_FITS = 3.0
NAME_ONE_CHARACTER_OFF = -1.0
NAME_DIFFERS = -8.0

# One matter?
POLICE_CASE_NO_EQUAL = 14.0
POLICE_CASE_NO_DIFFERS = -10.0
UNIFIED_CASE_NO_EQUAL = 14.0
UNIFIED_CASE_NO_DIFFERS = -10.0
NUMBER_EQUAL = 10.0
NUMBER_BORNE_EQUAL = 12.0  # the number that the other record bears itself, not one that somebody noted there
NUMBER_LOOSELY_EQUAL = 6.0  # the prefix is lost or misspelt; year and serial agree
SERIES_ALIKE = 0.5  # of the words before the year: 砂政移 for 砂政移字
NUMBER_DIFFERS = -5.0
UNIT_EQUAL = 3.0
UNIT_DIFFERS = -10.0
CAUSE_EQUAL = 3.0
CAUSE_DIFFERS = -4.0
AMOUNT_EQUAL = 5.0
AMOUNT_DIFFERS = -3.0
EXPECTED_ACT_SEEN = 2.0
EXPECTED_ACT_MISSING = -3.0
ALREADY_MATCHED = -4.0  # another record of the kind stands there for the same person

# When is it certain enough?
ACCEPT = 9.0
MARGIN = 3.0
PERSON_CONTRADICTED = -3.0
MATTER_CONTRADICTED = -1.0


@dataclass(frozen=True, slots=True)
class LagBand:
    """Days from one act to the next, up to and including `days`, and what such a lag is worth."""

    days: int
    bits: float


# From sending a referral to its arrival on a police or procuratorate desk. Before -3 days: hardly.
RECEIPT_LAG = (LagBand(-4, -6.0), LagBand(-1, 0.0), LagBand(3, 4.0), LagBand(10, 2.0), LagBand(30, 0.0),
               LagBand(60, -3.0), LagBand(100_000, -8.0))  # fmt: skip
# From an opinion to the referral that obeys it, or from an act to the letter about it.
LETTER_LAG = (LagBand(-2, -8.0), LagBand(60, 1.0), LagBand(180, 0.0), LagBand(100_000, -4.0))


def lag_bits(days: int, bands: tuple[LagBand, ...]) -> float:
    """What a lag of so many days is worth."""
    return next(band.bits for band in bands if days <= band.days)
