# SPDX-License-Identifier: GPL-2.0-or-later
"""A network as ZeroTier makes it: an Ethernet (tap) of its own naming, with packets of up to 2,800 bytes.

OpenVPN carries it here. Joined networks are all the same: nothing is masqueraded unless somebody makes a rule for it.
"""

from .openvpn import OpenVpn

INTERFACE, MTU_BYTES = "zt3jnwixyz", 2800


class ZeroTier(OpenVpn):
    device = {"interface": INTERFACE, "kind": "tap", "mtu": MTU_BYTES}
