"""Is an agency's address read whole, and a wrong one named without giving a secret away?"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.endpoint import parse_endpoint
from connectors.open import open_transport
from hub.channel import Channel
from hub.errors import ConfigurationFault

SECRET = "s3cret+value"


def test_an_sftp_address_names_place_user_and_keys() -> None:
    url = (
        "sftp://hub%40county@sftp.example.invalid:2022/data/%E5%85%AC%E5%AE%89/?private_key=%2Fk%2Fid&known_hosts=hosts"
    )
    endpoint = parse_endpoint("police", url)
    assert (endpoint.kind, endpoint.host, endpoint.port) == ("sftp", "sftp.example.invalid", 2022)
    assert (endpoint.user, endpoint.path) == ("hub@county", "/data/公安")
    assert (endpoint.private_key, endpoint.known_hosts) == (Path("/k/id"), Path("hosts"))


def test_an_api_address_names_base_client_and_trust() -> None:
    url = "https://api.example.invalid/v2/?client_id=hub&client_secret=a%2Bb+c%26d&ca=ca.pem&token_path=/token"
    endpoint = parse_endpoint("procuratorate", url)
    assert (endpoint.kind, endpoint.base_url, endpoint.path) == ("api", "https://api.example.invalid:443", "/v2")
    assert (endpoint.client_id, endpoint.client_secret) == ("hub", "a+b+c&d")
    assert (endpoint.ca, endpoint.token_path, endpoint.tls) == (Path("ca.pem"), "/token", True)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://h?client_id=a&client_secret=b", 80),
        ("http://[::1]:8080?client_id=a&client_secret=b", 8080),
        ("sftp://u@h/?private_key=k&known_hosts=h", 22),
    ],
)
def test_ports_left_out_are_the_usual_ones(url: str, port: int) -> None:
    assert parse_endpoint("x", url).port == port


def test_an_address_of_six_groups_keeps_its_brackets() -> None:
    assert parse_endpoint("x", "http://[::1]:8080?client_id=a&client_secret=b").base_url == "http://[::1]:8080"


def test_a_folder_address_is_its_path() -> None:
    endpoint = parse_endpoint("140924100", "file:///share/%E7%B9%81%E5%9F%8E")
    assert (endpoint.kind, endpoint.path) == ("folder", "/share/繁城")


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("ftp://h/x", "begin"),
        ("", "begin"),
        ("sftp://h/x?private_key=k&known_hosts=h", "user"),
        ("sftp://u:" + SECRET + "@h/x?private_key=k&known_hosts=h", "password"),
        ("sftp://u@h/x?known_hosts=h", "private_key"),
        ("sftp://u@h/x?private_key=k", "known_hosts"),
        ("sftp://u@h/x?private_key=&known_hosts=h", "private_key"),
        ("sftp://u@h/../x?private_key=k&known_hosts=h", "place"),
        ("sftp://u@h:port/x?private_key=k&known_hosts=h", "port"),
        ("sftp://u@/x?private_key=k&known_hosts=h", "host"),
        ("https://h?client_id=a", "client_secret"),
        (f"https://h?client_secret={SECRET}", "client_id"),
        (f"https://h?client_id=a&client_secret={SECRET}&client_secret={SECRET}", "client_secret"),
        (f"https://h?client_id=a&client_secret={SECRET}&timeout={SECRET}", "does not know"),
        (f"https://a:{SECRET}@h", "client_secret"),
        (f"https://h?client_id=a&client_secret=a#{SECRET}", "#"),
        (f"https://h:70000?client_id=a&client_secret={SECRET}", "port"),
        (f"http://h?client_id=a&client_secret={SECRET}&ca=x", "http"),
        (f"https://h?client_id=a&client_secret={SECRET}&token_path=token", "token_path"),
        ("file://server/share", "file:///"),
        ("file://relative", "file:///"),
        (f"file:///x?client_secret={SECRET}", "file"),
    ],
)
def test_a_wrong_address_is_named_by_agency_and_part_and_keeps_its_secret(url: str, part: str) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        parse_endpoint("police", url)
    assert str(fault.value).startswith("police: ")
    assert part in str(fault.value)
    assert SECRET not in str(fault.value)


@given(st.text(max_size=60), st.sampled_from(["", "sftp://", "https://", "file://", "https://h?client_id="]))
def test_no_address_whatever_makes_anything_but_a_fault(text: str, begin: str) -> None:
    with suppress(ConfigurationFault):
        assert parse_endpoint("police", begin + text).agency == "police"


def test_an_address_is_never_shown_with_its_secret() -> None:
    endpoint = parse_endpoint("procuratorate", f"https://h?client_id=a&client_secret={SECRET}")
    assert endpoint.client_secret == SECRET
    assert SECRET not in repr(endpoint)


def test_address_and_mapping_must_speak_of_one_transport() -> None:
    with pytest.raises(ConfigurationFault, match="police"):
        open_transport(parse_endpoint("police", "file:///x"), Channel("police", "sftp", "police"))
