"""Which transport speaks to this address?"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone

from connectors.endpoint import Endpoint
from connectors.folder import FolderPlace
from connectors.places import PlaceTransport
from hub.channel import Channel
from hub.errors import ConfigurationFault
from hub.transport import Transport


def open_transport(
    endpoint: Endpoint,
    channel: Channel,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    pause: Callable[[float], None] = time.sleep,
) -> Transport:
    """The transport of an agency's channel; it connects when it is first used.

    now: tells the instant that parcels are stamped with. pause: waits so many seconds.
    Raises ConfigurationFault where address and channel speak of different transports.
    """
    if endpoint.kind != channel.transport:
        raise ConfigurationFault(
            f"{channel.agency}: the mapping says {channel.transport}, the address is of the kind {endpoint.kind}"
        )
    # Each library is loaded where its transport is used: most commands speak to no agency, most agencies need one.
    if endpoint.kind == "sftp":
        from connectors.sftp import SftpPlace

        return PlaceTransport(SftpPlace(endpoint), channel, now, pause)
    if endpoint.kind == "folder":
        return PlaceTransport(FolderPlace(endpoint), channel, now, pause)
    from connectors.api import ApiTransport

    return ApiTransport(endpoint, channel, now, pause)
