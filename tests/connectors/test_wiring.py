"""Is an installation put together from what its settings name, and is what is wrong there told?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.wiring import load_endpoints, open_agency_transport, open_hub
from hub.errors import ConfigurationFault
from hub.ledger.store import open_ledger
from hub.privacy import Cipher, key_line
from hub.settings import Settings


@pytest.fixture
def chosen(tmp_path: Path, project_root: Path) -> Settings:
    """An installation with an empty ledger."""
    key = Cipher.generate()
    (tmp_path / "hub.key").write_bytes(key_line(key))
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger = open_ledger(url, Cipher(key))
    ledger.upgrade()
    ledger.dispose()
    return Settings(url, tmp_path / "hub.key", project_root / "mappings", tmp_path / "endpoints.json")


def test_a_hub_is_opened_with_its_ledger_and_all_that_is_configured(chosen: Settings) -> None:
    hub = open_hub(chosen)
    with hub.ledger.read():
        assert len(hub.agencies) == 15
    assert hub.rules.every
    assert hub.calendar.published(2026)
    with pytest.raises(ConfigurationFault, match="140924999: there is no mapping"):
        open_agency_transport(hub, "140924999", "file:///tmp")
    hub.ledger.dispose()


def test_the_addresses_are_an_object_of_agency_and_url(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text(json.dumps({"police": "sftp://hub@localhost/"}), encoding="utf-8")
    assert load_endpoints(path) == {"police": "sftp://hub@localhost/"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "No such file"), ("{", "no JSON"), ("[]", "must be an object"), ('{"police": 22}', "must be an object")],
)
def test_addresses_that_cannot_be_read_are_told_with_their_file(
    tmp_path: Path, content: str | None, fault: str
) -> None:
    path = tmp_path / "endpoints.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=rf"endpoints\.json.*{fault}"):
        load_endpoints(path)
