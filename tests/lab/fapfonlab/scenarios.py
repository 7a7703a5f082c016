# SPDX-License-Identifier: GPL-2.0-only
"""What the lab shows. Each scenario gets a fresh world and returns a line of what it measured, or raises LabFailure."""

from .baresip import home_phone, vpn_phone
from .rtp import RtpCounter, await_audio
from .sipp import SeedPhone
from .topology import CARRIER_ADDRESS, HOME_PHONES
from .wait import check, check_equal, until

ALL = []


def scenario(needs_proxy=True):
    """Put a function into the list of scenarios."""

    def register(function):
        function.needs_proxy = needs_proxy
        ALL.append(function)
        return function

    return register


class Ends:
    """The two phones of a call, and the audio that arrives at each."""

    def __init__(self, world, home, phone):
        self.home, self.phone = home, phone
        self.at_home, self.at_phone = RtpCounter(home.namespace), RtpCounter(phone.namespace)

    def call_in(self):
        """The home phone calls; the phone on the VPN rings and picks up; both hear each other."""
        self.home.dial(self.phone.user)
        self.phone.await_event("CALL_INCOMING")
        self.phone.answer()
        self.home.await_event("CALL_ESTABLISHED")
        return self.await_audio()

    def call_out(self):
        """The phone on the VPN calls; the home phone rings and picks up; both hear each other."""
        self.phone.dial(self.home.user)
        self.home.await_event("CALL_INCOMING")
        self.home.answer()
        self.phone.await_event("CALL_ESTABLISHED")
        return self.await_audio()

    def await_audio(self):
        self.at_home.reset()
        self.at_phone.reset()
        at_home, at_phone = await_audio(self.at_home, self.at_phone)
        return f"{at_home} RTP packets at home, {at_phone} at the phone"

    def hang_up(self, ending, other):
        ending.hang_up()
        other.await_event("CALL_CLOSED")


# --- The stage itself -------------------------------------------------------------------------------------------------


@scenario(needs_proxy=False)
def network(world):
    """The networks are what they claim: home reaches a phone through the tunnel only, and the carrier sees only OpenVPN."""
    topology = world.topology
    for phone, tunnel_address in world.vpn.address.items():
        check(topology["home"].reaches(tunnel_address), f"home does not reach {phone} through the tunnel")
        check(topology[phone].reaches(HOME_PHONES["home"]), f"{phone} does not reach home through the tunnel")
    check_equal(topology.lost_at_carrier(), {"home_to_carrier_address": 0, "private_from_phone": 0, "other": 0}, "lost at the carrier so far")

    for sender in ("home", "box", "vpn"):
        for address in CARRIER_ADDRESS.values():
            before = topology.lost_at_carrier()["home_to_carrier_address"]
            check(not topology[sender].reaches(address), f"{sender} reaches the carrier address {address}")
            check(topology.lost_at_carrier()["home_to_carrier_address"] > before, f"what {sender} sends to {address} is not lost at the carrier")
    check(not topology["phone1"].reaches(HOME_PHONES["home"], device="rmnet0"), "a phone reaches home past the tunnel")
    check(topology.lost_at_carrier()["private_from_phone"] > 0, "what a phone sends home past the tunnel is not lost at the carrier")
    return "the tunnels carry both ways, carrier addresses are out of reach"


@scenario(needs_proxy=False)
def right_addresses_without_proxy_tcp(world):
    """Control: the same softphone, claiming its tunnel address, works by TCP without help. So the addresses are what is wrong."""
    return softphone_calls(world, "tcp", claims="tunnel")


@scenario(needs_proxy=False)
def right_addresses_without_proxy_udp(world):
    """Control: as above, by UDP."""
    return softphone_calls(world, "udp", claims="tunnel")


# --- Without the proxy: the failures that it exists for ---------------------------------------------------------------


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
    await_audio(ends.at_home)
    at_home, at_phone = ends.at_home.received(), ends.at_phone.received()
    check_equal(at_phone, 0, "RTP packets at the phone without the proxy")
    return f"as expected no ring ({closed['param']}), and of a call out only one way is heard: {at_home} RTP packets at home, {at_phone} at the phone"


# --- A real softphone with the proxy ----------------------------------------------------------------------------------


@scenario()
def softphone_tcp(world):
    """A real softphone that claims its carrier address, by TCP: registers, is called, calls, hears and is heard."""
    return softphone_calls(world, "tcp", with_proxy=True)


@scenario()
def softphone_udp(world):
    """The same by UDP."""
    return softphone_calls(world, "udp", with_proxy=True)


@scenario()
def right_addresses_tcp(world):
    """A softphone that is already right is not harmed, by TCP."""
    return softphone_calls(world, "tcp", with_proxy=True, claims="tunnel")


@scenario()
def right_addresses_udp(world):
    """A softphone that is already right is not harmed, by UDP."""
    return softphone_calls(world, "udp", with_proxy=True, claims="tunnel")


@scenario()
def softphone_tcp_answered_by_udp(world):
    """The Box's Contact does not name TCP, so the softphone's ACK and BYE come by UDP in a call begun by TCP (H7)."""
    return softphone_calls(world, "tcp", with_proxy=True, contact_has_transport=False)


def softphone_calls(world, transport, with_proxy=False, claims="carrier", contact_has_transport=True):
    box = world.start_box(contact_has_transport=contact_has_transport)
    if with_proxy:
        world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport, claims=claims)
    phone.await_registration()
    ends = Ends(world, home, phone)
    stored = box.await_binding("user")
    if with_proxy:
        check("@172.30.10.2:" in stored, f"the Box has stored an address of the VPN server, not {stored}")

    called = ends.call_in()
    ends.hang_up(home, phone)
    home.dial("user")
    phone.await_event("CALL_INCOMING")
    ends.hang_up(home, phone)  # the caller gives up: CANCEL
    calls = ends.call_out()
    ends.hang_up(phone, home)
    calls_again = ends.call_out()
    ends.hang_up(home, phone)

    check_equal(box.await_binding("user"), stored, "the binding after four calls")
    phone.stop()
    box.await_no_binding("user")
    lost = world.topology.lost_at_carrier()
    check_equal(lost["home_to_carrier_address"], 0, "packets lost on their way to the carrier address")
    return f"called: {called}; calls: {calls}, {calls_again}"
