# SPDX-License-Identifier: GPL-2.0-or-later
"""The stage itself: networks, and the control experiment."""

from ..ear import LONG_HOLE_S, Ear
from ..sound import NOISE, SILENCE, TONES, WINDOW, judge, tone
from ..speaker import Speaker
from ..topology import CARRIER_ADDRESS, HOME_PHONES
from ..wait import check, check_equal, until
from .registry import scenario
from .softphone import softphone_calls


@scenario(needs_proxy=False)
def network(world):
    """The networks are what they claim: home reaches a phone through the tunnel only, and the carrier sees only OpenVPN."""
    topology = world.topology
    for phone, tunnel_address in world.vpn.address.items():
        check(topology["home"].reaches(tunnel_address), f"home does not reach {phone} through the tunnel")
        check(topology[phone].reaches(HOME_PHONES["home"]), f"{phone} does not reach home through the tunnel")
    check_equal(
        topology.lost_at_carrier(),
        {"home_to_carrier_address": 0, "private_from_phone": 0, "other": 0},
        "lost at the carrier so far",
    )

    for sender in ("home", "box", "vpn"):
        for address in CARRIER_ADDRESS.values():
            before = topology.lost_at_carrier()["home_to_carrier_address"]
            check(not topology[sender].reaches(address), f"{sender} reaches the carrier address {address}")
            check(
                topology.lost_at_carrier()["home_to_carrier_address"] > before,
                f"what {sender} sends to {address} is not lost at the carrier",
            )
    check(not topology["phone1"].reaches(HOME_PHONES["home"], device="rmnet0"), "a phone reaches home past the tunnel")
    check(
        topology.lost_at_carrier()["private_from_phone"] > 0, "what a phone sends home past the tunnel is not lost at the carrier"
    )
    return "the tunnels carry both ways, carrier addresses are out of reach"


@scenario(needs_proxy=False)
def ears(world):
    """Control: what the lab takes for a tone is one: not two at once, not 2 % beside; and a hole on the wire is noticed."""
    for hertz in TONES.values():
        check_equal(judge(tone(hertz, WINDOW)), hertz, "what the right pitch is taken for")
        check_equal(judge(tone(hertz * 1.02, WINDOW)), NOISE, f"what 2 % more than {hertz} Hz are taken for")
        check_equal(judge(tone(hertz * 0.98, WINDOW)), NOISE, f"what 2 % less than {hertz} Hz are taken for")
    two_at_once = [one + other for one, other in zip(tone(TONES["home"], WINDOW), tone(TONES["phone1"], WINDOW))]
    check_equal(judge(two_at_once), NOISE, "what two tones at once are taken for")
    check_equal(judge([8] * WINDOW), SILENCE, "what the faintest of G.711 is taken for")

    ear = Ear(world.topology["home2"], world.directory)
    target = [(HOME_PHONES["home2"], 7078)]
    with Speaker(world.topology["home"], target, TONES["home"]) as speaker:
        until(lambda: ear.seconds_of(TONES["home"]) >= 0.5, "a tone")
        check_equal(ear.longest_hole_s(), 0.0, "holes on a good line")
        world.topology["box"].ip("link set lan-home2 down")
        unplugged = speaker.sent
        until(lambda: speaker.sent > unplugged + 65, "more than a second of speech on an unplugged cable")
        world.topology["box"].ip("link set lan-home2 up")
        until(lambda: ear.seconds_of(TONES["home"]) >= 1, "the tone when the cable is plugged in again")
    check(ear.longest_hole_s() > LONG_HOLE_S, f"the longest hole is {ear.longest_hole_s():.2f} s")
    with Speaker(world.topology["home"], target, TONES["home"] + 30):
        until(lambda: ear.seconds_of(NOISE) >= 0.5, "a wrong tone")
    check_equal(list(ear.tones()), [TONES["home"]], "the tones that were heard")
    return f"{ear.tones()} (Hz: s), {ear.seconds_of(NOISE):.1f} s of a wrong tone, a hole of {ear.longest_hole_s():.2f} s"


@scenario(needs_proxy=False)
def right_addresses_without_proxy_tcp(world):
    """Control: the same softphone, claiming its tunnel address, works by TCP without help. So the addresses are what is wrong."""
    return softphone_calls(world, "tcp", claims="tunnel")


@scenario(needs_proxy=False)
def right_addresses_without_proxy_udp(world):
    """Control: as above, by UDP."""
    return softphone_calls(world, "udp", claims="tunnel")
