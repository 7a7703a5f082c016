# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that a scenario finds when it starts: networks, tunnels, the Box, and on request fapfon-proxy and phones."""

import pathlib

from .capture import Capture
from .installed import PROGRAM
from .kamailio import Box
from .openvpn import OpenVpn, OpenVpnOfPage
from .proxy import FapfonProxy
from .double_nat import DoubleNat
from .tailscale import Tailscale
from .topology import PLANS, Topology
from .vps_hub import VpsHub, WireGuardByHub
from .wg_quick import WgQuick, WgQuickByHub, WgQuickDirect
from .zerotier import ZeroTier
from .wireguard import WireGuard

VPNS = {
    "openvpn": OpenVpn,
    "openvpn of the page": OpenVpnOfPage,
    "wireguard": WireGuard,
    "wireguard by a hub": WireGuardByHub,
    "wireguard by wg-quick": WgQuick,
    "wireguard by wg-quick, direct": WgQuickDirect,
    "wg-quick by a hub": WgQuickByHub,
    "tailscale": Tailscale,
    "zerotier": ZeroTier,
}
PLACES = {"at home": Topology, "vps hub": VpsHub, "box behind a router": DoubleNat}


class World:
    """`vpn` is one of VPNS; `ip` is what phones and Box speak, "4", "6" or another of PLANS; `vpn_way`: see Topology."""

    def __init__(self, directory, vpn="openvpn", vpn_way="routed", ip="4", place="at home"):
        self.directory = pathlib.Path(directory)
        self.program = PROGRAM
        self.topology = PLACES[place](self.directory, PLANS[ip], vpn_way)
        self.wire = Capture(self.topology[self.topology.proxy_place], self.directory)  # both sides of fapfon-proxy
        self.vpn = VPNS[vpn](self.topology, self.directory)
        for phone in ("phone1", "phone2"):
            self.vpn.connect(phone)
        self.box = None
        self.proxy = None

    def start_box(self, **settings):
        self.box = Box(self.topology, self.directory, **settings)
        return self.box

    def start_proxy(self, *options, **settings):
        """The installed service, started; `options` go into OPTIONS=, `settings` into its configuration file."""
        self.proxy = FapfonProxy(self, options, **settings)
        self.proxy.start()
        return self.proxy

    def finish(self):
        """What has to hold at the end of every scenario."""
        if self.proxy and self.proxy.service.is_wanted:
            self.proxy.stop()
