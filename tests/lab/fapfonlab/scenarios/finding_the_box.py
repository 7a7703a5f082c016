# SPDX-License-Identifier: GPL-2.0-or-later
"""BOX=auto: the service looks for its Box, and guesses never. And who is served at all (N4)."""

from ..baresip import home_phone, vpn_phone
from ..installed import LOGFILE, name_hosts
from ..kamailio import Box
from ..proxy import FapfonProxy
from ..topology import BOX, HOME_PHONES, IPV4, IPV6, VPN_SERVER
from ..wait import check, check_equal, until
from .ends import Ends
from .registry import scenario
from .service import refusal, ruleset


@scenario()
def box_found_by_name(world):
    """BOX=auto where fritz.box has an address in each family, which is also the default gateway: it is one Box."""
    name_hosts(**{"fritz.box": [IPV4.box, IPV6.box]})
    return found_and_used(world)


@scenario()
def box_found_as_default_gateway(world):
    """BOX=auto where nobody knows the name fritz.box: the default gateway is asked."""
    return found_and_used(world)


def found_and_used(world):
    world.start_box()
    world.start_proxy(BOX="auto")
    found = box_in_the_log()  # the service is ready when it knows its Box, not before
    check(found, "the Box is not in the log")
    home = home_phone(world)
    phone = vpn_phone(world, transport="tcp")
    phone.await_registration()
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    ends.hang_up(home, phone)
    return f"{found}; called: {heard}"


def box_in_the_log():
    lines = LOGFILE.read_text().splitlines()
    return next((line for line in lines if "FRITZ!" in line and BOX in line), None)


@scenario()
def two_boxes_are_refused(world):
    """BOX=auto where fritz.box is one Box and the default gateway another one: refused, both are named, nothing is changed."""
    before = ruleset(world)
    name_hosts(**{"fritz.box": [HOME_PHONES["home2"]]})
    world.start_box()
    Box(world.topology, world.directory, where="home2")
    line = refusal(FapfonProxy(world, BOX="auto"))
    for address in (BOX, HOME_PHONES["home2"]):
        check(address in line, f"{address} is missing in: {line}")
    check_equal(ruleset(world), before, "the ruleset after a search that failed")
    return line


@scenario()
def strangers_get_no_answer(world):
    """A source outside of VPN= gets no answer, by UDP or TCP, and is counted (N4); the phone that asks the same gets one."""
    world.start_box()
    world.start_proxy()
    phone, stranger = world.topology["phone1"], world.topology["home"]
    served = phone.exchange(BOX, OPTIONS)
    check(served.startswith(b"SIP/2.0 200"), f"the phone that asks the Box got {served!r}")
    by_udp = stranger.send_datagram(VPN_SERVER, OPTIONS)
    by_tcp = stranger.connect(VPN_SERVER, 5060)
    by_tcp.settimeout(5)
    try:
        by_tcp.sendall(OPTIONS.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP"))
        answer = by_tcp.recv(4096)
    except ConnectionResetError:
        answer = b""
    check_equal(answer, b"", "the answer to a stranger's TCP connection")
    until(lambda: "outside the allowed ranges" in LOGFILE.read_text(), "strangers in the log", COUNTED_EVERY_S * 2)
    check_equal(received_so_far(by_udp), b"", "the answer to a stranger's datagram")
    counted = next(line for line in LOGFILE.read_text().splitlines() if "outside the allowed ranges" in line)
    return counted.strip()


COUNTED_EVERY_S = 30
OPTIONS = (
    b"OPTIONS sip:172.30.10.1 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 10.81.179.54:61211;branch=z9hG4bK-lab-1;rport\r\n"
    b"Max-Forwards: 70\r\nFrom: <sip:user@172.30.10.1>;tag=1\r\nTo: <sip:172.30.10.1>\r\n"
    b"Call-ID: lab-1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


def received_so_far(udp_socket):
    udp_socket.setblocking(False)
    try:
        return udp_socket.recv(4096)
    except BlockingIOError:
        return b""
