# SPDX-License-Identifier: GPL-2.0-or-later
"""The networks of the seed: two phones, their carrier, the Box with the home network behind it, and the VPN server.

    phone1 10.81.179.54 --- carrier --- 198.51.100.10 box 172.30.10.1 --+-- 172.30.10.2  vpn (OpenVPN, fapfon-proxy)
    phone2 10.81.92.17  ---   (NAT)           (NAT, UDP 1194 -> vpn)    +-- 172.30.10.20 home, home2 (.21)

Nothing in the home network reaches 10.81.0.0/16: the Box sends it to the Internet, where it gets lost and is counted.
The one thing that passes the carrier is OpenVPN to the Box's public address.
"""

import json

from .netns import Namespace, cable

BOX = "172.30.10.1"
BOX_PUBLIC = "198.51.100.10"
VPN_SERVER = "172.30.10.2"
HOME_PHONES = {"home": "172.30.10.20", "home2": "172.30.10.21"}
CARRIER_ADDRESS = {"phone1": "10.81.179.54", "phone2": "10.81.92.17"}
VPN_RANGE = "172.20.11.0/24"
OPENVPN_PORT = 1194

# What may pass the carrier, and what is lost there. Counters are read by the scenarios.
CARRIER_RULES = f"""
table ip carrier {{
    counter home_to_carrier_address {{ }}
    counter private_from_phone {{ }}
    counter other {{ }}
    chain forward {{
        type filter hook forward priority filter; policy drop;
        ip daddr {BOX_PUBLIC} udp dport {OPENVPN_PORT} accept
        iifname "wan" ct state established ip daddr 10.81.0.0/16 udp sport {OPENVPN_PORT} accept
        iifname "wan" ip daddr 10.81.0.0/16 counter name home_to_carrier_address drop
        ip daddr {{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }} counter name private_from_phone drop
        counter name other drop
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        oifname "wan" masquerade
    }}
}}
"""

BOX_RULES = f"""
table ip box {{
    chain prerouting {{
        type nat hook prerouting priority dstnat;
        iifname "wan" udp dport {OPENVPN_PORT} dnat to {VPN_SERVER}
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        oifname "wan" masquerade
    }}
    chain forward {{
        type filter hook forward priority filter;
        iifname "wan" ct state new ct status & dnat == 0 drop
    }}
}}
"""


class Topology:
    def __init__(self, log_directory):
        names = ["phone1", "phone2", "carrier", "box", "vpn", *HOME_PHONES]
        self.at = {name: Namespace(name, log_directory) for name in names}
        self._home_network()
        self._internet()
        self._carrier()

    def __getitem__(self, name):
        return self.at[name]

    def _home_network(self):
        box = self["box"]
        box.ip("link add lan type bridge")  # a FRITZ!Box is the switch of its network
        box.ip(f"address add {BOX}/24 dev lan")
        box.ip("link set lan up")
        for name, address in {"vpn": VPN_SERVER, **HOME_PHONES}.items():
            cable(box, f"lan-{name}", self[name], "eth0")
            box.ip(f"link set lan-{name} master lan")
            self[name].ip(f"address add {address}/24 dev eth0")
            self[name].ip(f"route add default via {BOX}")
        # Direct media needs this one route; the VPN does not masquerade.
        box.ip(f"route add {VPN_RANGE} via {VPN_SERVER}")
        box.sysctl("net.ipv4.ip_forward=1")
        self["vpn"].sysctl("net.ipv4.ip_forward=1")

    def _internet(self):
        box, carrier = self["box"], self["carrier"]
        cable(carrier, "wan", box, "wan")
        carrier.ip("address add 198.51.100.1/24 dev wan")
        box.ip(f"address add {BOX_PUBLIC}/24 dev wan")
        box.ip("route add default via 198.51.100.1")
        box.nft(BOX_RULES)

    def _carrier(self):
        carrier = self["carrier"]
        for name, address in CARRIER_ADDRESS.items():
            gateway = address.rsplit(".", 1)[0] + ".1"
            cable(carrier, name, self[name], "rmnet0")
            carrier.ip(f"address add {gateway}/24 dev {name}")
            self[name].ip(f"address add {address}/24 dev rmnet0")
            self[name].ip(f"route add default via {gateway}")
        carrier.ip("route add default dev wan")  # the rest of the Internet; nothing there answers
        carrier.sysctl("net.ipv4.ip_forward=1")
        carrier.nft(CARRIER_RULES)

    def lost_at_carrier(self):
        """Packets that the carrier dropped, by counter name."""
        return counters(self["carrier"], "carrier")


def counters(namespace, table):
    """The named counters of an nftables table: {name: packets}."""
    listed = json.loads(namespace.run("nft", "-j", "list", "counters", "table", "ip", table))
    return {entry["counter"]["name"]: entry["counter"]["packets"] for entry in listed["nftables"] if "counter" in entry}
