# SPDX-License-Identifier: GPL-2.0-or-later
"""The phone of the seed, message by message."""

from ..baresip import home_phone
from ..rtp import RtpCounter, await_audio
from ..sipp import ADVERTISED, LISTENING_PORT, SeedPhone, next_port
from ..topology import CARRIER_ADDRESS, VPN_SERVER
from ..wait import check, check_equal
from .registry import scenario


@scenario()
def seed_tcp(world):
    """The seed's phone by TCP: what reaches the Box and what comes back, compared byte for byte."""
    return seed_works(world, "tcp")


@scenario()
def seed_udp(world):
    """The seed's phone by UDP, likewise."""
    return seed_works(world, "udp")


def seed_works(world, transport):
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    at_home, at_phone = RtpCounter(home.namespace), RtpCounter(world.topology["phone1"])

    phone = SeedPhone(world, transport, "register", "stay", called_as="called")
    uri = box.await_binding("user")
    box_facing = check_registration(box, phone, uri, transport)
    home.dial("user")
    home.await_event("CALL_ESTABLISHED")
    called = await_audio(at_home, at_phone)
    check_being_called(box, phone, box_facing)
    home.hang_up()
    phone.await_message("sent", "SIP/2.0 200", " BYE")
    phone.stop()

    at_home.reset()
    at_phone.reset()
    phone = SeedPhone(world, transport, "register", "invite", source_port=next_port(transport))
    home.await_event("CALL_INCOMING")
    home.answer()
    calls = await_audio(at_home, at_phone)
    check_request(box, phone, "INVITE", box_facing, "Authorization")
    home.hang_up()
    phone.await_success()
    check_equal(box.await_binding("user"), uri, "the binding after a new flow of the same phone")

    phone = SeedPhone(world, transport, "register", lifetime=0, source_port=next_port(transport, 2))
    phone.await_success()
    box.await_no_binding("user")
    for message in box.messages():
        if message.direction == "rcv":
            check(CARRIER_ADDRESS["phone1"] not in message.text, f"the Box got the carrier address:\n{message.text}")
    return f"Box stores {box_facing}; RTP packets at home and at the phone: called {called}, calls {calls}"


def check_registration(box, phone, uri, transport):
    """The Box has stored the box-facing address; the phone gets back what is its own. Returns the box-facing address."""
    phone.await_message("received", "SIP/2.0 200", " REGISTER")
    box_facing = check_request(box, phone, "REGISTER", None, "Authorization")
    check_equal(uri, f"sip:user@{box_facing}{phone.parameter};ob", "the Contact that the Box has stored")
    answered = box.await_message("snd", "SIP/2.0 200", " REGISTER", "tag=" + phone.tag("REGISTER"))
    check_response(answered.text, phone.await_message("received", "SIP/2.0 200", " REGISTER"), box_facing, transport)
    return box_facing


def check_request(box, phone, method, box_facing, *words):
    """A request arrives as it was sent but for Contact and SDP. Returns the box-facing address, its Contact and its source."""
    sent = phone.await_message("sent", method + " ", *words)
    arrived = box.await_message("rcv", method + " ", *words, "tag=" + phone.tag(method))
    check_equal(arrived.transport, phone.transport, f"the transport of {method} to the Box")
    check_equal(arrived.source, box_facing or arrived.source, f"the source of {method} to the Box")
    check(arrived.source.startswith(VPN_SERVER + ":"), f"{method} came from {arrived.source}, not from the VPN server")
    check_equal(arrived.text, for_the_box(sent, arrived.source), f"{method} as it arrives at the Box")
    return arrived.source


def check_being_called(box, phone, box_facing):
    called = phone.await_message("received", "INVITE ")
    calling = box.await_message("snd", f"INVITE sip:user@{box_facing}").text
    check_equal(called, calling.replace(box_facing, ADVERTISED, 1), "the INVITE as it arrives at the phone")
    answer = phone.await_message("sent", "SIP/2.0 200", " INVITE")
    arrived = box.await_message("rcv", "SIP/2.0 200", " INVITE", f"@{box_facing}")
    check_equal(arrived.text, for_the_box(answer, box_facing), "the phone's 200 as it arrives at the Box")


def for_the_box(text, box_facing):
    """What the seed says must become of a message of the phone: Contact is ours, SDP its tunnel address, the length right."""
    text = text.replace(ADVERTISED, box_facing, 1)
    head, blank, body = text.partition("\r\n\r\n")
    changed = body.replace("IN IP4 10.81.179.54", "IN IP4 172.20.11.6")
    if body:
        head = head.replace(f"Content-Length:   {len(body)}", f"Content-Length:   {len(changed)}")
    return head + blank + changed


def check_response(left_box, at_phone, box_facing, transport):
    """A 200 to REGISTER: Contact is the phone's own again; rport and received say what the phone believes of itself."""
    port = box_facing.split(":")[1]
    expected = left_box.replace(f"rport={port}", f"rport={LISTENING_PORT}").replace(
        f"received={VPN_SERVER}", "received=172.20.11.6"
    )
    expected = expected.replace(box_facing, ADVERTISED)
    if transport == "udp":  # --max-expires: a phone that nothing can be told has to ask more often
        expected = expected.replace("expires=900", "expires=300")
    check_equal(at_phone, expected, "the 200 to REGISTER as it arrives at the phone")
    for part in (f"<sip:user@{ADVERTISED}", f"rport={LISTENING_PORT}", "received=172.20.11.6"):
        check(part in at_phone, f"{part} is missing in the 200 to REGISTER:\n{at_phone}")
