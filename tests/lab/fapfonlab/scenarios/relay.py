# SPDX-License-Identifier: GPL-2.0-or-later
"""What the relay promises (M2): who is listened to, what it survives, and what it says of a call when it ends."""

import re
import time

from ..baresip import SHORT_REGISTRATION, home_phone, vpn_phone
from ..bad_link import BadLink
from ..ear import await_sound, holes_in
from ..installed import LOGFILE
from ..rtp import read_speech, rtcp_or_speech
from ..sound import TONES
from ..speaker import Speaker
from ..topology import BOX, HOME_PHONES, VPN_SERVER
from ..wait import check, check_equal, until
from .ends import Ends
from .media import DIRECT, RELAYED, audio_through, await_decision, check_direct, check_relayed, own_addresses, two_registered
from .reconnect import move
from .registry import scenario

BACK_WITHIN_S = 5  # measured: milliseconds; the machine may be busy
EF, CS3 = 46, 24
EDGE_PACKETS = 10
LONG_ENOUGH_S = 2.5  # of the shortest calls the log remarks nothing
NEW_ADDRESS = "172.20.11.77"

# Phones that know nothing of DSCP.
UNMARKED = """
table inet unmarked {
    chain output {
        type filter hook output priority mangle;
        ip dscp set cs0
        ip6 dscp set cs0
    }
}
"""

# Each packet of audio leaves the phone twice.
TWICE = """
table ip twice {{
    chain output {{
        type filter hook postrouting priority mangle;
        oifname "{tunnel}" meta l4proto udp @th,64,2 2 @th,73,7 {{ 0, 8 }} dup to {gateway} device "{tunnel}"
    }}
}}
"""

# A NAT that begins to use other ports.
OTHER_PORTS = """
table ip other_ports {{
    chain postrouting {{
        type nat hook postrouting priority srcnat - 1;
        oifname "{tunnel}" meta l4proto udp @th,64,2 2 @th,73,7 {{ 0, 8 }} masquerade to :45000-45999
    }}
}}
"""

# A firewall on the phone, or on its way, that lets no audio out.
NO_AUDIO_OUT = """
table inet no_audio_out {
    chain output {
        type filter hook output priority filter;
        meta l4proto udp @th,64,2 2 @th,73,7 { 0, 8 } drop
    }
}
"""


@scenario(vpn_way="masqueraded")
def reconnect_during_a_relayed_call_tcp(world):
    """The VPN comes back with another address during a call: audio is back both ways as soon as the line has moved (L4)."""
    return audio_follows_the_phone(world, "tcp")


@scenario(vpn_way="masqueraded")
def reconnect_during_a_relayed_call_udp(world):
    """The same by UDP."""
    return audio_follows_the_phone(world, "udp")


def audio_follows_the_phone(world, transport):
    home, phone = two_registered(world, transport=transport, on_vpn={"parameters": SHORT_REGISTRATION})
    ends = Ends(world, home, phone)
    before = ends.call_in()
    left = time.time()
    move(world, phone, NEW_ADDRESS)
    after = ends.await_audio()
    moved = until(lambda: line_moved(world, left), "the Box's 200 to the REGISTER from the new address")
    spoke = next(packet.time for packet in audio_through(world) if packet.source == NEW_ADDRESS)
    begin = max(moved, spoke)
    back = {ear.name: ear.first_after(begin) - begin for ear in ends.hears}
    for name, seconds in back.items():
        check(seconds < BACK_WITHIN_S, f"audio was back at {name} {seconds:.3f} s after the line had moved")
    ends.hang_up(home, phone)
    again = ends.call_in()
    ends.hang_up(phone, home)
    check_relayed(world)
    took = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in back.items())
    return f"before: {before}; after: {after}, back at {took} after the line had moved; again: {again}"


