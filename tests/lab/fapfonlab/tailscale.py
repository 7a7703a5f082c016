# SPDX-License-Identifier: GPL-2.0-or-later
"""What tailscaled makes of a machine, without its control server: the name, the MTU, addresses of its own range, and rules.

The tunnel is WireGuard, as it is there. The machine of fapfon-proxy is a subnet router: what it forwards from the
tailnet gets a mark on its way, and what has the mark is masqueraded. Its own packets have no mark.
"""

from .topology import TAILSCALE, TAILSCALE_IPV6
from .wireguard import WireGuard

INTERFACE, MTU_BYTES = "tailscale0", 1280
TABLE, PREFERENCE = 52, 5270
MARK = "0x40000/0xff0000"

# The chains of tailscaled (its iptables mode), from `tailscale up --advertise-routes=...`.
FILTER = """*filter
:ts-input - [0:0]
:ts-forward - [0:0]
-I INPUT -j ts-input
-I FORWARD -j ts-forward
{drop_strangers}-A ts-input -i {interface} -j ACCEPT
-A ts-forward -i {interface} -j MARK --set-xmark {mark}
-A ts-forward -m mark --mark {mark} -j ACCEPT
{drop_spoofed}-A ts-forward -o {interface} -j ACCEPT
COMMIT
*nat
:ts-postrouting - [0:0]
-I POSTROUTING -j ts-postrouting
-A ts-postrouting -m mark --mark {mark} -j MASQUERADE
COMMIT
"""
DROP_STRANGERS = f"""-A ts-input -s {TAILSCALE.vpn_gateway}/32 -i lo -j ACCEPT
-A ts-input -s {TAILSCALE.vpn_range} ! -i {INTERFACE} -j DROP
"""
DROP_SPOOFED = f"-A ts-forward -s {TAILSCALE.vpn_range} -o {INTERFACE} -j DROP\n"


class Tailscale(WireGuard):
    def __init__(self, topology, directory):
        super().__init__(topology, directory)
        router = topology[self.server]
        words = {"interface": INTERFACE, "mark": MARK}
        ip4 = FILTER.format(drop_strangers=DROP_STRANGERS, drop_spoofed=DROP_SPOOFED, **words)
        router.run("iptables-restore", "--noflush", stdin=ip4)
        router.run("ip6tables-restore", "--noflush", stdin=FILTER.format(drop_strangers="", drop_spoofed="", **words))
        for plan in (TAILSCALE, TAILSCALE_IPV6):
            if plan is not self.ip:  # both families, whichever is spoken
                router.ip(f"address add {self._with_length(plan.vpn_gateway)} dev {INTERFACE}")
            router.ip(f"-{plan.version} rule add preference {PREFERENCE} table {TABLE}")
        for address in self.ip.tunnel.values():
            router.ip(f"-{self.ip.version} route add {address} dev {INTERFACE} table {TABLE}")

    def interface(self, where):
        return INTERFACE if where == self.server else super().interface(where)

    def connect(self, phone):
        super().connect(phone)
        self.topology[phone].ip(f"-{self.ip.version} route add {self.ip.vpn_range} dev {self.interface(phone)}")

    def switch_snat_off(self):
        """`tailscale set --snat-subnet-routes=false`"""
        for program in ("iptables", "ip6tables"):
            self.topology[self.server].run(program, "-t", "nat", "-F", "ts-postrouting")

    def _start(self, where, address, *settings):
        super()._start(where, address, *settings)
        self.topology[where].ip(f"link set {self.interface(where)} mtu {MTU_BYTES}")

    def _with_length(self, address):
        return f"{address}/128 nodad" if ":" in address else f"{address}/32"
