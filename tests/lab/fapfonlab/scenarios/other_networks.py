# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that people have instead of the seed's: a rented server as hub, double NAT, containers, Tailscale, ZeroTier.

Each time a softphone registers, is called and calls, both ends are heard, and `fapfon-proxy check` says what is true there.
"""

from ..baresip import home_phone, vpn_phone
from ..topology import BOX_OUTSIDE, CONTAINER, CONTAINER_RANGE, HOME_PHONES, VPN_SERVER
from ..wait import LeftOut, check, check_equal, until
from .check import Installation, seen_in
from .ends import Ends
from .media import DIRECT, RELAYED, audio_through, await_decision, check_direct, check_relayed, two_registered, ways
from .registry import scenario
from .several import two_calls_at_a_time

# A softphone's INVITE with it is larger than a packet of Tailscale; baresip takes no longer one.
LARGE = {"display_name": '"' + "A caller with a name that is longer than a packet " * 8 + '"'}
LARGER = {"more_header": "X-Long: " + "more than an Ethernet takes in one packet " * 16}
MOST_SIP_IN_ETHERNET = 1500 - 20 - 8
DECT = {"interface": "wan", "sip_port": 5070}  # a telephone of the Box itself, where only that can be reached
ENOUGH_PACKETS = 100

MASQUERADED = RELAYED, "the VPN masquerades"
ROUTED = DIRECT, "the Box sees VPN addresses"


def calls_both_ways(world, transport, decision, at_home=None, options=(), on_vpn=None, box=None, **settings):
    """A softphone registers, is called and calls; audio takes the path that the log names, and is heard. Returns what was."""
    both = two_registered(world, *options, transport=transport, at_home=at_home, on_vpn=on_vpn, box=box, **settings)
    ends = Ends(world, *both)
    await_decision(*decision)
    called = ends.call_in()
    ends.hang_up(ends.home, ends.phone)
    calls = ends.call_out()
    ends.hang_up(ends.phone, ends.home)
    (check_direct if DIRECT in decision else check_relayed)(world)
    return f"called: {called}; calls: {calls}"


def check_says(world, notes=(), **seen):
    """`check` finds nothing wrong, notes these findings, and says so much of each in `seen`."""
    code, findings = Installation(world, vpn=world.proxy.settings["VPN"]).look()
    unwell = {id_: finding["verdict"] for id_, finding in findings.items() if finding["verdict"] != "ok"}
    check_equal(unwell, dict.fromkeys(notes, "note"), f"what check does not find well\n{seen_in(findings)}")
    check_equal(code, 0, "exit code of check")
    for id_, words in seen.items():
        check(words in findings[id_]["seen"], f"'{words}' is missing in: {findings[id_]['seen']}")


def fragments_made(namespace, version):
    """How many fragments the kernel there has cut packets into (connection tracking puts them together uncounted)."""
    if version == 6:
        lines = namespace.run("cat", "/proc/net/snmp6").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Ip6FragCreates"))
    names, values = (line.split() for line in namespace.run("cat", "/proc/net/snmp").splitlines() if line.startswith("Ip:"))
    return int(values[names.index("FragCreates")])


def heard_unless(ends, fault):
    """In a call that is up: what both hear. LeftOut with the fault that is known when audio came to this machine, and none to the phone."""

    def came():
        packets = audio_through(ends.world)
        return len([packet for packet in packets if packet.source in (BOX_OUTSIDE, HOME_PHONES["home"])])

    until(lambda: ends.phone.ear.packets() or came() > ENOUGH_PACKETS, "audio from home")
    if not ends.phone.ear.packets():
        raise LeftOut(f"known fault: {fault} ({came()} packets came from home, the phone hears nothing)")
    return ends.await_audio()


# --- A rented server as hub


@scenario(place="vps hub", vpn="wireguard by a hub", vpn_way="masqueraded")
def vps_hub_tcp(world):
    """Phone and home are clients of a WireGuard hub on a rented server; home masquerades, as PiVPN does: relayed."""
    heard = calls_both_ways(world, "tcp", MASQUERADED)
    check_says(world, vpn_interface="wg-vpn (172.20.11.2/24)", media_path="the VPN masquerades")
    return heard


@scenario(place="vps hub", vpn="wireguard by a hub")
def vps_hub_routed_udp(world):
    """The same without masquerading and with a route in the Box: audio goes directly, by the hub."""
    heard = calls_both_ways(world, "udp", ROUTED)
    check_says(world, vpn_interface="wg-vpn (172.20.11.2/24)", media_path="Audio goes directly")
    return heard


@scenario(place="vps hub", vpn="wireguard by a hub", vpn_way="masqueraded")
def vps_hub_masquerades_udp(world):
    """The hub shows all phones under its own address; both use RTP port 4000, and are called at once: no cross talk."""
    hub = world.topology.ip.vpn_gateway
    world.topology.masquerade("vps", "wg0")
    world.start_box()
    world.start_proxy()
    homes = [home_phone(world, "home"), home_phone(world, "home2")]
    own = {"claims": "tunnel", "rtp_ports": "4000-4001"}
    phones = [vpn_phone(world, "phone1", "user", "udp", **own), vpn_phone(world, "phone2", "user2", "udp", **own)]
    for phone in phones:
        phone.await_registration()
    await_decision(*MASQUERADED)
    heard = two_calls_at_a_time(homes, phones)
    check_relayed(world)
    from_phones = {packet.source for packet in audio_through(world)} - set(world.topology.ip.home_phones.values())
    check_equal(from_phones, {hub}, "where audio of the phones came from")
    check_says(world, media_path="the VPN masquerades")
    return f"{heard}, both from {hub}"


@scenario(place="vps hub", vpn="wireguard by a hub")
def vps_hub_masquerades_relay_udp(world):
    """The hub masquerades, home does not and the Box has a route: with --media=relay the phone is called, calls, and hears."""
    world.topology.masquerade("vps", "wg0")
    return calls_both_ways(world, "udp", (RELAYED, "--media=relay"), options=["--media=relay"])


@scenario(place="vps hub", vpn="wireguard by a hub")
def vps_hub_masquerades_unseen_udp(world):
    """The same without --media=relay: the question from this machine does not pass the hub's masquerading, a phone's audio does."""
    world.topology.masquerade("vps", "wg0")
    ends = Ends(world, *two_registered(world))
    await_decision(*ROUTED)
    ends.connect(ends.phone, ends.home)
    return heard_unless(ends, "masquerading on the hub is not noticed, and audio goes directly")


# --- The Box behind another router


@scenario(place="box behind a router", vpn="wireguard", vpn_way="masqueraded", ip="box by its outer address")
def box_behind_a_router_tcp(world):
    """Double NAT, the Box known by its outer address; the VPN masquerades: relayed."""
    heard = calls_both_ways(world, "tcp", MASQUERADED, at_home=DECT)
    check_says(world, box_address=BOX_OUTSIDE, media_path="the VPN masquerades")
    return heard


@scenario(place="box behind a router", vpn="wireguard", ip="box by its outer address")
def box_behind_a_router_routed_udp(world):
    """The same, and the other router, which is the Box's gateway, has the route to the VPN: audio goes directly."""
    heard = calls_both_ways(world, "udp", ROUTED, at_home=DECT)
    check_says(world, box_address=BOX_OUTSIDE, media_path="Audio goes directly")
    return heard


