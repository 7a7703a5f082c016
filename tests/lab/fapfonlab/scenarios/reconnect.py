# SPDX-License-Identifier: GPL-2.0-or-later
"""The VPN comes back with another address."""

from ..baresip import SHORT_REGISTRATION, home_phone, vpn_phone
from ..topology import BOX
from ..wait import check_equal
from .ends import Ends
from .registry import scenario

TRIES_AGAIN_S = 75  # baresip waits for up to a minute when it has tried while there was no tunnel


@scenario()
def reconnect_while_registered_tcp(world):
    """The VPN comes back with another address: the phone registers again, the Box sees the same single Contact (L2)."""
    return is_reachable_after_reconnect(world, "tcp")


@scenario()
def reconnect_while_registered_udp(world):
    """The same by UDP."""
    return is_reachable_after_reconnect(world, "udp")


def is_reachable_after_reconnect(world, transport):
    box, home, phone, stored = registered(world, transport)
    move(world, phone, "172.20.11.77")
    check_equal(box.await_binding("user"), stored, "the binding after a VPN reconnect")
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    ends.hang_up(home, phone)
    calls = ends.call_out()
    ends.hang_up(phone, home)
    return f"still {stored}; called: {heard}; calls: {calls}"


@scenario()
def reconnect_during_a_call_tcp(world):
    """The VPN comes back with another address during a call: its BYE reaches the phone on the new flow (L4)."""
    box, home, phone, stored = registered(world, "tcp")
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    move(world, phone, "172.20.11.77")
    check_equal(box.await_binding("user"), stored, "the binding after a VPN reconnect")
    ends.hang_up(home, phone)
    again = ends.call_in()
    ends.hang_up(home, phone)
    return f"still {stored}; before: {heard}; after: {again}"


@scenario()
def call_on_a_new_connection_tcp(world):
    """The registration's connection is gone and the phone calls before it registers again: the Box's BYE reaches it (H7, L4)."""
    return calls_before_it_registers_again(world, address=None)


@scenario()
def call_on_a_new_connection_from_a_new_address_tcp(world):
    """The same when the VPN has come back with another address."""
    return calls_before_it_registers_again(world, address="172.20.11.77")


def calls_before_it_registers_again(world, address):
    box, home, phone, stored = registered(world, "tcp", parameters="")
    if address:
        world.vpn.reconnect("phone1", address)
    end_connections(phone)
    ends = Ends(world, home, phone)
    calls = ends.call_out()
    ends.hang_up(home, phone)
    calls_again = ends.call_out()
    ends.hang_up(phone, home)
    check_equal(box.await_binding("user"), stored, "the binding after calls on a new connection")
    return f"calls: {calls}, {calls_again}"


def registered(world, transport, parameters=SHORT_REGISTRATION):
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport, parameters=parameters)
    phone.await_registration()
    return box, home, phone, box.await_binding("user")


def move(world, phone, address):
    """The phone changes its network: the tunnel gets another address, and the system ends the sockets of the old one."""
    phone.forget_events()
    world.vpn.reconnect("phone1", address)
    end_connections(phone)
    phone.await_event("REGISTER_OK", TRIES_AGAIN_S)


def end_connections(phone):
    """What Android does to the sockets of a network that is gone."""
    phone.namespace.run("ss", "-K", "-tn", "dst", BOX)
