# SPDX-License-Identifier: GPL-2.0-or-later
"""Counting audio where it arrives: RTP packets that the kernel hands to the sockets of a namespace."""

from .topology import counters
from .wait import until

ENOUGH_PACKETS = 75  # 1.5 s of speech at 50 packets a second

# RTP: UDP with version 2 in the first byte and payload type 0 (PCMU) or 8 (PCMA). RTCP has types from 200 on, SIP is text.
RULES = """
table inet rtp {
    counter received { }
    chain input {
        type filter hook input priority filter + 10;
        meta l4proto udp @th,64,2 2 @th,73,7 { 0, 8 } counter name received
    }
}
"""


class RtpCounter:
    def __init__(self, namespace):
        self.namespace = namespace
        self.start = 0
        namespace.nft(RULES)

    def reset(self):
        self.start = self._all()

    def received(self):
        return self._all() - self.start

    def _all(self):
        return counters(self.namespace, "rtp")["received"]


def await_audio(*ends):
    """Wait until audio has arrived at every end; returns the packets that each has received."""
    until(
        lambda: all(end.received() >= ENOUGH_PACKETS for end in ends),
        f"{ENOUGH_PACKETS} RTP packets at " + " and ".join(f"{end.namespace.name} (has {end.received()})" for end in ends),
    )
    return [end.received() for end in ends]
