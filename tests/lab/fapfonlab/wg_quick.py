# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard by wg-quick, with the configuration files that docs/vpn/wireguard.md and docs/vpn/vps-hub.md show.

Where the kernel has no WireGuard, wg-quick takes wireguard-go. A file of a page has one phone; the second one is a copy of it.
"""

import pathlib

from .pages import blocks
from .topology import host
from .vps_hub import VPS_PUBLIC
from .wait import until
from .wireguard import WireGuard

PAGE, HUB_PAGE = "docs/vpn/wireguard.md", "docs/vpn/vps-hub.md"


class WgQuick(WireGuard):
    """The server is in the home network, and phones find it at the Box's public address."""

    phone_on_the_page = "10.208.13.2/32"
    direct_too = False

    def connect(self, phone):
        self._start(phone, self.ip.tunnel[phone])
        self.address[phone] = self.ip.tunnel[phone]
        until(lambda: self._shown("latest-handshakes")[self.public_key[phone]] != "0", f"a WireGuard handshake with {phone}")

    def _start(self, where, address, *settings):
        self._bring_up(where, self._of_phone(where) if where in self.ip.tunnel else self._of_server())

    def _bring_up(self, where, configuration):
        interface = self.interface(where)
        file = pathlib.Path("/etc/wireguard") / f"{interface}.conf"
        file.parent.mkdir(exist_ok=True)
        file.write_text(configuration)
        file.chmod(0o600)
        self.topology[where].run("wg-quick", "up", interface)

    def _set(self, where, *settings):
        """The files have it already."""

    def _of_server(self):
        configuration = blocks(PAGE, "The VPN", {"<contents of server.key>": self._private_key(self.server)})[1]
        if self.direct_too:
            configuration = configuration.replace("\n[Peer]", blocks(PAGE, "Direct audio")[0] + "\n[Peer]", 1)
        return self._for_both_phones(configuration, "172.20.11.2/32", "<contents of phone.pub>")

    def _for_both_phones(self, configuration, address, key):
        """The last [Peer] is a phone; the other phone has one like it."""
        head, peer = configuration.rsplit("[Peer]", 1)
        for name, tunnel in self.ip.tunnel.items():
            head += "\n[Peer]" + peer.replace(address, f"{tunnel}/32").replace(key, self.public_key[name])
        return head

    def _of_phone(self, phone):
        replaced = {
            self.phone_on_the_page: f"{self.ip.tunnel[phone]}/32",
            "<contents of phone.key>": self._private_key(phone),
            "<contents of server.pub>": self.public_key[self.server],
            "<your MyFRITZ! or DynDNS name>": host(self.topology.vpn_public),
        }
        return blocks(PAGE, "The VPN", replaced)[2]

    def _private_key(self, name):
        return (self.directory / f"{name}.key").read_text().strip()


class WgQuickDirect(WgQuick):
    """The same with the two lines for direct audio."""

    direct_too = True


class WgQuickByHub(WgQuick):
    """The server is a rented one, and the machine of fapfon-proxy its client (docs/vpn/vps-hub.md)."""

    def __init__(self, topology, directory):
        super().__init__(topology, directory)
        self.public_key["vpn"] = self._make_key("vpn")
        replaced = {
            "<key of the Raspberry Pi>": self._private_key("vpn"),
            "<public key of the server>": self.public_key[self.server],
            "<address of the server>": VPS_PUBLIC,
        }
        self._bring_up(self.server, self._of_server())
        self._bring_up("vpn", blocks(HUB_PAGE, "The VPN", replaced)[1])
        handshake = "a WireGuard handshake of home with the hub"
        until(lambda: self._shown("latest-handshakes")[self.public_key["vpn"]] != "0", handshake)

    def _start(self, where, address, *settings):
        if where != self.server:  # its file needs the key of the client at home
            super()._start(where, address, *settings)

    def _of_server(self):
        replaced = {
            "<key of the server>": self._private_key(self.server),
            "<public key of the Raspberry Pi>": self.public_key["vpn"],
        }
        configuration = blocks(HUB_PAGE, "The VPN", replaced)[0]
        return self._for_both_phones(configuration, "172.20.11.3/32", "<public key of the phone>")
