# SPDX-License-Identifier: GPL-2.0-or-later
"""A real WireGuard tunnel by wireguard-go: one server, one peer per phone, each with an address that stays."""

import os

from .netns import command
from .topology import WIREGUARD_PORT, host, on_link
from .wait import check, until

KEEPALIVE_S = 1  # apps have 25 s or none; a phone that roams is found as soon as it says something


class WireGuard:
    """Server and peers. A phone that changes its network keeps its address in the tunnel: only its endpoint moves."""

    def __init__(self, topology, directory):
        self.topology = topology
        self.ip = topology.ip
        self.server = topology.vpn_place
        self.directory = directory / "wireguard"
        self.directory.mkdir()
        self.address = {}
        self.processes = {}
        self.public_key = {name: self._make_key(name) for name in (self.server, *self.ip.tunnel)}
        self._start(self.server, self.ip.vpn_gateway, "listen-port", str(WIREGUARD_PORT))
        for phone, address in self.ip.tunnel.items():
            self._set(self.server, "peer", self.public_key[phone], "allowed-ips", address)

    def interface(self, where):
        """The name of the tunnel's network device there. wireguard-go keeps all names of a machine in one directory."""
        return "wg0" if where == self.server else f"wg-{where}"

    def connect(self, phone):
        """Bring up the tunnel of a phone."""
        address = self.ip.tunnel[phone]
        self._start(phone, address)
        peer = f"endpoint {host(self.topology.vpn_public)}:{WIREGUARD_PORT} persistent-keepalive {KEEPALIVE_S}"
        ranges = ",".join([self.ip.home_range, self.ip.vpn_range, *self.topology.more_ranges])
        self._set(phone, "peer", self.public_key[self.server], "allowed-ips", ranges, *peer.split())
        for home in dict.fromkeys([self.ip.home_range, *self.topology.more_ranges]):
            self.topology[phone].ip(f"-{self.ip.version} route add {home} dev {self.interface(phone)}")
        self.address[phone] = address
        until(lambda: self._shown("latest-handshakes")[self.public_key[phone]] != "0", f"a WireGuard handshake with {phone}")

    def endpoint(self, phone):
        """Where the server sends what is for a phone."""
        return self._shown("endpoints")[self.public_key[phone]]

    def roam(self, phone):
        """The phone changes its network; the server follows it to its new endpoint."""
        before = self.endpoint(phone)
        self.topology.roam(phone)
        until(lambda: self.endpoint(phone) != before, f"another endpoint of {phone} than {before}")
        check(self.address[phone] == self.ip.tunnel[phone], "an address in WireGuard never changes")
        return before, self.endpoint(phone)

    def _make_key(self, name):
        private = command(["wg", "genkey"])
        file = os.open(self.directory / f"{name}.key", os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(file, "w") as key:
            key.write(private)
        return command(["wg", "pubkey"], private).strip()

    def _start(self, where, address, *settings):
        interface, namespace = self.interface(where), self.topology[where]
        self.processes[where] = namespace.start(f"wireguard-{where}", ["wireguard-go", "-f", interface])
        until(lambda: os.path.exists(f"/run/wireguard/{interface}.sock"), f"wireguard-go in {where}")
        self._set(where, "private-key", str(self.directory / f"{where}.key"), *settings)
        namespace.ip(f"address add {self._with_length(address)} dev {interface}")
        namespace.ip(f"link set {interface} up")

    def _with_length(self, address):
        return on_link(address)

    def _set(self, where, *settings):
        self.topology[where].run("wg", "set", self.interface(where), *settings)

    def _shown(self, what):
        """One column of `wg show` at the server: {public key: value}."""
        lines = self.topology[self.server].run("wg", "show", self.interface(self.server), what).splitlines()
        return dict(line.split("\t") for line in lines)
