# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that a scenario finds when it starts: networks, tunnels, the Box, and on request fapfon-proxy and phones."""

import pathlib

from .kamailio import Box
from .openvpn import OpenVpn
from .proxy import FapfonProxy
from .topology import FAMILIES, Topology
from .wireguard import WireGuard

VPNS = {"openvpn": OpenVpn, "wireguard": WireGuard}


class World:
    """`vpn` is "openvpn" or "wireguard"; `ip` is what phones and Box speak, "4" or "6"."""

    def __init__(self, directory, program, vpn="openvpn", masquerade=False, ip="4"):
        self.directory = pathlib.Path(directory)
        self.program = program
        self.topology = Topology(self.directory, FAMILIES[ip], masquerade)
        self.capture()
        self.vpn = VPNS[vpn](self.topology, self.directory)
        for phone in ("phone1", "phone2"):
            self.vpn.connect(phone)
        self.box = None
        self.proxy = None

    def start_box(self, **settings):
        self.box = Box(self.topology, self.directory, **settings)
        return self.box

    def start_proxy(self, *options):
        self.proxy = FapfonProxy(self.topology, self.program, self.directory, options)
        return self.proxy

    def finish(self):
        """What has to hold at the end of every scenario."""
        if self.proxy:
            self.proxy.finish()

    def capture(self):
        """Keep what passes the VPN server (both sides of fapfon-proxy), for whoever has to find out why something failed."""
        self.topology["vpn"].start(
            "tcpdump", ["tcpdump", "-Z", "root", "-i", "any", "-U", "-w", str(self.directory / "vpn.pcap"), "not (port 1194 or port 51820)"]
        )
