# SPDX-License-Identifier: GPL-2.0-or-later
"""The networks of the seed: two phones, their carrier, the Box with the home network behind it, and the VPN server.

    phone1 10.81.179.54 --- carrier --- 198.51.100.10 box 172.30.10.1 --+-- 172.30.10.2  vpn (VPN server, fapfon-proxy)
    phone2 10.81.92.17  ---   (NAT)           (NAT, VPN -> vpn)         +-- 172.30.10.20 home, home2 (.21)

Nothing in the home network reaches 10.81.0.0/16: the Box sends it to the Internet, where it gets lost and is counted.
The one thing that passes the carrier is a VPN to the Box's public address. Everything has IPv6 addresses beside those of
the seed; what a scenario's phones and Box speak with each other is `Topology.ip`.
"""

import collections
import json
import re

from .netns import Namespace, cable
from .wait import check_equal

BOX = "172.30.10.1"
BOX_PUBLIC = "198.51.100.10"
ROAMING_PUBLIC = "198.51.100.77"  # where the carrier lets a phone out that has moved to another cell
VPN_SERVER = "172.30.10.2"
HOME_PHONES = {"home": "172.30.10.20", "home2": "172.30.10.21"}
CARRIER_ADDRESS = {"phone1": "10.81.179.54", "phone2": "10.81.92.17"}
VPN_RANGE = "172.20.11.0/24"
CONTAINER_RANGE = "10.42.42.0/24"  # of wg-easy 15
CONTAINER_HOST, CONTAINER = "10.42.42.1", "10.42.42.42"
CONTAINER_BRIDGE = "br-5f0c5b1f9a6e"  # as Docker names the bridge of a network that is not its default one
HANDED_OVER_TO = "home2"  # a machine at home that is no VPN server: the VPN server sends phones' SIP there
OPENVPN_PORT = 1194
WIREGUARD_PORT = 51820

# The addresses of one family by their place; `tunnel` is what the VPN gives to a phone.
PLACES = "version box vpn_server home_phones home_range carrier vpn_range vpn_gateway tunnel"


class Addresses(collections.namedtuple("Addresses", PLACES)):
    @property
    def nft(self):
        """The family's name in nftables."""
        return "ip6" if self.version == 6 else "ip"


IPV4 = Addresses(
    version=4,
    box=BOX,
    vpn_server=VPN_SERVER,
    home_phones=HOME_PHONES,
    home_range="172.30.10.0/24",
    carrier=CARRIER_ADDRESS,
    vpn_range=VPN_RANGE,
    vpn_gateway="172.20.11.1",
    tunnel={"phone1": "172.20.11.6", "phone2": "172.20.11.10"},
)
IPV6 = Addresses(
    version=6,
    box="fd00:172:30:10::1",
    vpn_server="fd00:172:30:10::2",
    home_phones={"home": "fd00:172:30:10::20", "home2": "fd00:172:30:10::21"},
    home_range="fd00:172:30:10::/64",
    carrier={"phone1": "2001:db8:81:179::54", "phone2": "2001:db8:81:92::17"},
    vpn_range="fd00:172:20:11::/64",
    vpn_gateway="fd00:172:20:11::1",
    tunnel={"phone1": "fd00:172:20:11::6", "phone2": "fd00:172:20:11::10"},
)
FAMILIES = {"4": IPV4, "6": IPV6}

# Other address plans. A phone's VPN address ends in .6 or .10 everywhere, so that logs are read easily.
WG_EASY = IPV4._replace(
    vpn_range="10.8.0.0/24", vpn_gateway="10.8.0.1", tunnel={"phone1": "10.8.0.6", "phone2": "10.8.0.10"}
)
TAILSCALE = IPV4._replace(
    vpn_range="100.64.0.0/10",
    vpn_gateway="100.101.102.1",
    tunnel={"phone1": "100.92.11.6", "phone2": "100.120.3.10"},
)
TAILSCALE_IPV6 = IPV6._replace(
    vpn_range="fd7a:115c:a1e0::/48",
    vpn_gateway="fd7a:115c:a1e0::7e01:6601",
    tunnel={"phone1": "fd7a:115c:a1e0::5c01:b06", "phone2": "fd7a:115c:a1e0::7801:30a"},
)
ZEROTIER = IPV4._replace(
    vpn_range="10.147.17.0/24", vpn_gateway="10.147.17.1", tunnel={"phone1": "10.147.17.6", "phone2": "10.147.17.10"}
)
# The Box behind another router: what the VPN server sees of it (double_nat.py).
BOX_OUTSIDE, OUTER_VPN_SERVER, OUTER_RANGE = "192.168.2.10", "192.168.2.2", "192.168.2.0/24"
BEHIND_BY_ADDRESS = IPV4._replace(box=BOX_OUTSIDE, vpn_server=OUTER_VPN_SERVER, home_range=OUTER_RANGE)
BEHIND_BY_ROUTE = IPV4._replace(vpn_server=OUTER_VPN_SERVER)
PLANS = FAMILIES | {
    "wg-easy": WG_EASY,
    "tailscale": TAILSCALE,
    "tailscale, IPv6": TAILSCALE_IPV6,
    "zerotier": ZEROTIER,
    "box by its outer address": BEHIND_BY_ADDRESS,
    "box by route": BEHIND_BY_ROUTE,
}