@scenario(vpn_way="masqueraded")
def report_of_a_call(world):
    """One line in the log when a call ends: packets, losses and codec of both directions are those that were on the wire."""
    home, phone = two_registered(world)
    ends = Ends(world, home, phone)
    for count, (calling, called) in enumerate(((home, phone), (phone, home)), start=1):
        before = len(world.wire.packets())
        ends.call(calling, called)
        ends.hang_up(called, calling)
        report = await_reports(count)[-1]
        for leg, address in (("from_phone", world.vpn.address["phone1"]), ("from_box", HOME_PHONES["home"])):
            came = speech_from(world, address, before)
            told, lost = packets_in(report[leg])
            # Some come before the call is up, or after it is over.
            check(len(came) - EDGE_PACKETS <= told <= len(came), f"{len(came)} packets came, and the log says: {report[leg]}")
            possible = losses_within(came)
            check(lost in possible, f"{sorted(possible)} packets were lost, and the log says: {report[leg]}")
            check(report[leg].endswith(", PCMA"), f"the codec is PCMA: {report[leg]}")
        check("remark" not in report, f"nothing is wrong, and the log remarks: {report}")
    return f"from the phone: {report['from_phone']}; from the Box: {report['from_box']}"


@scenario(vpn_way="masqueraded")
def source_port_changes_in_a_relayed_call(world):
    """A NAT before the phone gives its audio another source port in the middle of a call: it is heard at both ends again (M2)."""
    home, phone = two_registered(world)
    ends = Ends(world, home, phone)
    before = ends.call_in()
    old = {packet.source_port for packet in audio_through(world) if from_phone(world, packet)}
    phone.namespace.nft(OTHER_PORTS.format(tunnel=world.vpn.interface("phone1")))
    phone.namespace.run("conntrack", "-D", "-p", "udp", "--orig-dst", VPN_SERVER)
    after = ends.await_audio()
    new = {packet.source_port for packet in audio_through(world) if from_phone(world, packet)} - old
    check_equal(len(new), 1, f"new source ports of the phone's audio, before {old}: {new}")
    ends.hang_up(home, phone)
    return f"from port {old} to {new}; before: {before}; after: {after}"


@scenario(vpn_way="masqueraded")
def encrypted_audio_is_relayed(world):
    """SRTP, with RTCP on the same port: the relay touches no byte of it, so each softphone can decode what it hears (M2)."""
    secret = {"parameters": ";mediaenc=srtp-mand", "rtcp_mux": "yes"}
    home, phone = two_registered(world, at_home=secret, on_vpn=secret)
    ends = Ends(world, home, phone)
    for calling, called in ((home, phone), (phone, home)):
        ends.connect(calling, called)
        for end, other in ((home, phone), (phone, home)):
            end.await_decoded(other.tone)
            check_equal(end.ear.tones(), {}, f"tones that somebody on the wire hears on their way to {end.name}")
        ends.hang_up(calling, called)
    check_relayed(world)
    offer = world.box.await_message("rcv", "INVITE ", "From: <sip:user@", "RTP/SAVP", "a=crypto:").text
    check("a=rtcp-mux" in offer, f"RTCP on the port of RTP was not offered:\n{offer}")
    return "decoded at both ends, called and calling; on the wire there is no tone"


@scenario(vpn_way="masqueraded")
def early_media_is_relayed(world):
    """Who is called hears the caller before the answer (183 with SDP; baresip says nothing yet), and both when it comes (M2)."""
    early = {"parameters": ";answermode=early"}
    home, phone = two_registered(world, at_home=early, on_vpn=early)
    ends = Ends(world, home, phone)
    heard = []
    for calling, called in ((home, phone), (phone, home)):
        ends.listen_anew()
        calling.dial(called.user)
        calling.await_event("CALL_PROGRESS")
        heard.append(await_sound({called.ear: calling.tone}))
        check(not calling.seen("CALL_ESTABLISHED"), "the call was answered before its time")
        called.answer()
        calling.await_event("CALL_ESTABLISHED")
        ends.await_audio()
        ends.hang_up(calling, called)
    check_relayed(world)
    return f"before the answer: {'; '.join(heard)}"


def line_moved(world, since):
    """When the Box's 200 to a REGISTER came to us for the first time after a moment."""
    return next(
        (
            packet.time
            for packet in world.wire.packets()
            if packet.time > since
            and (packet.source, packet.destination) == (BOX, VPN_SERVER)
            and packet.payload.startswith(b"SIP/2.0 200")
            and b" REGISTER\r\n" in packet.payload
        ),
        None,
    )


