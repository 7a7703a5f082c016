# SPDX-License-Identifier: GPL-2.0-or-later
"""Which path audio takes (M1): directly between phone and Box where that works, otherwise through this machine."""

import time

from ..baresip import home_phone, vpn_phone
from ..ear import await_sound
from ..installed import LOGFILE, name_hosts
from ..rtp import read_speech, rtcp_or_speech
from ..topology import CONTAINER, CONTAINER_RANGE, HOME_PHONES, IPV4, IPV6, on_link
from ..wait import check, check_equal, until
from .check import Installation
from .ends import Ends
from .registry import scenario
from .several import two_calls_at_a_time
from .softphone import softphone_calls

NOTICED_S = 10  # M1: how soon other rules of a firewall count
DIRECT, RELAYED = "audio goes directly", "audio is relayed through this machine"  # as the log says


@scenario()
def audio_goes_directly(world):
    """A routed VPN: audio and RTCP go directly between the phones, called and calling; not one packet to this machine."""
    home, phone = two_registered(world)
    await_decision(DIRECT, "the Box sees VPN addresses")  # calls before that are relayed
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
    return vpn_phones_call_each_other(world, DIRECT, check_direct)


@scenario(vpn="wireguard", vpn_way="masqueraded")
def two_vpn_phones_call_each_other_relayed(world):
    """The same in a VPN that masquerades: audio goes through two sessions of the relay, one after the other."""
    return vpn_phones_call_each_other(world, RELAYED, check_relayed)


def vpn_phones_call_each_other(world, decision, check_way):
    world.start_box()
    world.start_proxy()
    await_decision(decision)
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


@scenario(vpn_way="without a route")
def box_without_a_route_udp(world):
    """No masquerading, but nobody has told the Box the way to the VPN: audio is relayed and heard, called and calling (M1)."""
    return softphone_calls(world, "udp", with_proxy=True, check_way=relayed_because("the Box knows no route to the VPN"))


@scenario(vpn="wireguard")
def relay_in_a_routed_vpn_tcp(world):
    """--media=relay where direct audio would work: it is relayed."""
    way = relayed_because("--media=relay")
    return softphone_calls(world, "tcp", with_proxy=True, options=["--media=relay"], check_way=way)


@scenario(vpn="wireguard", vpn_way="masqueraded")
def direct_in_a_masqueraded_vpn(world):
    """--media=direct where the VPN masquerades: only home hears anything, and `check` says why."""
    home, phone = two_registered(world, "--media=direct")
    ends = Ends(world, home, phone)
    ends.connect(home, phone)
    heard = await_sound({home.ear: phone.tone})
    check_equal(phone.ear.packets(), 0, "RTP packets at the phone, for which the Box has no way")
    ends.hang_up(home, phone)
    finding = Installation(world).only_wrong("media_path", "masquerades")
    return f"{heard}, the phone nothing: {finding['seen']}"


@scenario(vpn="wireguard")
def masquerade_comes_and_goes(world):
    """A masquerade is switched on and off again between calls of a registered phone: each change counts within 10 s (M1)."""
    home, phone = two_registered(world)
    await_decision(DIRECT, "the Box sees VPN addresses")
    ends = Ends(world, home, phone)
    seen = len(world.wire.packets())
    both_ways(ends)
    check_direct(world, seen)

    world.topology.masquerade()
    noticed = seconds_until_decision(RELAYED, "the VPN masquerades")
    seen = len(world.wire.packets())
    relayed = both_ways(ends)
    check_relayed(world, seen)

    world.topology.end_masquerade()
    forgotten = seconds_until_decision(DIRECT, "the Box sees VPN addresses")
    seen = len(world.wire.packets())
    direct = both_ways(ends)
    check_direct(world, seen)
    return f"noticed after {noticed:.1f} s, then {relayed}; its end after {forgotten:.1f} s, then {direct}"


@scenario(vpn="wireguard")
def masquerade_of_wg_quick(world):
    """fapfon-proxy is started first; wg-quick brings the tunnel up and runs PostUp, which masquerades, after that (M1)."""
    vpn, address = world.topology["vpn"], on_link(world.topology.ip.vpn_gateway)
    vpn.ip(f"address delete {address} dev wg0")
    world.start_box()
    world.start_proxy()
    await_decision(RELAYED, "no address in the VPN")
    vpn.ip(f"address add {address} dev wg0")
    await_decision(DIRECT, "the Box sees VPN addresses")
    world.topology.masquerade()
    home, phone = home_phone(world), vpn_phone(world, transport="udp")
    phone.await_registration()
    noticed = seconds_until_decision(RELAYED, "the VPN masquerades")
    heard = both_ways(Ends(world, home, phone))
    check_relayed(world)
    return f"noticed {noticed:.1f} s after the phone has registered; {heard}"


