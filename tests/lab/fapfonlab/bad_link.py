# SPDX-License-Identifier: GPL-2.0-or-later
"""A bad mobile link: packets of a phone's tunnel get lost, and some arrive after the one that was sent behind them.

The kernel here has no netem. So the carrier hands the tunnel's packets to a forwarder in user space, which they cannot tell
from the NAT that they passed before. Duplicates make no sense at this place: the tunnel takes each packet once.
"""

import select
import threading

from .topology import BOX_PUBLIC, CARRIER_ADDRESS, WIREGUARD_PORT
from .wait import until

LOST_EVERY, LOST_IN_A_ROW, LATE_EVERY = 45, 4, 11  # packets of the tunnel

RULES = """
table ip bad_link {{
    chain prerouting {{
        type nat hook prerouting priority dstnat;
        ip saddr {phone} udp dport {port} redirect to :{port}
    }}
}}
"""


class BadLink:
    """From now on, for one phone with WireGuard, and in both directions."""

    def __init__(self, world, phone):
        carrier, before = world.topology["carrier"], world.vpn.endpoint(phone)
        self.phone_side = carrier.udp_socket(BOX_PUBLIC)
        self.phone_side.bind(("0.0.0.0", WIREGUARD_PORT))
        self.wan_side = carrier.udp_socket(BOX_PUBLIC)
        self.wan_side.connect((BOX_PUBLIC, WIREGUARD_PORT))
        self.phone = None
        threading.Thread(target=self._forward, daemon=True).start()
        carrier.nft(RULES.format(phone=CARRIER_ADDRESS[phone], port=WIREGUARD_PORT))
        carrier.run("conntrack", "-D", "-s", CARRIER_ADDRESS[phone])
        until(lambda: world.vpn.endpoint(phone) != before, f"packets of {phone} on the bad link")

    def _forward(self):
        out, back = Direction(self.wan_side.send), Direction(lambda data: self.phone_side.sendto(data, self.phone))
        while True:
            for ready in select.select([self.phone_side, self.wan_side], [], [])[0]:
                data, source = ready.recvfrom(65536)
                if ready is self.phone_side:
                    self.phone = source
                    out.forward(data)
                else:
                    back.forward(data)


class Direction:
    def __init__(self, send):
        self.send = send
        self.count = LOST_IN_A_ROW - 1
        self.late = None

    def forward(self, data):
        self.count += 1
        if self.count % LOST_EVERY < LOST_IN_A_ROW:
            return
        if self.count % LATE_EVERY == 0 and self.late is None:
            self.late = data
            return
        self.send(data)
        if self.late is not None:
            self.send(self.late)
            self.late = None
