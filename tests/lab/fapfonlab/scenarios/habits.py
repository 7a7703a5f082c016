# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits of SIP stacks that the proxy has to live with."""

from ..baresip import home_phone, vpn_phone
from ..rtp import RtpCounter, await_audio
from ..sipp import ADVERTISED, LISTENING_PORT, SeedPhone
from ..wait import check, check_equal, until
from .ends import Ends
from .media import DIRECT, await_decision
from .registry import scenario
from .seed import check_request


@scenario()
def pjsip_contact_rewrite_tcp(world):
    """pjsip adopts the address in Via and sends new and old Contact in one REGISTER, by TCP: it stays reachable (H1)."""
    return pjsip_contact_rewrite(world, "tcp")


@scenario()
def pjsip_contact_rewrite_udp(world):
    """The same by UDP."""
    return pjsip_contact_rewrite(world, "udp")


def pjsip_contact_rewrite(world, transport):
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = SeedPhone(world, transport, "register", "pjsip_contact_rewrite", "stay", called_as="called")
    answer = phone.await_message("received", "SIP/2.0 200", "CSeq: 24444 REGISTER")
    new = f"sip:user@172.20.11.6:{LISTENING_PORT}{phone.parameter};ob"
    check(f"<{new}>" in answer, f"pjsip's new Contact is missing in the 200:\n{answer}")
    stored = box.await_binding("user")
    home.dial("user")
    home.await_event("CALL_ESTABLISHED")
    invite = phone.await_message("received", "INVITE ")
    check_equal(invite.split(" ")[1], new, "the Request-URI of the INVITE")
    home.hang_up()
    phone.await_message("sent", "SIP/2.0 200", " BYE")
    return f"one binding, {stored}; called at its new Contact"


@scenario()
def registered_by_udp_calls_by_tcp(world):
    """pjsip sends a request above 1,300 bytes by TCP though it is registered by UDP: one line, one port, both transports."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    ends = RtpCounter(home.namespace), RtpCounter(world.topology["phone1"])
    registered = SeedPhone(world, "udp", "register", "stay", called_as="called", rtp_port=4100)
    stored = box.await_binding("user")
    box_facing = stored.split("@")[1].split(";")[0]

    calling = SeedPhone(world, "tcp", "invite")
    home.await_event("CALL_INCOMING")
    home.answer()
    heard = await_audio(*ends)
    check_request(box, calling, "INVITE", box_facing, "Authorization")
    home.hang_up()
    bye = until(
        lambda: calling.last("received", "BYE ") or registered.last("received", "BYE "), "a BYE at the phone, by TCP or UDP"
    )
    check_equal(
        bye.split(" ")[1], f"sip:user@{ADVERTISED};transport=TCP;ob", "the Request-URI of the BYE, told by the INVITE (H3)"
    )
    check(calling.last("received", "BYE "), "the BYE for a Contact with transport=TCP came by UDP")
    calling.await_success()

    check_equal(box.await_binding("user"), stored, "the binding by UDP after a call by TCP")
    home.await_event("CALL_CLOSED")
    home.forget_events()
    home.dial("user")
    home.await_event("CALL_ESTABLISHED")
    home.hang_up()
    registered.await_message("sent", "SIP/2.0 200", " BYE")
    return f"{box_facing} by UDP and TCP; RTP packets at home and at the phone: {heard}"


@scenario()
def softphone_with_ice(world):
    """Both softphones use ICE, so SDP carries the address in candidates too (S2): the call is heard both ways."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world, parameters=";medianat=ice")
    phone = vpn_phone(world, transport="udp", parameters=";medianat=ice")
    phone.await_registration()
    await_decision(DIRECT)  # relayed calls have no ICE (M3), and baresip is silent without it
    ends = Ends(world, home, phone)
    called = ends.call_in()
    ends.hang_up(home, phone)
    calls = ends.call_out()
    ends.hang_up(phone, home)
    offer = box.await_message("rcv", "INVITE ", "From: <sip:user@", "a=candidate:").text.partition("\r\n\r\n")[2]
    check("10.81.179.54" not in offer, f"the carrier address is left in an offer:\n{offer}")
    return f"called: {called}; calls: {calls}"
