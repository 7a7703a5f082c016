# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP: reading packets, and counting those that the kernel hands to the sockets of a namespace."""

import collections
import struct

from .topology import counters
from .wait import until

ENOUGH_PACKETS = 75  # 1.5 s of speech at 50 packets a second
HEADER_BYTES = 12
G711 = (0, 8)  # the payload types of PCMU and PCMA

Speech = collections.namedtuple("Speech", "payload_type sequence timestamp source payload")

# RTP: UDP with version 2 in the first byte and payload type 0 (PCMU) or 8 (PCMA). RTCP has types from 200 on, SIP is text.
COUNTER = """
table inet rtp {
    counter received { }
    chain input {
        type filter hook input priority filter + 10;
        meta l4proto udp @th,64,2 2 @th,73,7 { 0, 8 } counter name received
    }
}
"""


def read_speech(packet):
    """The G.711 in a captured packet, or None for all else: no softphone here sends header extensions or CSRCs."""
    data = packet.payload
    if packet.transport != "udp" or len(data) <= HEADER_BYTES or data[0] != 0x80 or data[1] & 127 not in G711:
        return None
    sequence, timestamp, source = struct.unpack_from(">HII", data, 2)
    return Speech(data[1] & 127, sequence, timestamp, source, data[HEADER_BYTES:])


def make_speech(sequence, payload, source, payload_type=8):
    """A packet as a softphone sends it; of 20 ms, so that the timestamp follows from the number."""
    return struct.pack(">BBHII", 0x80, payload_type, sequence & 0xFFFF, sequence * len(payload) & 0xFFFFFFFF, source) + payload


class RtpCounter:
    def __init__(self, namespace):
        self.namespace = namespace
        self.start = 0
        namespace.nft(COUNTER)

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


def rtcp_or_speech(packet):
    """Whether a captured packet belongs to a call's audio: RTP with G.711, or RTCP (payload types 200 to 207)."""
    data = packet.payload
    return (
        packet.transport == "udp"
        and len(data) >= 8
        and data[0] >> 6 == 2
        and (data[1] & 127 in G711 or data[1] in range(200, 208))
    )
