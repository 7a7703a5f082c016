# SPDX-License-Identifier: GPL-2.0-or-later
"""Which way audio goes (M1): directly between phone and Box where that works, else through this machine."""

from ..baresip import home_phone, vpn_phone
from ..rtp import rtcp_or_speech
from ..wait import check, check_equal
from .ends import Ends
from .registry import scenario


@scenario()
def audio_goes_directly(world):
    """A routed VPN: audio and RTCP go directly between the phones, called and calling; not one packet to this machine."""
    home, phone = two_registered(world)
    ends = Ends(world, home, phone)
    called = ends.call_in()
    ends.hang_up(home, phone)
    calls = ends.call_out()
    ends.hang_up(phone, home)
    check_direct(world)
    return f"called: {called}; calls: {calls}; {len(audio_through(world))} packets, all directly"


@scenario()
def two_vpn_phones_call_each_other_directly(world):
    """A call between two phones of a routed VPN, both ways: each travels through its own line, audio from tunnel to tunnel."""
    return vpn_phones_call_each_other(world, check_direct)


def vpn_phones_call_each_other(world, check_way):
    world.start_box()
    world.start_proxy()
    first = vpn_phone(world, "phone1", "user", "tcp")
    second = vpn_phone(world, "phone2", "user2", "udp")
    for phone in (first, second):
        phone.await_registration()
    ends = Ends(world, first, second)
    one_way = ends.call_in()
    ends.hang_up(first, second)
    other_way = ends.call_out()
    ends.hang_up(first, second)
    check_way(world)
    return f"{one_way}; {other_way}"


def two_registered(world, *options, transport="udp", **settings):
    """Box, proxy, a phone at home and one on the VPN."""
    world.start_box()
    world.start_proxy(*options, **settings)
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport)
    phone.await_registration()
    return home, phone


def audio_through(world):
    """The packets of calls that have come to the machine of fapfon-proxy: for itself, or to be forwarded."""
    return [packet for packet in world.wire.packets() if not packet.is_outgoing and rtcp_or_speech(packet)]


def own_addresses(world):
    vpn = world.topology["vpn"]
    return {line.split()[3].partition("/")[0] for line in vpn.run("ip", "-o", "address", "show").splitlines()}


def check_direct(world):
    """Audio was forwarded by the kernel, and none of it was for this machine."""
    own, audio = own_addresses(world), audio_through(world)
    check(len(audio) > 100, f"{len(audio)} packets of audio passed the VPN server")
    relayed = [packet for packet in audio if packet.destination in own]
    check_equal(relayed, [], "audio for the machine of fapfon-proxy, where it should go directly")


def check_relayed(world):
    """All audio was for this machine."""
    own, audio = own_addresses(world), audio_through(world)
    check(len(audio) > 100, f"{len(audio)} packets of audio came to the VPN server")
    direct = [packet for packet in audio if packet.destination not in own]
    check_equal(direct, [], "audio past fapfon-proxy, where it should be relayed")
