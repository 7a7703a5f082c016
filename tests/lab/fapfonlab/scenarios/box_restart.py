# SPDX-License-Identifier: GPL-2.0-or-later
"""The Box restarts and has forgotten who was registered."""

from ..baresip import SHORT_REGISTRATION, home_phone, vpn_phone
from ..sipp import SeedPhone, next_port
from ..wait import check, check_equal, until
from .ends import Ends
from .registry import scenario


@scenario()
def box_restart_tcp(world):
    """The Box restarts and forgets its bindings: the phone's connection is kept until the Box is back, closed then (L6)."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = SeedPhone(world, "tcp", "register", "stay", called_as="called")
    stored = box.await_binding("user")

    box.kill()
    refused = SeedPhone(world, "tcp", "refused_while_box_is_down", where="phone2")
    refused.await_success()
    check(phone.connected(), "the phone's connection was closed while the Box was still down")
    box.start()
    until(lambda: not phone.connected(), "the end of the phone's connection, now that the Box is back")
    phone.stop()

    phone = SeedPhone(world, "tcp", "register", "stay", called_as="called", source_port=next_port("tcp"))
    check_equal(box.await_binding("user"), stored, "the binding after the Box's restart")
    home.stop()
    home = home_phone(world)
    home.dial("user")
    home.await_event("CALL_ESTABLISHED")
    home.hang_up()
    phone.await_message("sent", "SIP/2.0 200", " BYE")
    return f"503 while down, connection kept until the Box was back, then closed; again {stored}; the phone is called"


@scenario()
def box_restart_softphone_tcp(world):
    """The Box restarts; a real softphone by TCP is back by itself and is called."""
    return softphone_survives_restart(world, "tcp")


@scenario()
def box_restart_softphone_udp(world):
    """The same by UDP, where the phone's next registration has to do."""
    return softphone_survives_restart(world, "udp")


def softphone_survives_restart(world, transport):
    box = world.start_box()
    world.start_proxy()
    phone = vpn_phone(world, transport=transport, parameters=SHORT_REGISTRATION)
    phone.await_registration()
    stored = box.await_binding("user")
    box.kill()
    box.start()
    home = home_phone(world)
    check_equal(box.await_binding("user"), stored, "the binding after the Box's restart")
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    ends.hang_up(home, phone)
    return f"again {stored}; called: {heard}"
