# SPDX-License-Identifier: GPL-2.0-or-later
"""Other VPNs than the seed's routed OpenVPN: WireGuard, a VPN that masquerades, a VPN with IPv6 only."""

from ..baresip import home_phone, vpn_phone
from ..topology import ROAMING_PUBLIC
from ..wait import check, check_equal
from .ends import Ends
from .media import relayed_because
from .registry import scenario
from .softphone import softphone_calls
from .without_proxy import softphone_fails


@scenario(vpn="wireguard")
def wireguard_tcp(world):
    """WireGuard instead of OpenVPN, a softphone by TCP: registers, is called, calls, hears and is heard."""
    return softphone_calls(world, "tcp", with_proxy=True)


@scenario(vpn="wireguard")
def wireguard_udp(world):
    """The same by UDP."""
    return softphone_calls(world, "udp", with_proxy=True)


@scenario(vpn="wireguard")
def wireguard_roams(world):
    """The phone changes its network during a call and between calls; WireGuard follows, and nobody else has to notice."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport="tcp")
    phone.await_registration()
    stored = box.await_binding("user")
    ends = Ends(world, home, phone)
    ends.call_in()
    before, after = world.vpn.roam("phone1")
    check(after.startswith(ROAMING_PUBLIC), f"the phone's endpoint is {after}, not at {ROAMING_PUBLIC}")
    heard = ends.await_audio()
    ends.hang_up(home, phone)
    called = ends.call_in()
    ends.hang_up(phone, home)
    check_equal(box.await_binding("user"), stored, "the binding after roaming")
    return f"from {before} to {after}; in the call: {heard}; called again: {called}"


@scenario(vpn="wireguard", ip="6")
def ipv6_tcp(world):
    """The VPN has IPv6 addresses only, and the Box one in the home network: all of it over IPv6, by TCP."""
    return softphone_calls(world, "tcp", with_proxy=True)


@scenario(vpn="wireguard", ip="6")
def ipv6_udp(world):
    """The same by UDP."""
    return softphone_calls(world, "udp", with_proxy=True)


@scenario(vpn="wireguard", vpn_way="masqueraded")
def masqueraded_wireguard_udp(world):
    """A VPN that masquerades (PiVPN), by UDP: registers, is called, calls, holds; audio is relayed, and heard both ways (M1)."""
    return masqueraded(world, "udp")


@scenario(vpn="openvpn", vpn_way="masqueraded")
def masqueraded_openvpn_tcp(world):
    """The same with OpenVPN and TCP."""
    return masqueraded(world, "tcp")


@scenario(vpn="wireguard", vpn_way="masqueraded", ip="6")
def masqueraded_ipv6_udp(world):
    """The same with IPv6 only, which PiVPN masquerades too."""
    return masqueraded(world, "udp")


@scenario(needs_proxy=False, vpn="wireguard", vpn_way="masqueraded")
def without_proxy_masqueraded_udp(world):
    """Without the proxy: in a VPN that masquerades the softphone does not ring either, and hears nothing when it calls."""
    return softphone_fails(world, "udp")


def masqueraded(world, transport):
    tunnel_address = world.vpn.address["phone1"]
    check(not world.topology["home"].reaches(tunnel_address), "home reaches the phone past the masquerade")
    return softphone_calls(world, transport, with_proxy=True, check_way=relayed_because("the VPN masquerades"))