@scenario(vpn="wireguard", vpn_way="in a container")
def two_phones_behind_one_masquerade(world):
    """A VPN server that shows its phones under one address; both use RTP port 4000, and are called at once: no cross talk (M2)."""
    world.start_box()
    world.start_proxy(VPN=CONTAINER_RANGE)
    homes = [home_phone(world, "home"), home_phone(world, "home2")]
    own = {"claims": "tunnel", "rtp_ports": "4000-4001"}
    phones = [vpn_phone(world, "phone1", "user", "udp", **own), vpn_phone(world, "phone2", "user2", "udp", **own)]
    for phone in phones:
        phone.await_registration()
    heard = two_calls_at_a_time(homes, phones)
    for home in homes:
        home.hang_up()
    for phone in phones:
        phone.await_event("CALL_CLOSED")
    check_relayed(world)
    audio = [packet for packet in audio_through(world) if read_speech(packet)]
    # The container's NAT keeps port 4000 for both, unless a packet of ours for one of them was faster.
    sources = {(packet.source, packet.source_port) for packet in audio if packet.source not in HOME_PHONES.values()}
    check_equal({address for address, _ in sources}, {CONTAINER}, "where audio of two phones came from")
    return f"{heard}; both from {sources}"


@scenario(vpn="wireguard", ip="6", vpn_way="without a route")
def phone_by_ipv6_box_by_ipv4(world):
    """The VPN has IPv6 only, and fapfon-proxy speaks IPv4 with the Box, as fritz.box has both: the phone is called, calls, and is heard (M2).

    Its ACK goes to an address of ours, for the Contact from the other side is an IPv4 address.
    """
    name_hosts(**{"fritz.box": [IPV4.box, IPV6.box]})
    home, phone = two_registered(world, at_home={"ip": IPV4}, BOX="fritz.box")
    stored = world.box.await_binding("user")
    check(f"@{IPV4.vpn_server}:" in stored, f"the Box has stored an IPv4 address, not {stored}")
    ends = Ends(world, home, phone)
    called = ends.call_in()
    ends.hang_up(home, phone)
    calls = ends.call_out()
    ends.hang_up(phone, home)
    check_relayed(world)
    return f"{stored}; called: {called}; calls: {calls}"


def two_registered(world, *options, transport="udp", at_home=None, on_vpn=None, box=None, **settings):
    """Box, proxy, a phone at home and one on the VPN, each with settings of its own."""
    world.start_box(**(box or {}))
    world.start_proxy(*options, **settings)
    home = home_phone(world, **(at_home or {}))
    phone = vpn_phone(world, transport=transport, **(on_vpn or {}))
    phone.await_registration()
    return home, phone


def audio_through(world, since=0):
    """The packets of calls that have come to the machine of fapfon-proxy: for itself, or to be forwarded."""
    return [packet for packet in world.wire.packets()[since:] if not packet.is_outgoing and rtcp_or_speech(packet)]


def await_decision(*words):
    """The newest line of the log about the audio path, which has to contain these words."""

    def decided():
        lines = [line for line in LOGFILE.read_text().splitlines() if DIRECT in line or RELAYED in line]
        return lines and all(word in lines[-1] for word in words) and lines[-1].strip()

    return until(decided, f"a decision in the log with {words}")


def seconds_until_decision(*words):
    began = time.monotonic()
    await_decision(*words)
    seconds = time.monotonic() - began
    check(seconds <= NOTICED_S, f"noticed after {seconds:.1f} s")
    return seconds


def both_ways(ends):
    """The phone is called and calls; each time both hear each other."""
    called = ends.call_in()
    ends.hang_up(ends.home, ends.phone)
    calls = ends.call_out()
    ends.hang_up(ends.phone, ends.home)
    return f"called: {called}, calls: {calls}"


def relayed_because(reason):
    """For softphone_calls: all audio was relayed, and the log says why."""

    def check_way(world):
        await_decision(RELAYED, reason)
        check_relayed(world)

    return check_way


def own_addresses(world):
    here = world.topology[world.topology.proxy_place]
    return {line.split()[3].partition("/")[0] for line in here.run("ip", "-o", "address", "show").splitlines()}


def check_direct(world, since=0):
    """Audio was forwarded by the kernel, and none of it was for this machine. `since`: a number of packets on the wire."""
    own, audio = own_addresses(world), audio_through(world, since)
    check(len(audio) > 100, f"{len(audio)} packets of audio passed the VPN server")
    relayed = [packet for packet in audio if packet.destination in own]
    check_equal(ways(relayed), set(), "audio for the machine of fapfon-proxy, where it should go directly")


def check_relayed(world, since=0):
    """All audio was for this machine. `since`: a number of packets on the wire."""
    own, audio = own_addresses(world), audio_through(world, since)
    check(len(audio) > 100, f"{len(audio)} packets of audio came to the VPN server")
    direct = [packet for packet in audio if packet.destination not in own]
    check_equal(ways(direct), set(), "audio past fapfon-proxy, where it should be relayed")


def ways(packets):
    return {(packet.source, packet.destination) for packet in packets}
