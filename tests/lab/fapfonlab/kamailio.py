# SPDX-License-Identifier: GPL-2.0-or-later
"""The Box: Kamailio, what it has stored, and every message as it came to it and left it."""

import collections
import pathlib
import re
import signal

from .topology import IPV4, IPV6, host
from .wait import LabFailure, until

PASSWORDS = {"user": "secret-user", "user2": "secret-user2", "home": "secret-home", "home2": "secret-home2"}

Message = collections.namedtuple("Message", "direction transport source destination text")


class Box:
    """`where` it stands: a second one takes the place of a home phone. `more_header`: in every INVITE, to make it long."""

    def __init__(self, topology, directory, contact_has_transport=True, where="box", more_header=""):
        self.namespace = topology[where]
        self.directory = pathlib.Path(directory) / where
        self.control = f"/run/kamailio-{where}"  # the /run of this scenario alone
        families = (topology.ip if topology.ip.version == 4 else IPV4, IPV6)
        ipv4, ipv6 = (ip.box if where == "box" else ip.home_phones[where] for ip in families)
        self.dump = self.directory / "messages"
        self.dump.mkdir(parents=True)
        passwords = "\n    ".join(f'$sht(passwords=>{user}) = "{password}";' for user, password in PASSWORDS.items())
        text = (pathlib.Path(__file__).parent / "kamailio.cfg").read_text()
        for name, value in {
            "CONTROL": self.control,
            "DUMP": self.dump,
            "PASSWORDS": passwords,
            "IPV4": ipv4,
            "IPV6": host(ipv6),
            "MORE_HEADER": more_header,
            "TCP_PARAMETER": ";transport=tcp" if contact_has_transport else "",
        }.items():
            text = text.replace(f"@{name}@", str(value))
        (self.directory / "kamailio.cfg").write_text(text)
        self.process = None
        self.start()

    def start(self):
        self.process = self.namespace.start(
            f"kamailio-{self.directory.name}",
            [
                "kamailio",
                "-DD",
                "-E",
                "-m",
                "32",
                "-M",
                "4",
                "-Y",
                str(self.directory),
                "-f",
                str(self.directory / "kamailio.cfg"),
            ],
        )
        until(self._answers, "Kamailio's control socket")

    def kill(self):
        """A power failure: no goodbye, and the bindings are lost."""
        self.process.stop(signal.SIGKILL)

    def _answers(self):
        if self.process.popen.poll() is not None:
            raise LabFailure(f"Kamailio ended with code {self.process.popen.returncode}")
        try:
            return self._kamcmd("core.uptime")
        except LabFailure:
            return None

    def _kamcmd(self, *arguments):
        return self.namespace.run("kamcmd", "-s", f"unix:{self.control}", *arguments)

    def bindings(self, user):
        """The Contact URIs that the Box has stored for a user."""
        dump = self._kamcmd("ul.dump")
        users = re.split(r"\bAoR: ", dump)[1:]
        return [
            address
            for part in users
            if part.split()[0].split("@")[0] == user
            for address in re.findall(r"\bAddress: (\S+)", part)
        ]

    def await_binding(self, user):
        """The one Contact of a user, as soon as there is one."""
        stored = until(lambda: self.bindings(user), f"a binding of {user} at the Box")
        if len(stored) != 1:
            raise LabFailure(f"{user} has {len(stored)} bindings: {stored}")
        return stored[0]

    def await_no_binding(self, user):
        until(lambda: not self.bindings(user), f"no binding of {user} at the Box any more")

    def await_nothing_repeated(self):
        """Until it repeats no request any more: an INVITE that nobody answers goes on for seconds after the caller has given up."""

        def unanswered():
            counts = dict(re.findall(r"^\s*(\w+): (\d+)$", self._kamcmd("tm.stats"), re.MULTILINE))
            return int(counts["current"]) - int(counts["waiting"])

        until(lambda: unanswered() == 0, "the Box repeats no request any more")

    def messages(self):
        """All SIP messages so far, as bytes on the wire (written down by Kamailio's sipdump)."""
        found = []
        for file in sorted(self.dump.glob("sip-*")):
            for record in file.read_bytes().decode("utf-8", "surrogateescape").split("====================\ntag: ")[1:]:
                head, _, rest = record.partition("\n~~~~~~~~~~~~~~~~~~~~\n")
                fields = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
                text, end, _ = rest.rpartition("||||||||||||||||||||")
                if not end:
                    continue  # still being written
                found.append(
                    Message(
                        head.split("\n")[0],
                        fields["proto"].split()[0],
                        f"{fields['srcip']}:{fields['srcport']}",
                        f"{fields['dstip']}:{fields['dstport']}",
                        text.removesuffix("\n") if text.endswith("\n\n") else text,
                    )
                )
        return found

    def await_message(self, direction, start, *contains, transport=""):
        """The last message that was received ('rcv') or sent ('snd') with this start line and these words."""

        def matching():
            return [
                m
                for m in self.messages()
                if m.direction == direction
                and m.transport.startswith(transport)
                and m.text.startswith(start)
                and all(word in m.text for word in contains)
            ]

        return until(matching, f"a message '{start}...' with {contains} that the Box has {direction}")[-1]