# What may pass the carrier, and what is lost there. Counters are read by the scenarios.
CARRIER_RULES = f"""
table inet carrier {{
    counter home_to_carrier_address {{ }}
    counter private_from_phone {{ }}
    counter other {{ }}
    chain forward {{
        type filter hook forward priority filter; policy drop;
        ip daddr {BOX_PUBLIC} udp dport {{ {OPENVPN_PORT}, {WIREGUARD_PORT} }} accept
        iifname "wan" ct state established ip daddr 10.81.0.0/16 udp sport {{ {OPENVPN_PORT}, {WIREGUARD_PORT} }} accept
        iifname "wan" ip daddr 10.81.0.0/16 counter name home_to_carrier_address drop
        iifname "wan" ip6 daddr 2001:db8:81::/48 counter name home_to_carrier_address drop
        ip daddr {{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }} counter name private_from_phone drop
        ip6 daddr fd00::/8 counter name private_from_phone drop
        counter name other drop
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        oifname "wan" meta nfproto ipv4 masquerade
    }}
}}
"""

BOX_RULES = """
table ip box {{
    chain prerouting {{
        type nat hook prerouting priority dstnat;
        iifname "wan" udp dport {{ {openvpn_port}, {wireguard_port} }} dnat to {vpn_server}
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

# What PiVPN and its like do: phones borrow the VPN server's own address in the home network.
MASQUERADE_RULES = """
table {family} vpn_server {{
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        {family} saddr {vpn_range} oifname "{interface}" masquerade
    }}
}}
"""

# What Docker does for a container with a VPN server in it (wg-easy): the port leads there, and what comes out of there is
# this machine's own. The container itself lends its one address to all phones.
CONTAINER_RULES = f"""
table ip docker {{
    chain prerouting {{
        type nat hook prerouting priority dstnat;
        iifname "eth0" udp dport {{ {OPENVPN_PORT}, {WIREGUARD_PORT} }} dnat to {CONTAINER}
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        ip saddr {CONTAINER_RANGE} oifname != "{CONTAINER_BRIDGE}" masquerade
    }}
}}
"""


def host(address):
    """An address as it stands in a URI."""
    return f"[{address}]" if ":" in address else address


class Topology:
    """The home of the seed. `vpn_way` is how phones look from the home network: see _way_to_the_phones."""

    border = "box"  # has the public address, and forwards the VPN
    vpn_public = BOX_PUBLIC  # where phones find their VPN
    more_ranges = ()  # what phones send through the tunnel beside the Box's network: as with AllowedIPs = 0.0.0.0/0
    gateways = {"box": [IPV4.box, IPV6.box]}

    def __init__(self, log_directory, ip=IPV4, vpn_way="routed"):
        self.ip = ip
        names = ["phone1", "phone2", "carrier", "box", "vpn", *HOME_PHONES]
        self.at = {name: Namespace(name, log_directory) for name in names}
        self.vpn_place = "vpn"  # where the tunnels end
        self.proxy_place = "vpn"  # where fapfon-proxy runs
        self._home_network()
        self._way_to_the_phones(vpn_way)
        self._internet()
        self._carrier()

    def __getitem__(self, name):
        return self.at[name]

    def _home_network(self):
        self._lan_of_the_box()
        self._plug_in("box", "vpn", IPV4.vpn_server, IPV6.vpn_server)
        self["vpn"].forward()

    def _lan_of_the_box(self):
        make_switch(self["box"], IPV4.box, IPV6.box)  # a FRITZ!Box is the switch of its network
        for name in HOME_PHONES:
            self._plug_in("box", name, *(family.home_phones[name] for family in FAMILIES.values()))
        self["box"].forward()
        self["box"].sysctl("net.ipv4.icmp_ratelimit=0")  # it has no name server, and says so to everybody who asks

    def _plug_in(self, router, name, *addresses, end="eth0"):
        """A cable to the switch of this router, which is the default gateway of whoever is plugged in."""
        cable(self[router], f"lan-{name}", self[name], end)
        self[router].ip(f"link set lan-{name} master lan")
        for address, gateway in zip(addresses, self.gateways[router]):
            self[name].ip(f"address add {on_link(address)} dev {end}")
            self[name].ip(f"-{6 if ':' in address else 4} route add default via {gateway}")

    def _way_to_the_phones(self, vpn_way):
        """Direct media needs one route in the Box and a VPN that does not masquerade; whoever masquerades has no such route."""
        if vpn_way == "routed":
            self.route_in_the_box()
        elif vpn_way == "masqueraded":
            self.masquerade()
        elif vpn_way == "in a container":
            self._container()
        elif vpn_way == "in a container, with the proxy":
            self._container()
            self.proxy_place = "container"
        elif vpn_way == "handed over":
            self.proxy_place = HANDED_OVER_TO
        else:
            check_equal(vpn_way, "without a route", "the way of the VPN")

    def route_in_the_box(self):
        """By mouse, in the Box's own pages."""
        for plan in FAMILIES.values() if self.ip in FAMILIES.values() else [self.ip]:
            self["box"].ip(f"-{plan.version} route add {plan.vpn_range} via {plan.vpn_server}")

    def masquerade(self, place="vpn", interface="eth0"):
        rules = MASQUERADE_RULES.format(family=self.ip.nft, vpn_range=self.ip.vpn_range, interface=interface)
        self[place].nft(rules)

    def end_masquerade(self, place="vpn"):
        self[place].run("nft", "delete", "table", self.ip.nft, "vpn_server")

    def _container(self):
        """The VPN server runs in a container on the machine of fapfon-proxy, and masquerades towards it."""
        vpn, container = self["vpn"], self._new_place("container")
        self.vpn_place = "container"
        self.more_ranges = [CONTAINER_RANGE]
        cable(vpn, CONTAINER_BRIDGE, container, "eth0")
        vpn.ip(f"address add {on_link(CONTAINER_HOST)} dev {CONTAINER_BRIDGE}")
        container.ip(f"address add {on_link(CONTAINER)} dev eth0")
        container.ip(f"route add default via {CONTAINER_HOST}")
        container.forward()
        vpn.nft(CONTAINER_RULES)
        self.masquerade("container")

    def open_container_network(self):
        """The container's network is routed: enable_ip_masquerade=false for Docker, and a route in the Box."""
        self["vpn"].nft("flush chain ip docker postrouting")
        self["box"].ip(f"route add {CONTAINER_RANGE} via {self.ip.vpn_server}")
        for place in ("vpn", "box"):  # forgets which way packets between Box and container went before
            self[place].run("sh", "-c", f"conntrack -D -s {CONTAINER}; conntrack -D -d {CONTAINER}; true")

    def _new_place(self, name):
        self.at[name] = Namespace(name, self["box"].log_directory)
        return self.at[name]

    def _internet(self):
        border, carrier = self[self.border], self["carrier"]
        cable(carrier, "wan", border, "wan")
        for address in ("198.51.100.1/24", "2001:db8:51:100::1/64 nodad"):
            carrier.ip(f"address add {address} dev wan")
        for address in (f"{BOX_PUBLIC}/24", "2001:db8:51:100::10/64 nodad"):
            border.ip(f"address add {address} dev wan")
        border.ip("route add default via 198.51.100.1")
        border.ip("-6 route add default via 2001:db8:51:100::1")
        ports = {"openvpn_port": OPENVPN_PORT, "wireguard_port": WIREGUARD_PORT}
        border.nft(BOX_RULES.format(vpn_server=self.ip.vpn_server if self.ip.version == 4 else VPN_SERVER, **ports))

    def _carrier(self):
        carrier = self["carrier"]
        for name in CARRIER_ADDRESS:
            cable(carrier, name, self[name], "rmnet0")
            for family in FAMILIES.values():
                address = family.carrier[name]
                gateway = address[: re.search(r"[.:][^.:]*$", address).start() + 1] + "1"
                carrier.ip(f"address add {on_link(gateway)} dev {name}")
                self[name].ip(f"address add {on_link(address)} dev rmnet0")
                self[name].ip(f"-{family.version} route add default via {gateway}")
        carrier.ip("route add default dev wan")  # the rest of the Internet; nothing there answers
        carrier.ip("-6 route add default dev wan")
        carrier.forward()
        carrier.nft(CARRIER_RULES)

    def roam(self, phone):
        """The phone moves to another cell: the carrier forgets its mappings and lets it out at another public address."""
        carrier = self["carrier"]
        carrier.ip(f"address add {ROAMING_PUBLIC}/24 dev wan")
        carrier.nft(
            f"""
            table inet roaming {{
                chain postrouting {{
                    type nat hook postrouting priority srcnat - 1;
                    ip saddr {CARRIER_ADDRESS[phone]} oifname "wan" snat ip to {ROAMING_PUBLIC}
                }}
            }}
        """
        )
        carrier.run("conntrack", "-D", "-s", CARRIER_ADDRESS[phone])

    def lost_at_carrier(self):
        """Packets that the carrier dropped, by counter name."""
        return counters(self["carrier"], "carrier")


def make_switch(router, *addresses):
    """The router is the switch of its network, and has these addresses in it."""
    router.ip("link add lan type bridge")
    for address in addresses:
        router.ip(f"address add {on_link(address)} dev lan")
    router.ip("link set lan up")


def on_link(address):
    """With its network's length, and for IPv6 without the seconds in which the kernel asks whether somebody else has it."""
    return f"{address}/64 nodad" if ":" in address else f"{address}/24"


def counters(namespace, table):
    """The named counters of an nftables table: {name: packets}."""
    listed = json.loads(namespace.run("nft", "-j", "list", "counters", "table", "inet", table))
    return {entry["counter"]["name"]: entry["counter"]["packets"] for entry in listed["nftables"] if "counter" in entry}
