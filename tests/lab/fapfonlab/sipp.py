# SPDX-License-Identifier: GPL-2.0-or-later
"""The phone of the seed, played by sipp: its messages byte for byte where the seed shows them."""

import collections
import pathlib
import re

from .topology import BOX, CARRIER_ADDRESS
from .wait import check, until

STEPS = pathlib.Path(__file__).resolve().parent.parent / "sipp"
LISTENING_PORT = 61211  # what the app claims in Via and Contact
ADVERTISED = f"{CARRIER_ADDRESS['phone1']}:{LISTENING_PORT}"
TCP_SOURCE_PORT = 62895  # where its TCP packets come from
RTP_PORT = 4000
INSTANCE = "00000000-0000-0000-0000-0000d5b70d39"
STAY_MS = 120_000  # for the step `stay`: longer than any scenario needs

Traced = collections.namedtuple("Traced", "direction text")


class SeedPhone:
    """One sipp process, one flow. It plays its steps in order; calls that come in on the flow are played by `called_as`."""

    count = 0

    def __init__(
        self, world, transport, *steps, called_as=None, where="phone1", source_port=None, rtp_port=RTP_PORT, lifetime=900
    ):
        SeedPhone.count += 1
        self.name = f"sipp-{SeedPhone.count}-{'-'.join(steps)}"
        self.directory = world.directory
        self.namespace = world.topology[where]
        self.transport = transport
        self.parameter = ";transport=TCP" if transport == "tcp" else ""
        # pjsip (the app's stack) names its instance by TCP only.
        instance = f';reg-id=1;+sip.instance="<urn:uuid:{INSTANCE}>"' if transport == "tcp" else ""
        self.trace_file = self.directory / f"{self.name}.messages"
        address = world.vpn.address[where]
        port = source_port or (TCP_SOURCE_PORT if transport == "tcp" else LISTENING_PORT)
        self.source = f"{address}:{port}"

        argv = f"sipp {BOX} -t {transport[0]}1 -i {address} -p {port} -bind_local -m 1 -d {STAY_MS} -nostdin".split()
        argv += f"-mi {address} -mp {rtp_port} -rtp_echo -auth_uri {BOX}{self.parameter}".split()
        argv += f"-trace_msg -message_file {self.trace_file} -message_overwrite false".split()
        argv += f"-trace_err -error_file {self.directory}/{self.name}.errors.log".split()
        argv += ["-key", "parameter", self.parameter, "-key", "instance", instance, "-key", "lifetime", str(lifetime)]
        argv += ["-sf", self._scenario(*steps)]
        if called_as:
            argv += ["-oocsf", self._scenario(called_as)]
        self.process = self.namespace.start(self.name, argv, directory=self.directory)

    def _scenario(self, *steps):
        """A scenario as sipp wants it, put together from files with steps."""
        text = "\n".join((STEPS / f"{step}.steps").read_text() for step in steps)
        file = self.directory / f"{self.name}-{steps[0]}.xml"
        file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{self.name}">\n{text}</scenario>\n')
        return str(file)

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

    def last(self, direction, start):
        """The last message so far with this start line, or None."""
        found = [m.text for m in self.messages() if m.direction == direction and m.text.startswith(start)]
        return found[-1] if found else None

    def tag(self, method):
        """The From tag of the phone's latest request with this method."""
        return re.search(r"^From: .*;tag=(\w+)", self.await_message("sent", method + " "), flags=re.M)[1]

    def last_messages(self):
        return "\n".join(f"  [{m.direction}] {m.text[:400]}" for m in self.messages()[-3:])


def next_port(transport, step=1):
    """TCP: a new flow has a new source port. UDP: the app's one socket."""
    return TCP_SOURCE_PORT + step if transport == "tcp" else None
