# SPDX-License-Identifier: GPL-2.0-or-later
"""A real softphone (baresip) that claims its carrier address, or the right one."""

from ..baresip import home_phone, vpn_phone
from ..topology import host
from ..wait import check, check_equal
from .ends import Ends
from .registry import scenario


@scenario()
def softphone_tcp(world):
    """A real softphone that claims its carrier address, by TCP: registers, is called, calls, hears and is heard."""
    return softphone_calls(world, "tcp", with_proxy=True)


@scenario()
def softphone_udp(world):
    """The same by UDP."""
    return softphone_calls(world, "udp", with_proxy=True)


@scenario()
def right_addresses_tcp(world):
    """A softphone that is already right is not harmed, by TCP."""
    return softphone_calls(world, "tcp", with_proxy=True, claims="tunnel")


@scenario()
def right_addresses_udp(world):
    """A softphone that is already right is not harmed, by UDP."""
    return softphone_calls(world, "udp", with_proxy=True, claims="tunnel")


@scenario()
def softphone_tcp_answered_by_udp(world):
    """The Box's Contact does not name TCP, so the softphone's ACK and BYE come by UDP in a call begun by TCP (H7)."""
    return softphone_calls(world, "tcp", with_proxy=True, contact_has_transport=False)


def softphone_calls(
    world, transport, with_proxy=False, claims="carrier", contact_has_transport=True, options=(), check_way=lambda world: None
):
    """All that a softphone does; `check_way` looks which way audio has gone."""
    box = world.start_box(contact_has_transport=contact_has_transport)
    if with_proxy:
        world.start_proxy(*options)
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport, claims=claims)
    phone.await_registration()
    ends = Ends(world, home, phone)
    stored = box.await_binding("user")
    if with_proxy:
        check(
            f"@{host(world.topology.ip.vpn_server)}:" in stored, f"the Box has stored an address of the VPN server, not {stored}"
        )

    called = ends.call_in()
    ends.hang_up(home, phone)
    home.dial("user")
    phone.await_event("CALL_INCOMING")
    ends.hang_up(home, phone)  # the caller gives up: CANCEL
    calls = ends.call_out()
    ends.hang_up(phone, home)
    calls_again = ends.call_out()
    for holding in (phone, home):  # requests within the call, from both sides, with new SDP
        holding.hold()
        box.await_message("snd", "SIP/2.0 200", f"From: <sip:{holding.user}@", "a=recvonly")
        ends.await_silence()
        holding.resume()
        ends.await_audio()
    ends.hang_up(home, phone)

    check_equal(box.await_binding("user"), stored, "the binding after four calls")
    phone.stop()
    box.await_no_binding("user")
    lost = world.topology.lost_at_carrier()
    check_equal(lost["home_to_carrier_address"], 0, "packets lost on their way to the carrier address")
    check_way(world)
    if with_proxy and not contact_has_transport:
        box.await_message("rcv", "ACK ", "From: <sip:user@", transport="udp")
    return f"called: {called}; calls: {calls}, {calls_again}"
