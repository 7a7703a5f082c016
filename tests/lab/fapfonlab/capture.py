# SPDX-License-Identifier: GPL-2.0-or-later
"""What passes a namespace, packet by packet and with the kernel's time: written by tcpdump, read here while it grows."""

import collections
import ipaddress
import struct

from .wait import check

PCAP_HEADER_BYTES = 24
RECORD_HEADER = struct.Struct("<IIII")  # seconds, microseconds, bytes kept, bytes on the wire
LINUX_SLL2 = 276  # the link type of `-i any`: 20 bytes that name interface and direction
SLL2_HEADER_BYTES = 20
OUTGOING = 4  # the packet type of what this host itself sends
IPV4_PROTOCOL, IPV6_PROTOCOL = 0x0800, 0x86DD
TRANSPORTS = {6: "tcp", 17: "udp"}

# Addresses are text; `payload` is what follows the header of UDP or TCP.
Packet = collections.namedtuple(
    "Packet", "time is_outgoing dscp transport source source_port destination destination_port payload"
)


class Capture:
    """UDP and TCP of one namespace, but for the VPN's own packets. The file stays in the log directory, for whoever looks for a fault."""

    def __init__(self, namespace, directory, name=None, what="not (port 1194 or port 51820)"):
        self.namespace = namespace
        self.file = directory / f"{name or namespace.name}.pcap"
        self.offset = PCAP_HEADER_BYTES
        self.seen = []
        program = "tcpdump -Z root -i any -U --immediate-mode -y LINUX_SLL2 -w".split()
        self.process = namespace.start(f"tcpdump-{namespace.name}", [*program, str(self.file), what])
        self.process.await_log("listening on")

    def packets(self):
        """All so far, in their order."""
        with open(self.file, "rb") as file:
            file.seek(20)
            check(struct.unpack("<I", file.read(4))[0] == LINUX_SLL2, f"{self.file} has another link type")
            file.seek(self.offset)
            data = file.read()
        start = 0
        while start + RECORD_HEADER.size <= len(data):
            seconds, microseconds, kept, _ = RECORD_HEADER.unpack_from(data, start)
            end = start + RECORD_HEADER.size + kept
            if end > len(data):
                break  # still being written
            if found := read_packet(seconds + microseconds / 1e6, data[start + RECORD_HEADER.size : end]):
                self.seen.append(found)
            start = end
        self.offset += start
        return self.seen


def read_packet(time, frame):
    """None for what is neither UDP nor TCP, and for all fragments but the first, which have no ports."""
    protocol, packet_type = struct.unpack_from(">H8xB", frame)
    packet = frame[SLL2_HEADER_BYTES:]
    if protocol == IPV4_PROTOCOL:
        traffic_class, header_bytes, transport = packet[1], (packet[0] & 15) * 4, packet[9]
        source, destination = packet[12:16], packet[16:20]
        if struct.unpack_from(">H", packet, 6)[0] & 0x1FFF:
            return None
    elif protocol == IPV6_PROTOCOL:
        traffic_class, header_bytes, transport = (packet[0] << 4 | packet[1] >> 4) & 255, 40, packet[6]
        source, destination = packet[8:24], packet[24:40]
    else:
        return None
    if transport not in TRANSPORTS:
        return None
    ports = struct.unpack_from(">HH", packet, header_bytes)
    own_header_bytes = 8 if TRANSPORTS[transport] == "udp" else (packet[header_bytes + 12] >> 4) * 4
    addresses = [str(ipaddress.ip_address(address)) for address in (source, destination)]
    return Packet(
        time,
        packet_type == OUTGOING,
        traffic_class >> 2,
        TRANSPORTS[transport],
        addresses[0],
        ports[0],
        addresses[1],
        ports[1],
        packet[header_bytes + own_header_bytes :],
    )