@scenario(place="box behind a router", vpn="wireguard", vpn_way="masqueraded", ip="box by route")
def box_in_a_subnet_udp(world):
    """The Box is in a subnet of its own, reached by a route; the VPN masquerades: relayed."""
    heard = calls_both_ways(world, "udp", MASQUERADED)
    check_says(world, media_path="the VPN masquerades")
    return heard


@scenario(place="box behind a router", vpn="wireguard", ip="box by route")
def box_in_a_subnet_routed_tcp(world):
    """The same with routes in both directions: audio goes directly."""
    heard = calls_both_ways(world, "tcp", ROUTED)
    check_says(world, media_path="Audio goes directly")
    return heard


@scenario(place="box behind a router", vpn="wireguard", vpn_way="masqueraded", ip="box by route")
def box_in_a_subnet_with_nat_udp(world):
    """The router of that subnet has NAT, so that audio from there comes from another address than its SDP says."""
    world.topology.nat_of_the_inner_network()
    ends = Ends(world, *two_registered(world))
    await_decision(*MASQUERADED)
    ends.connect(ends.phone, ends.home)
    return heard_unless(ends, f"the relay refuses audio from {BOX_OUTSIDE}, as SDP names {HOME_PHONES['home']}")


# --- The VPN server in a container


@scenario(vpn="wireguard", vpn_way="in a container", ip="wg-easy")
def wg_easy_tcp(world):
    """wg-easy 15: all phones come as 10.42.42.42 out of the container's network, which VPN= names: relayed."""
    heard = calls_both_ways(world, "tcp", MASQUERADED, VPN=CONTAINER_RANGE)
    sources = {packet.source for packet in audio_through(world)}
    check_equal(sources, {CONTAINER, world.topology.ip.home_phones["home"]}, "where audio came from")
    check_says(world, vpn_interface="10.42.42.1/24", media_path=f"sees {VPN_SERVER} instead of 10.42.42.1")
    return heard


@scenario(vpn="wireguard", vpn_way="in a container, with the proxy", ip="wg-easy")
def wg_easy_with_the_proxy_udp(world):
    """fapfon-proxy in the network of wg-easy's container, which is routed and known to the Box: relayed."""
    world.topology.open_container_network()
    heard = calls_both_ways(world, "udp", MASQUERADED)
    check(f"@{CONTAINER}:" in world.box.await_binding("user"), "the Box has stored the container's address")
    check_says(world, vpn_interface="wg0 (10.8.0.1/24)", media_path=f"sees {CONTAINER} instead of 10.8.0.1")
    return heard


