# SPDX-License-Identifier: GPL-2.0-only
"""What the lab shows. Each scenario gets a fresh world and returns a line of what it measured, or raises LabFailure."""

from .baresip import home_phone, vpn_phone
from .rtp import RtpCounter, await_audio
from .sipp import LISTENING_PORT, TCP_SOURCE_PORT, SeedPhone
from .topology import CARRIER_ADDRESS, HOME_PHONES, VPN_SERVER
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
        ending.await_event("CALL_CLOSED")


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
    for holding in (phone, home):  # requests within the call, from both sides, with new SDP
        holding.hold()
        box.await_message("rcv", "INVITE ", f"From: <sip:{holding.user}@", "a=sendonly")
        holding.resume()
        ends.await_audio()
    ends.hang_up(home, phone)

    check_equal(box.await_binding("user"), stored, "the binding after four calls")
    phone.stop()
    box.await_no_binding("user")
    lost = world.topology.lost_at_carrier()
    check_equal(lost["home_to_carrier_address"], 0, "packets lost on their way to the carrier address")
    if with_proxy and not contact_has_transport:
        box.await_message("rcv", "ACK ", "From: <sip:user@", transport="udp")
    return f"called: {called}; calls: {calls}, {calls_again}"


# --- The phone of the seed, message by message ------------------------------------------------------------------------

ADVERTISED = "10.81.179.54:61211"


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
    phone = SeedPhone(world, "register", transport, called_as="called", lifetime=900, stay_s=60)
    check(ADVERTISED in box.await_binding("user"), "the Box has stored the carrier address")
    home.dial("user")
    closed = home.await_event("CALL_CLOSED")
    check(not phone.has("received", "INVITE"), "the phone got an INVITE without the proxy")
    phone.stop()

    at_home, at_phone = RtpCounter(home.namespace), RtpCounter(world.topology["phone1"])
    lost_before = world.topology.lost_at_carrier()["home_to_carrier_address"]
    phone = SeedPhone(world, "calls", transport, lifetime=900, name="sipp-calls", source_port=next_port(transport))
    home.await_event("CALL_INCOMING")
    home.answer()
    until(lambda: world.topology.lost_at_carrier()["home_to_carrier_address"] >= lost_before + 50, "RTP of the home phone at the carrier")
    check_equal((at_home.received(), at_phone.received()), (0, 0), "RTP packets at home (the seed's phone echoes) and at the phone")
    return f"as expected no INVITE reaches the phone ({closed['param']}), and RTP for {CARRIER_ADDRESS['phone1']} is lost at the carrier"


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

    phone = SeedPhone(world, "register", transport, called_as="called", lifetime=900, stay_s=120)
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
    phone = SeedPhone(world, "calls", transport, lifetime=900, source_port=next_port(transport))
    home.await_event("CALL_INCOMING")
    home.answer()
    calls = await_audio(at_home, at_phone)
    check_request(box, phone, "INVITE", box_facing, "Authorization")
    home.hang_up()
    phone.await_success()
    check_equal(box.await_binding("user"), uri, "the binding after a new flow of the same phone")

    phone = SeedPhone(world, "register", transport, lifetime=0, name="sipp-deregister", source_port=next_port(transport, 2))
    phone.await_success()
    box.await_no_binding("user")
    for message in box.messages():
        if message.direction == "rcv":
            check(CARRIER_ADDRESS["phone1"] not in message.text, f"the Box got the carrier address:\n{message.text}")
    return f"Box stores {box_facing}; RTP packets at home and at the phone: called {called}, calls {calls}"


def next_port(transport, step=1):
    """TCP: a new flow has a new source port. UDP: the app's one socket."""
    return TCP_SOURCE_PORT + step if transport == "tcp" else None


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
    expected = left_box.replace(f"rport={port}", f"rport={LISTENING_PORT}").replace(f"received={VPN_SERVER}", "received=172.20.11.6")
    expected = expected.replace(box_facing, ADVERTISED)
    if transport == "udp":  # --max-expires: a phone that nothing can be told has to ask more often
        expected = expected.replace("expires=900", "expires=300")
    check_equal(at_phone, expected, "the 200 to REGISTER as it arrives at the phone")
    for part in (f"<sip:user@{ADVERTISED}", f"rport={LISTENING_PORT}", "received=172.20.11.6"):
        check(part in at_phone, f"{part} is missing in the 200 to REGISTER:\n{at_phone}")


# --- Two phones, moving phones, a Box that restarts -------------------------------------------------------------------


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
    counters = [RtpCounter(end.namespace) for end in homes + phones]
    for home, phone in zip(homes, phones):
        home.dial(phone.user)
    for phone in phones:
        phone.await_event("CALL_INCOMING")
        phone.answer()
    for home in homes:
        home.await_event("CALL_ESTABLISHED")
    heard = await_audio(*counters)
    for home in homes:
        home.hang_up()
    for phone in phones:
        phone.await_event("CALL_CLOSED")
    return f"RTP packets in two calls at a time, at home, home2, phone1, phone2: {heard}"


@scenario()
def stranger_with_the_right_name(world):
    """Somebody on the VPN knows the user name and not the password: the owner stays registered and is called (L3)."""
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
    ends.hang_up(home, owner)
    check(not stranger.seen("CALL_INCOMING"), "the stranger's phone rang")
    return f"the owner is called: {heard}"


SHORT_REGISTRATION = ";regint=10"  # the softphone notices a new network only when it registers again


@scenario()
def reconnect_while_registered_tcp(world):
    """The VPN comes back with another address: the phone registers anew, the Box sees the same single Contact (L2)."""
    box, home, phone, stored = registered_over_tcp(world)
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
    box, home, phone, stored = registered_over_tcp(world)
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    move(world, phone, "172.20.11.77")
    check_equal(box.await_binding("user"), stored, "the binding after a VPN reconnect")
    ends.hang_up(home, phone)
    again = ends.call_in()
    ends.hang_up(home, phone)
    return f"still {stored}; before: {heard}; after: {again}"


def registered_over_tcp(world):
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport="tcp", parameters=SHORT_REGISTRATION)
    phone.await_registration()
    return box, home, phone, box.await_binding("user")


def move(world, phone, address):
    """The phone changes its network: the tunnel gets another address, and the system ends the sockets of the old one."""
    phone.forget_events()
    world.vpn.reconnect("phone1", address)
    phone.namespace.run("ss", "-K", "-tn", "dst", "172.30.10.1")
    phone.await_event("REGISTER_OK")


@scenario()
def box_restart_tcp(world):
    """The Box restarts and forgets its bindings: the phone's connection is kept until the Box is back, closed then (L6)."""
    box = world.start_box()
    world.start_proxy()
    home = home_phone(world)
    phone = SeedPhone(world, "register", "tcp", called_as="called", lifetime=900, stay_s=120)
    stored = box.await_binding("user")

    box.kill()
    refused = SeedPhone(world, "register_while_box_is_down", "tcp", where="phone2")
    refused.await_success()
    check(phone.connected(), "the phone's connection was closed while the Box was still down")
    box.start()
    until(lambda: not phone.connected(), "the end of the phone's connection, now that the Box is back")
    phone.stop()

    phone = SeedPhone(world, "register", "tcp", called_as="called", lifetime=900, stay_s=120, name="sipp-register-again", source_port=next_port("tcp"))
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


# --- Habits of SIP stacks ---------------------------------------------------------------------------------------------


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
