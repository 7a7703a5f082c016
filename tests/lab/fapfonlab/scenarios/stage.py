# SPDX-License-Identifier: GPL-2.0-or-later
"""The stage itself: networks, and the control experiment."""

from ..topology import CARRIER_ADDRESS, HOME_PHONES
from ..wait import check, check_equal
from .registry import scenario
from .softphone import softphone_calls


@scenario(needs_proxy=False)
def network(world):
    """The networks are what they claim: home reaches a phone through the tunnel only, and the carrier sees only OpenVPN."""
    topology = world.topology
    for phone, tunnel_address in world.vpn.address.items():
        check(topology["home"].reaches(tunnel_address), f"home does not reach {phone} through the tunnel")
        check(topology[phone].reaches(HOME_PHONES["home"]), f"{phone} does not reach home through the tunnel")
    check_equal(
        topology.lost_at_carrier(),
        {"home_to_carrier_address": 0, "private_from_phone": 0, "other": 0},
        "lost at the carrier so far",
    )

    for sender in ("home", "box", "vpn"):
        for address in CARRIER_ADDRESS.values():
            before = topology.lost_at_carrier()["home_to_carrier_address"]
            check(not topology[sender].reaches(address), f"{sender} reaches the carrier address {address}")
            check(
                topology.lost_at_carrier()["home_to_carrier_address"] > before,
                f"what {sender} sends to {address} is not lost at the carrier",
            )
    check(not topology["phone1"].reaches(HOME_PHONES["home"], device="rmnet0"), "a phone reaches home past the tunnel")
    check(
        topology.lost_at_carrier()["private_from_phone"] > 0, "what a phone sends home past the tunnel is not lost at the carrier"
    )
    return "the tunnels carry both ways, carrier addresses are out of reach"


@scenario(needs_proxy=False)
def right_addresses_without_proxy_tcp(world):
    """Control: the same softphone, claiming its tunnel address, works by TCP without help. So the addresses are what is wrong."""
    return softphone_calls(world, "tcp", claims="tunnel")


@scenario(needs_proxy=False)
def right_addresses_without_proxy_udp(world):
    """Control: as above, by UDP."""
    return softphone_calls(world, "udp", claims="tunnel")