@scenario(vpn_way="masqueraded")
def strangers_in_a_relayed_call(world):
    """Somebody at home and somebody on the VPN send RTP into all ports of a call: nobody hears them, they hear nothing (M2)."""
    home, phone = two_registered(world)
    ends = Ends(world, home, phone)
    before = ends.call_in()
    ports = {(packet.destination, packet.destination_port) for packet in audio_through(world)}
    check(len(ports) >= 2, f"a call has a port on each side, not {ports}")
    places = [world.topology["home2"], world.topology["phone2"]]
    with Speaker(places[0], list(ports), TONES["stranger"]) as at_home, Speaker(
        places[1], list(ports), TONES["stranger"]
    ) as on_vpn:
        until(lambda: at_home.sent > 10 and on_vpn.sent > 10, "strangers who speak")
        during = ends.await_audio()
        for stranger in (at_home, on_vpn):
            check_equal(stranger.received(), 0, "packets that a stranger got")
    strangers = {world.topology.ip.home_phones["home2"], world.vpn.address["phone2"]}
    arrived = {packet.source for packet in audio_through(world)} & strangers
    check_equal(arrived, strangers, "strangers whose packets have reached the ports of the call")
    ends.hang_up(home, phone)
    return f"{len(ports)} ports; before: {before}; with {at_home.sent + on_vpn.sent} packets of strangers to each: {during}"


@scenario(vpn_way="masqueraded")
def out_of_rtp_ports(world):
    """--rtp-ports with room for one call: the second INVITE gets 503, from either side; the call that runs goes on (M2)."""
    home, phone = two_registered(world, "--rtp-ports=30000-30003")
    others = home_phone(world, "home2"), vpn_phone(world, "phone2", "user2", "udp")
    others[1].await_registration()
    ends, second = Ends(world, home, phone), Ends(world, *others)
    ends.call_in()
    others[1].dial("home2")
    refused = others[1].await_event("CALL_CLOSED")
    check(refused["param"].startswith("503"), f"the VPN phone that calls now gets 503, not {refused['param']}")
    others[0].dial("user2")
    world.box.await_message("rcv", "SIP/2.0 503", "To: <sip:user2@")
    others[0].await_event("CALL_CLOSED")
    check(not others[1].seen("CALL_INCOMING"), "the VPN phone rang for a call that has no ports")
    went_on = ends.await_audio()
    ends.hang_up(home, phone)
    after = second.call_out()
    second.hang_up(*others)
    line = next((line for line in LOGFILE.read_text().splitlines() if "--rtp-ports" in line or "rtp_ports" in line), None)
    check(line, "the log says nothing of missing RTP ports")
    return f"503; {went_on}; when it was over: {after}; {line.strip()}"


@scenario()
def mode_follows_the_network(world):
    """The VPN begins to masquerade while the program runs: asked again when the network changes, the next call is relayed (M1)."""
    home, phone = two_registered(world)
    await_decision(DIRECT)
    ends = Ends(world, home, phone)
    direct = ends.call_in()
    ends.hang_up(home, phone)
    check_direct(world)
    before = len(world.wire.packets())
    world.topology.masquerade()
    world.topology["vpn"].ip("address add 192.0.2.1/32 dev eth0")  # as every restart of a VPN server would tell
    line = await_decision(RELAYED, "the VPN masquerades")
    relayed = ends.call_in()
    ends.hang_up(home, phone)
    check_relayed(world, since=before)
    return f"{direct}; then {line.strip()}: {relayed}"


@scenario(vpn_way="masqueraded")
def dscp(world):
    """What the program sends is marked: RTP and RTCP EF, SIP CS3, on both sides, by UDP and TCP, though the phones mark nothing."""
    for place in ("home", "phone1", "phone2", "box"):
        world.topology[place].nft(UNMARKED)
    home, phone = two_registered(world, transport="tcp")
    vpn_phone(world, "phone2", "user2", "udp").await_registration()
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    ends.hang_up(home, phone)
    own = own_addresses(world)
    own.add(BOX)  # the NAT rules give answers to phones its address
    sent = [packet for packet in world.wire.packets() if packet.is_outgoing and packet.source in own and packet.payload]
    audio = [packet for packet in sent if rtcp_or_speech(packet)]
    for kind, packets in (("RTP", [p for p in audio if read_speech(p)]), ("RTCP", [p for p in audio if not read_speech(p)])):
        check_equal({packet.dscp for packet in packets}, {EF}, f"the marks of {kind}")
        check(len({packet.destination for packet in packets}) == 2, f"{kind} was sent to both sides")
    sip = [packet for packet in sent if b" SIP/2.0\r\n" in packet.payload or packet.payload.startswith(b"SIP/2.0 ")]
    ways = {(packet.transport, packet.destination == BOX) for packet in sip}
    check_equal(len(ways), 4, f"ways of SIP, by transport and whether to the Box: {ways}")
    check_equal({packet.dscp for packet in sip}, {CS3}, "the marks of SIP")
    return f"{len(audio)} packets of audio EF, {len(sip)} of SIP CS3; {heard}"


