"""Which formats do the periodic reports have? Handed to the use cases as they are."""

from __future__ import annotations

from connectors.bulletin_county import county_book
from connectors.bulletin_township import township_book, township_lines
from connectors.conference_papers import agenda_paper, minutes_form
from hub.usecases.bulletin import BulletinWriters
from hub.usecases.conference import ConferenceWriters

BULLETIN = BulletinWriters(township_book, township_lines, county_book)
CONFERENCE = ConferenceWriters(agenda_paper, minutes_form, county_book)
