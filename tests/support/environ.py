"""The environment of a command that is to work on a hub which a test has set up."""

from __future__ import annotations

from hub.settings import Settings

Environ = dict[str, str]


def environ_of(settings: Settings, as_of: str) -> Environ:
    """The variables that point at the ledger, key, mappings and addresses of these settings, as of an instant."""
    return {
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_KEY_FILE": str(settings.key_file),
        "HUB_MAPPINGS": str(settings.mappings),
        "HUB_ENDPOINTS": str(settings.endpoints),
        "HUB_AS_OF": as_of,
    }