@scenario(vpn="wireguard", vpn_way="masqueraded")
def bad_link(world):
    """Audio, and SIP by UDP, over a link that loses, doubles and reorders packets: heard all the same; the log tells the loss."""
    home, phone = two_registered(world)
    BadLink(world, "phone1")
    tunnel = world.vpn.interface("phone1")
    phone.namespace.nft(TWICE.format(tunnel=tunnel, gateway=world.topology.ip.vpn_gateway))
    ends = Ends(world, home, phone)
    ends.connect(home, phone)
    heard = await_sound(ends.hears)
    ends.hang_up(home, phone)
    order = speech_from(world, world.vpn.address["phone1"])
    late = sum((after - before) & 0xFFFF > 0x8000 for before, after in zip(order, order[1:]))
    lost = sum(holes_in(order))
    possible = losses_within(order)
    doubled = len(order) - len(set(order))
    check(late and doubled and 0 not in possible, f"{late} late, {lost} lost and {doubled} doubled packets came to us")
    report = await_reports()[0]
    _, told = packets_in(report["from_phone"])
    check(told in possible, f"{sorted(possible)} packets were lost, and the log says: {report['from_phone']}")
    return f"{late} late, {lost} lost, {doubled} doubled; {heard}; the log: {report['from_phone']}"


def from_phone(world, packet):
    return packet.source == world.vpn.address["phone1"] and read_speech(packet)


def speech_from(world, address, since=0):
    """The sequence numbers of the RTP packets from there, as they came. `since`: a number of packets on the wire."""
    return [
        read_speech(packet).sequence for packet in audio_through(world, since) if packet.source == address and read_speech(packet)
    ]


def losses_within(came):
    """How many packets the log may call lost: it counts neither what came before the call was up nor what came after it was
    over, and a packet that comes late, after the end, is lost to it though the wire saw it."""
    edge = range(min(EDGE_PACKETS, len(came) // 4) + 1)
    return {sum(holes_in(came[first : len(came) - last])) for first in edge for last in edge}


@scenario(vpn_way="masqueraded")
def audio_of_the_phone_never_arrives(world):
    """A firewall lets no audio of the phone out: the line that the log has of the call says so in plain words."""
    world.topology["phone1"].nft(NO_AUDIO_OUT)
    home, phone = two_registered(world)
    ends = Ends(world, home, phone)
    ends.connect(home, phone)
    until(lambda: phone.ear.seconds_of(home.tone) >= LONG_ENOUGH_S, "the home phone's tone at the phone")
    check_equal(home.ear.packets(), 0, "RTP packets at home")
    ends.hang_up(home, phone)
    report = await_reports()[0]
    check("the phone's audio never arrived" in report.get("remark", ""), f"the log says so of a silent phone: {report}")
    return f"{report['remark']}; from the Box: {report['from_box']}"


def reports():
    """What the log has of the calls that have ended: of each {"from_phone": words, "from_box": words} and perhaps "remark"."""
    lines = [line for line in LOGFILE.read_text().splitlines() if " call ended " in line and "from_phone=" in line]
    return [
        {key: words.strip('"') for key, words in re.findall(r'(from_phone|from_box|remark)=("[^"]*"|\S+)', line)}
        for line in lines
    ]


def await_reports(count=1):
    return until(lambda: len(reports()) >= count and reports(), f"{count} calls that have ended in the log")


def packets_in(words):
    """(packets, lost) of a direction: "75 packets, 3 lost (3.8 %), jitter ..."."""
    found = re.match(r"(\d+) packets, (none|\d+) lost", words)
    check(found, f"'{words}' says how many packets came and were lost")
    return int(found[1]), int(found[2].replace("none", "0"))
