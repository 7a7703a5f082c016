# SPDX-License-Identifier: GPL-2.0-or-later
"""Without the proxy: the failures that it exists for. These scenarios pass when the failure is seen."""

from ..baresip import home_phone, vpn_phone
from ..ear import await_sound
from ..rtp import RtpCounter
from ..sipp import ADVERTISED, SeedPhone, next_port
from ..topology import CARRIER_ADDRESS
from ..wait import check, check_equal, until
from .ends import Ends
from .registry import scenario


@scenario(needs_proxy=False)
def without_proxy_softphone_tcp(world):
    """Without the proxy, by TCP: the softphone registers, but does not ring, and hears nothing when it calls."""
    return softphone_fails(world, "tcp")


@scenario(needs_proxy=False)
def without_proxy_softphone_udp(world):
    """Without the proxy, by UDP: the same."""
    return softphone_fails(world, "udp")


def softphone_fails(world, transport):
    world.start_box()
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport)
    phone.await_registration()
    ends = Ends(world, home, phone)
    ends.listen_anew()
    stored = world.box.await_binding("user")
    check("@10.81.179.54:61211" in stored, f"the Box has stored the carrier address, not {stored}")

    home.dial("user")
    closed = home.await_event("CALL_CLOSED")
    check(not phone.seen("CALL_INCOMING"), "the phone rang without the proxy")
    lost = world.topology.lost_at_carrier()["home_to_carrier_address"]
    check(lost > 0, "the Box's INVITE is lost at the carrier")

    phone.dial("home")
    home.await_event("CALL_INCOMING")
    home.answer()
    phone.await_event("CALL_ESTABLISHED")
    heard = await_sound({home.ear: phone.tone})
    check_equal(phone.ear.packets(), 0, "RTP packets at the phone without the proxy")
    return f"as expected no ring ({closed['param']}), and of a call out only one way is heard: {heard}"


@scenario(needs_proxy=False)
def without_proxy_seed_tcp(world):
    """Without the proxy: the seed's own messages by TCP; the phone is registered and cannot be called."""
    return seed_fails(world, "tcp")


@scenario(needs_proxy=False)
def without_proxy_seed_udp(world):
    """Without the proxy: the seed's own messages by UDP."""
    return seed_fails(world, "udp")


def seed_fails(world, transport):
    box = world.start_box()
    home = home_phone(world)
    phone = SeedPhone(world, transport, "register", "stay", called_as="called")
    check(ADVERTISED in box.await_binding("user"), "the Box has stored the carrier address")
    home.dial("user")
    closed = home.await_event("CALL_CLOSED")
    check(not phone.last("received", "INVITE"), "the phone got an INVITE without the proxy")
    phone.stop()

    at_home, at_phone = RtpCounter(home.namespace), RtpCounter(world.topology["phone1"])
    lost_before = world.topology.lost_at_carrier()["home_to_carrier_address"]
    phone = SeedPhone(world, transport, "register", "invite", source_port=next_port(transport))
    home.await_event("CALL_INCOMING")
    home.answer()
    until(
        lambda: world.topology.lost_at_carrier()["home_to_carrier_address"] >= lost_before + 50,
        "RTP of the home phone at the carrier",
    )
    check_equal(
        (at_home.received(), at_phone.received()), (0, 0), "RTP packets at home (the seed's phone echoes) and at the phone"
    )
    return f"as expected no INVITE reaches the phone ({closed['param']}), and RTP for {CARRIER_ADDRESS['phone1']} is lost at the carrier"