@scenario(vpn="wireguard", vpn_way="in a container, with the proxy", ip="wg-easy")
def wg_easy_with_the_proxy_hidden_udp(world):
    """The same in a network as Docker makes it: a call does not reach the container, `check` says so and what to do; then it does."""
    ends = Ends(world, *two_registered(world))
    ends.home.dial("user")
    invite = world.box.await_message("snd", "INVITE sip:user", f"@{CONTAINER}:")
    finding = Installation(world).only_wrong("box_reachable", f"sees this machine as {VPN_SERVER} instead of {CONTAINER}")
    arrived = [packet for packet in world.wire.packets() if packet.payload.startswith(b"INVITE")]
    check_equal(arrived, [], f"INVITEs in the container, where the Box has sent one to {invite.destination}")
    ends.home.hang_up()
    ends.home.await_event("CALL_CLOSED")
    world.box.await_nothing_repeated()  # or the phone gets that call, now that it can, and not the next one
    world.topology.open_container_network()
    check_says(world)
    heard = ends.call_in()
    return f"{finding['seen']} Then: {heard}"


# --- Tailscale and ZeroTier

OVERLAY = RELAYED, "may masquerade what it forwards"
SMALL_PACKETS = ["vpn_mtu"]  # what check notes of Tailscale


@scenario(vpn="tailscale", vpn_way="without a route", ip="tailscale")
def tailscale_tcp(world):
    """Tailscale as it is after its set-up: MTU 1280, what is forwarded is masqueraded by mark: relayed; large INVITEs by TCP."""
    heard = calls_both_ways(world, "tcp", OVERLAY, at_home=LARGE, on_vpn=LARGE)
    check_says(world, SMALL_PACKETS, vpn_interface="tailscale0 (100.101.102.1/32", vpn_mtu="1280", media_path=OVERLAY[1])
    return heard


@scenario(vpn="tailscale", vpn_way="without a route", ip="tailscale")
def tailscale_udp(world):
    """The same by UDP: INVITEs of both sides are larger than a packet and come in fragments."""
    return large_invites_in_fragments(world)


@scenario(vpn="tailscale", vpn_way="without a route", ip="tailscale, IPv6")
def tailscale_ipv6_udp(world):
    """The same by the IPv6 addresses of Tailscale."""
    return large_invites_in_fragments(world)


def large_invites_in_fragments(world):
    heard = calls_both_ways(world, "udp", OVERLAY, at_home=LARGE, on_vpn=LARGE)
    counts = {name: fragments_made(world.topology[name], world.topology.ip.version) for name in ("phone1", "vpn")}
    check(all(counts.values()), f"fragments sent: {counts}")
    check_says(world, SMALL_PACKETS, media_path=OVERLAY[1])
    return f"{heard}; fragments sent: {counts}"


@scenario(vpn="tailscale", ip="tailscale")
def tailscale_with_a_route_udp(world):
    """The Box has a route to the tailnet and answers our question; what phones send is masqueraded all the same: relayed."""
    heard = calls_both_ways(world, "udp", OVERLAY)
    check_says(world, SMALL_PACKETS, media_path=OVERLAY[1])
    return heard


@scenario(vpn="tailscale", ip="tailscale")
def tailscale_without_snat_udp(world):
    """tailscale set --snat-subnet-routes=false, a route in the Box, and --media=direct: audio goes directly."""
    world.vpn.switch_snat_off()
    ends = Ends(world, *two_registered(world, "--media=direct"))
    heard = ends.call_in()
    ends.hang_up(ends.home, ends.phone)
    check_direct(world)
    tunnel, home = world.vpn.address["phone1"], world.topology.ip.home_phones["home"]
    check_equal(ways(audio_through(world)), {(tunnel, home), (home, tunnel)}, "who sent audio to whom")
    return heard


@scenario(vpn="zerotier", vpn_way="masqueraded", ip="zerotier")
def zerotier_tcp(world):
    """ZeroTier, an Ethernet of its own, masqueraded as its own instructions say: relayed."""
    heard = calls_both_ways(world, "tcp", MASQUERADED)
    check_says(world, vpn_interface="zt3jnwixyz (10.147.17.1/24)", vpn_mtu="2800", media_path="the VPN masquerades")
    return heard


@scenario(vpn="zerotier", ip="zerotier")
def zerotier_routed_udp(world):
    """ZeroTier with a route in the Box: directly; an INVITE that an Ethernet cannot carry in one packet goes through whole."""
    heard = calls_both_ways(world, "udp", ROUTED, box=LARGER)
    phone = world.vpn.address["phone1"]
    invites = [len(packet.payload) for packet in world.wire.packets() if to_phone(packet, phone)]
    check(max(invites) > MOST_SIP_IN_ETHERNET, f"bytes of the INVITEs to the phone, one packet each: {invites}")
    check_says(world, vpn_interface="zt3jnwixyz (10.147.17.1/24)", media_path="Audio goes directly")
    return f"{heard}; INVITE of {max(invites)} bytes"


def to_phone(packet, address):
    return packet.destination == address and packet.payload.startswith(b"INVITE")
