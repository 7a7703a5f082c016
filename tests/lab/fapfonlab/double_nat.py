# SPDX-License-Identifier: GPL-2.0-or-later
"""The Box behind another router, which has the Internet; the VPN server stands between the two, in the outer network.

    carrier --- 198.51.100.10 router 192.168.2.1 --+-- 192.168.2.2   vpn (VPN server, fapfon-proxy)
                (NAT, VPN -> vpn)                  +-- 192.168.2.10  box 172.30.10.1 --- home, home2
                                                                     (NAT for its own network)

Either the Box is known by its outer address, and lets phones register from that side; whoever is called is then a
telephone of the Box itself (DECT), as home phones behind its NAT are out of reach for audio that goes past it. Or the
inner network is reached by a route, and the Box by the address that it has at home; with or without NAT on the way out.
"""

from .topology import BOX_OUTSIDE, IPV4, OUTER_RANGE, OUTER_VPN_SERVER, Topology, make_switch
from .wait import check_equal

ROUTER = "192.168.2.1"

# What a home router does for its network.
BOX_NAT = """
table ip box {
    chain postrouting {
        type nat hook postrouting priority srcnat;
        ip saddr 172.30.10.0/24 oifname "wan" masquerade
    }
}
"""
LETS_NOBODY_IN = """
table ip box_firewall {
    chain forward {
        type filter hook forward priority filter;
        iifname "wan" ct state new drop
    }
}
"""


class DoubleNat(Topology):
    border = "router"
    more_ranges = [OUTER_RANGE]
    gateways = Topology.gateways | {"router": [ROUTER]}

    def _home_network(self):
        make_switch(self._new_place("router"), ROUTER)
        self["router"].forward()
        self._plug_in("router", "vpn", OUTER_VPN_SERVER)
        self._plug_in("router", "box", BOX_OUTSIDE, end="wan")
        self["vpn"].forward()
        self._lan_of_the_box()
        if self.ip.box == BOX_OUTSIDE:
            self.nat_of_the_inner_network()
            self["box"].nft(LETS_NOBODY_IN)
            self.at["home"] = self["box"]
        else:
            self["vpn"].ip(f"route add {IPV4.home_range} via {BOX_OUTSIDE}")

    def nat_of_the_inner_network(self):
        self["box"].nft(BOX_NAT)

    def _way_to_the_phones(self, vpn_way):
        if vpn_way == "routed":
            self["router"].ip(f"route add {self.ip.vpn_range} via {OUTER_VPN_SERVER}")
        else:
            check_equal(vpn_way, "masqueraded", "the way of the VPN")
            self.masquerade()
