"""What may the hub rely on, by whatever channel an agency delivers?"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from hub.errors import AgencyUnreachable, DeliveryRefused
from hub.model import Outgoing
from tests.connectors.agencies_under_test import AgencyUnderTest, fetched, opened, taken


def test_everything_that_an_agency_laid_out_arrives_oldest_first(agency: AgencyUnderTest) -> None:
    marks = [agency.lay_out(number) for number in (2, 0, 3, 1, 4)]
    arrived = b"".join(parcel.content for parcel in fetched(agency))
    places = [arrived.find(mark) for mark in sorted(marks)]
    assert -1 not in places
    assert places == sorted(places)


def test_a_parcel_says_what_it_is_where_from_and_when(agency: AgencyUnderTest) -> None:
    agency.lay_out(1)
    (parcel,) = fetched(agency)
    assert parcel.sha256 == sha256(parcel.content).hexdigest()
    assert parcel.path.startswith(f"{parcel.agency}/")
    assert parcel.arrived_at.tzinfo is not None
    assert parcel.fetched_at.tzinfo is not None
    assert dict(parcel.meta)["fingerprint"]


def test_what_the_hub_holds_is_not_fetched_again(agency: AgencyUnderTest) -> None:
    for number in range(5):
        agency.lay_out(number)
    held = taken(fetched(agency))
    # An API gives its last document once more, because its interval is closed.
    held |= taken(fetched(agency, held))
    assert fetched(agency, held) == []


def test_what_is_new_since_the_last_pull_is_fetched(agency: AgencyUnderTest) -> None:
    agency.lay_out(1)
    held = taken(fetched(agency))
    mark = agency.lay_out(2)
    assert any(mark in parcel.content for parcel in fetched(agency, held))


def test_a_pull_that_is_broken_off_loses_nothing(agency: AgencyUnderTest) -> None:
    marks = [agency.lay_out(number) for number in range(6)]
    with opened(agency) as transport:
        first = next(iter(transport.fetch({})))
    rest = fetched(agency, taken([first]))
    arrived = first.content + b"".join(parcel.content for parcel in rest)
    assert all(mark in arrived for mark in marks)


def test_a_delivery_arrives_byte_for_byte(agency: AgencyUnderTest) -> None:
    outgoing = agency.outgoing("P20261031-0001", "〔2026〕1号")
    with opened(agency) as transport:
        transport.deliver(outgoing)
    assert agency.received() == [outgoing.content]


def test_a_delivery_made_twice_has_one_effect(agency: AgencyUnderTest) -> None:
    outgoing = agency.outgoing("P20261031-0001", "〔2026〕1号")
    with opened(agency) as transport:
        transport.deliver(outgoing)
        transport.deliver(outgoing)
    with opened(agency) as transport:
        transport.deliver(outgoing)
    assert agency.received() == [outgoing.content]


def test_two_deliveries_both_arrive(agency: AgencyUnderTest) -> None:
    first, second = agency.outgoing("P20261031-0001", "甲"), agency.outgoing("P20261031-0002", "乙")
    with opened(agency) as transport:
        transport.deliver(first)
        transport.deliver(second)
    assert agency.received() == [first.content, second.content]


def test_many_deliveries_handed_over_together_all_arrive_once(agency: AgencyUnderTest) -> None:
    outgoings = [agency.outgoing(f"P20261031-{number:04}", f"{number:04}号") for number in range(130)]
    with opened(agency) as transport:
        first = list(transport.deliver_all(outgoings))
        again = list(transport.deliver_all(outgoings[:70]))
    assert agency.received() == [outgoing.content for outgoing in outgoings]
    assert len(first) == 130
    assert len(again) == 70
    assert not any(isinstance(outcome, DeliveryRefused) for outcome in first + again)


def test_what_was_told_to_be_out_is_out_before_the_next_are_drawn_without_end(agency: AgencyUnderTest) -> None:
    drawn = []

    def planned() -> Iterator[Outgoing]:
        for number in range(1000):
            drawn.append(number)
            yield agency.outgoing(f"P20261031-{number:04}", f"{number:04}号")

    with opened(agency) as transport:
        outcomes = transport.deliver_all(planned())
        next(outcomes)
        assert len(drawn) < 200
        assert len(agency.received()) >= 1


def test_an_agency_that_does_not_answer_is_named_and_can_be_tried_again(agency: AgencyUnderTest) -> None:
    outgoing = agency.outgoing("P20261031-0001")
    agency.fall_silent()
    with opened(agency) as transport:
        with pytest.raises(AgencyUnreachable) as pulling:
            list(transport.fetch({}))
        with pytest.raises(AgencyUnreachable):
            transport.deliver(outgoing)
    assert pulling.value.agency == outgoing.agency


def test_a_transport_may_be_closed_twice_and_used_again(agency: AgencyUnderTest) -> None:
    agency.lay_out(1)
    transport = agency.open()
    transport.close()
    assert list(transport.fetch({}))
    transport.close()
    transport.close()
    assert list(transport.fetch({}))
    transport.close()
