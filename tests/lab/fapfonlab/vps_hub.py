# SPDX-License-Identifier: GPL-2.0-or-later
"""A rented server as the hub of the VPN: the home network is behind the NAT of its carrier, and nobody reaches it from outside.

    phone1, phone2 --- carrier --- 203.0.113.10 vps (WireGuard hub 172.20.11.1)
                          |
                     198.51.100.10 box --- vpn (WireGuard client 172.20.11.2, fapfon-proxy)

The hub sends what is for the home network to the client there, which is the only machine at home in the VPN.
"""

from .netns import cable
from .topology import BOX_PUBLIC, WIREGUARD_PORT, Topology, host
from .wait import until
from .wireguard import KEEPALIVE_S, WireGuard

VPS_PUBLIC = "203.0.113.10"
HOSTER = "203.0.113.1"
HOME_CLIENT = "172.20.11.2"

# One public address of the carrier for phones and home alike, and no way in.
HOSTER_RULES = f"""
table inet hoster {{
    chain forward {{
        type filter hook forward priority filter - 1;
        ip daddr {BOX_PUBLIC} ct state new drop
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        oifname "hoster" masquerade
    }}
}}
insert rule inet carrier forward ip daddr {VPS_PUBLIC} udp dport {WIREGUARD_PORT} accept
insert rule inet carrier forward ip saddr {VPS_PUBLIC} udp sport {WIREGUARD_PORT} ct state established accept
"""


class VpsHub(Topology):
    vpn_public = VPS_PUBLIC

    def _carrier(self):
        super()._carrier()
        carrier, vps = self["carrier"], self._new_place("vps")
        cable(carrier, "hoster", vps, "eth0")
        carrier.ip(f"address add {HOSTER}/24 dev hoster")
        vps.ip(f"address add {VPS_PUBLIC}/24 dev eth0")
        vps.ip(f"route add default via {HOSTER}")
        vps.forward()
        carrier.nft(HOSTER_RULES)
        self.vpn_place = "vps"


class WireGuardByHub(WireGuard):
    """The server is the hub; the machine of fapfon-proxy is one of its clients, and the way to the home network."""

    def __init__(self, topology, directory):
        super().__init__(topology, directory)
        self.public_key["vpn"] = self._make_key("vpn")
        self._set(self.server, "peer", self.public_key["vpn"], "allowed-ips", f"{HOME_CLIENT},{self.ip.home_range}")
        topology[self.server].ip(f"route add {self.ip.home_range} dev {self.interface(self.server)}")
        self._start("vpn", HOME_CLIENT)
        peer = f"endpoint {host(topology.vpn_public)}:{WIREGUARD_PORT} persistent-keepalive {KEEPALIVE_S}"
        self._set("vpn", "peer", self.public_key[self.server], "allowed-ips", self.ip.vpn_range, *peer.split())
        handshake = "a WireGuard handshake of home with the hub"
        until(lambda: self._shown("latest-handshakes")[self.public_key["vpn"]] != "0", handshake)
