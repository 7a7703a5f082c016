# SPDX-License-Identifier: GPL-2.0-or-later
"""The phone of the seed, played by sipp: its messages byte for byte where the seed shows them."""

import collections
import pathlib
import re

from .topology import BOX, CARRIER_ADDRESS
from .wait import check, until

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "sipp"
LISTENING_PORT = 61211  # what the app claims in Via and Contact
ADVERTISED = f"{CARRIER_ADDRESS['phone1']}:{LISTENING_PORT}"
TCP_SOURCE_PORT = 62895  # where its TCP packets come from
RTP_PORT = 4000

Traced = collections.namedtuple("Traced", "direction text")


class SeedPhone:
    """One sipp process, one flow. `called_as` is the scenario for calls that come in on that flow."""

    def __init__(
        self, world, scenario, transport, *, called_as=None, where="phone1", name=None, source_port=None, stay_s=0, **keys
    ):
        self.name = name or f"sipp-{scenario}"
        self.trace_file = world.directory / f"{self.name}.messages"
        self.world = world
        address = world.vpn.address[where]
        port = source_port or (TCP_SOURCE_PORT if transport == "tcp" else LISTENING_PORT)
        self.transport = transport
        self.parameter = ";transport=TCP" if transport == "tcp" else ""
        keys = {"parameter": self.parameter, **keys}
        argv = [
            "sipp",
            BOX,
            "-sf",
            str(SCENARIOS / f"{scenario}.xml"),
            "-t",
            "t1" if transport == "tcp" else "u1",
            "-i",
            address,
            "-p",
            str(port),
            "-bind_local",
            "-m",
            "1",
            "-d",
            str(stay_s * 1000),
            "-nostdin",
            "-auth_uri",
            f"{BOX}{self.parameter}",
            "-mi",
            address,
            "-mp",
            str(RTP_PORT),
            "-rtp_echo",
            "-trace_msg",
            "-message_file",
            str(self.trace_file),
            "-message_overwrite",
            "false",
            "-trace_err",
            "-error_file",
            str(world.directory / f"{self.name}.errors.log"),
        ]
        if called_as:
            argv += ["-oocsf", str(SCENARIOS / f"{called_as}.xml")]
        for key, value in keys.items():
            argv += ["-key", key, str(value)]
        self.namespace = world.topology[where]
        self.source = f"{address}:{port}"
        self.process = self.namespace.start(self.name, argv, directory=world.directory)

    def await_success(self):
        code = self.process.await_end()
        check(code == 0, f"{self.name} failed (sipp code {code}):\n" + self.last_messages())

    def stop(self):
        self.process.stop()

    def connected(self):
        """Whether its TCP connection to the Box (as it believes) is up."""
        return bool(self.namespace.run("ss", "-Htn", "state", "established", "src", self.source))

    def messages(self):
        """What sipp has sent and received so far, byte for byte."""
        if not self.trace_file.exists():
            return []
        found = []
        trace = self.trace_file.read_bytes().decode("latin-1")
        # The header says how many bytes follow: "TCP message sent (586 bytes):" or "UDP message received [411] bytes :".
        for header in re.finditer(r"^-{40,} [^\n]*\n(?:TCP|UDP) message (sent|received) \D(\d+)[^\n]*\n\n", trace, flags=re.M):
            found.append(Traced(header[1], trace[header.end() : header.end() + int(header[2])]))
        return found

    def await_message(self, direction, start, *contains):
        """The last message sent or received with this start line and these words."""

        def matching():
            return [
                m.text
                for m in self.messages()
                if m.direction == direction and m.text.startswith(start) and all(c in m.text for c in contains)
            ]

        return until(matching, f"a message '{start}...' with {contains} that {self.name} has {direction}")[-1]

    def has(self, direction, start):
        return any(m.direction == direction and m.text.startswith(start) for m in self.messages())

    def tag(self, method):
        """The From tag of the phone's latest request with this method."""
        return re.search(r"^From: .*;tag=(\w+)", self.await_message("sent", method + " "), flags=re.M)[1]

    def last_messages(self):
        return "\n".join(f"  [{m.direction}] {m.text[:400]}" for m in self.messages()[-3:])


def next_port(transport, step=1):
    """TCP: a new flow has a new source port. UDP: the app's one socket."""
    return TCP_SOURCE_PORT + step if transport == "tcp" else None
