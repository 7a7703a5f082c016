# SPDX-License-Identifier: GPL-2.0-or-later
"""Several phones, several accounts, and somebody who should not be there."""

from ..baresip import home_phone, vpn_phone
from ..ear import await_sound
from ..wait import check, check_equal, until
from .ends import Ends
from .registry import scenario


@scenario()
def two_phones(world):
    """Two VPN clients, one by TCP and one by UDP, with the same port of their own, are both called at the same time."""
    box = world.start_box()
    world.start_proxy()
    homes = [home_phone(world, "home"), home_phone(world, "home2")]
    phones = [vpn_phone(world, "phone1", "user", "tcp"), vpn_phone(world, "phone2", "user2", "udp")]
    for phone in phones:
        phone.await_registration()
    stored = [box.await_binding(phone.user) for phone in phones]
    addresses = {uri.split("@")[1].split(";")[0] for uri in stored}
    check_equal(len(addresses), 2, f"box-facing addresses of two phones: {stored}")
    heard = two_calls_at_a_time(homes, phones)
    for home in homes:
        home.hang_up()
    for phone in phones:
        phone.await_event("CALL_CLOSED")
    return f"in two calls at a time {heard}"


def two_calls_at_a_time(homes, phones):
    """Each home phone calls its phone; each end hears the tone of its own call, and nothing of the other one."""
    hears = {}
    for home, phone in zip(homes, phones):
        hears |= {home.ear: phone.tone, phone.ear: home.tone}
        home.dial(phone.user)
    for phone in phones:
        phone.await_event("CALL_INCOMING")
        phone.answer()
    for home in homes:
        home.await_event("CALL_ESTABLISHED")
    return await_sound(hears)


@scenario()
def two_accounts_on_one_phone_tcp(world):
    """One softphone with two accounts on one TCP connection: each is called under its own name."""
    return two_accounts(world, "tcp")


@scenario()
def two_accounts_on_one_phone_udp(world):
    """The same from one UDP socket."""
    return two_accounts(world, "udp")


def two_accounts(world, transport):
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport=transport, more_users=["user2"])
    phone.await_registration()
    stored = [box.await_binding(user) for user in phone.users]
    for user in phone.users:
        home.dial(user)
        event = phone.await_event("CALL_INCOMING")
        check(f"sip:{user}@" in event["accountaor"], f"{user} was called and {event['accountaor']} rang")
        home.hang_up()
        phone.await_event("CALL_CLOSED")
    return f"each of {stored} rang"


@scenario()
def one_account_on_two_phones(world):
    """Two phones with the same account, by TCP and by UDP: two bindings, both ring, one answers, the other one stops."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    first = vpn_phone(world, "phone1", "user", "tcp")
    first.await_registration()
    second = vpn_phone(world, "phone2", "user", "udp")
    second.await_registration()
    stored = until(lambda: len(box.bindings("user")) == 2 and box.bindings("user"), "two bindings of one account")
    home.dial("user")
    first.await_event("CALL_INCOMING")
    second.await_event("CALL_INCOMING")
    ends = Ends(world, home, second)
    second.answer()
    home.await_event("CALL_ESTABLISHED")
    first.await_event("CALL_CLOSED")
    heard = ends.await_audio()
    home.hang_up()
    second.await_event("CALL_CLOSED")
    return f"{stored} both rang, one answered; {heard}"


@scenario()
def stranger_with_the_right_name(world):
    """Somebody on the VPN knows the user name and not the password: the owner is called all the same, BYE and all (L3)."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    owner = vpn_phone(world, "phone1", "user", "tcp")
    owner.await_registration()
    stored = box.await_binding("user")
    stranger = vpn_phone(world, "phone2", "user", "tcp", password="guessed")
    stranger.await_refusal()
    check_equal(box.await_binding("user"), stored, "the owner's binding after a stranger's attempt")
    ends = Ends(world, home, owner)
    heard = ends.call_in()
    stranger.dial("home2")
    stranger.await_event("CALL_CLOSED")
    ends.hang_up(home, owner)
    check(not stranger.seen("CALL_INCOMING"), "the stranger's phone rang")
    return f"the owner is called: {heard}"
