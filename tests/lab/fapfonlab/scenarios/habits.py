# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits of SIP stacks that the proxy has to live with."""

from ..baresip import home_phone
from ..sipp import LISTENING_PORT, SeedPhone
from ..wait import check, check_equal
from .registry import scenario


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
    phone = SeedPhone(world, "pjsip_contact_rewrite", transport, called_as="called", lifetime=900, stay_s=120)
    answer = phone.await_message("received", "SIP/2.0 200", "CSeq: 24443 REGISTER")
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
