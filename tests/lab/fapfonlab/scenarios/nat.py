# SPDX-License-Identifier: GPL-2.0-or-later
"""NAT rules (N1): whom a phone reaches when it calls the Box's SIP port, before, with and after `fapfon-proxy nat setup`.

Nobody speaks SIP here. The Box and the place of fapfon-proxy answer with their name, so each answer says who got it.
"""

import os
import shutil
import signal
import socket
import threading

from ..wait import check, check_equal, until
from .registry import scenario

SIP_PORT = 5060
REDIRECT_PORT = 6060
OTHER_BOX = "172.30.10.99"
STUN_REQUEST = b"\0\x01\0\0\x21\x12\xa4\x42twelve bytes"
ANSWER_S = 1.0  # for one try; packets may be lost while rules change
TRANSPORTS = ("udp", "tcp")


class Answerer:
    """Says its name to whoever sends a datagram to, or connects with, its port, and keeps who that was."""

    def __init__(self, namespace, address, port, name):
        self.name = name.encode()
        self.sources = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.udp = namespace._inside(lambda: socket.socket(family, socket.SOCK_DGRAM))
        self.tcp = namespace._inside(lambda: socket.socket(family, socket.SOCK_STREAM))
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.udp.bind((address, port))
        self.tcp.bind((address, port))
        self.tcp.listen()
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def _serve_udp(self):
        while True:
            _, source = self.udp.recvfrom(2048)
            self.sources.append(source[:2])
            self.udp.sendto(self.name, source)

    def _serve_tcp(self):
        while True:
            connection, source = self.tcp.accept()
            self.sources.append(source[:2])
            connection.sendall(self.name)
            connection.close()


class Caller:
    """A socket of a phone that stays the same over the changes of the rules, as that of a phone that keeps its NAT open."""

    def __init__(self, namespace, box, port=SIP_PORT):
        family = socket.AF_INET6 if ":" in box else socket.AF_INET
        self.socket = namespace._inside(lambda: socket.socket(family, socket.SOCK_DGRAM))
        self.socket.settimeout(ANSWER_S)
        self.socket.connect((box, port))  # answers of anybody else than the Box are not seen

    def asks(self, words=b"who is there?"):
        def answer():
            try:
                self.socket.send(words)
                return self.socket.recv(2048)
            except OSError:  # lost, or refused for a moment
                return None

        return until(answer, "an answer from the Box's SIP port by UDP").decode()


def who_answers(namespace, box, transport, port=SIP_PORT):
    """Who answers a new connection, or a datagram from a new socket, to the Box's SIP port."""
    if transport == "udp":
        return Caller(namespace, box, port).asks()
    with namespace.connect(box, port) if ":" not in box else connect6(namespace, box, port) as connection:
        return connection.recv(2048).decode()


def connect6(namespace, box, port):
    def dial():
        dialled = socket.socket(socket.AF_INET6)
        dialled.settimeout(5)
        dialled.connect((box, port))
        return dialled

    return namespace._inside(dial)


class Nat:
    """`fapfon-proxy nat` on the VPN server, with a configuration file as the package has it."""

    def __init__(self, world, folder=None):
        self.world, self.vpn, self.ip = world, world.topology["vpn"], world.topology.ip
        self.path = folder or os.environ["PATH"]
        self.configure()

    def configure(self, **settings):
        settings = {"BOX": self.ip.box, "VPN": f'"{self.ip.vpn_range}"', **settings}
        self.file = self.world.directory / "default-fapfon-proxy"
        self.file.write_text("".join(f"{name}={value}\n" for name, value in settings.items() if value is not None))

    def __call__(self, action):
        """Run `fapfon-proxy nat ACTION`; returns all that it says."""
        program = [self.world.program, "nat", action, f"--config={self.file}"]
        return self.vpn.run("/bin/sh", "-c", f'PATH={self.path} exec "$@" 2>&1', "sh", *map(str, program))

    def ruleset(self):
        return self.vpn.run("nft", "--stateless", "list", "ruleset")

    def iptables(self):
        """iptables-save of both families without counters and comments with the time."""
        saved = self.vpn.run("iptables-save") + self.vpn.run("ip6tables-save")
        return [line for line in saved.splitlines() if not line.startswith("#")]

    def connections(self, protocol):
        version = "ipv6" if self.ip.version == 6 else "ipv4"
        return self.vpn.run("conntrack", "-L", "-f", version, "-p", protocol)


def folder_with(world, *tools):
    """A PATH on which there are these tools and no others."""
    folder = world.directory / "sbin"
    folder.mkdir()
    for tool in tools:
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def folder_without_nft(world):
    return folder_with(world, "iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore", "conntrack")


class Street:
    """The phone, the Box that answers "box", and the place of fapfon-proxy that answers "proxy"."""

    def __init__(self, world):
        self.topology, self.ip = world.topology, world.topology.ip
        self.phone = self.topology["phone1"]
        self.box = Answerer(self.topology["box"], self.ip.box, SIP_PORT, "box")
        self.proxy = Answerer(self.topology["vpn"], self.ip.vpn_server, SIP_PORT, "proxy")

    def check_answers(self, expected, when):
        for transport in TRANSPORTS:
            check_equal(who_answers(self.phone, self.ip.box, transport), expected, f"who answers the phone by {transport} {when}")

    def check_others_left_alone(self):
        """This machine, a phone at home and the Box itself reach the Box, whatever the rules say about phones in the VPN."""
        for place in ("vpn", "home", "box"):
            for transport in TRANSPORTS:
                answer = who_answers(self.topology[place], self.ip.box, transport)
                check_equal(answer, "box", f"who answers {place} by {transport} with the rules in place")


def phones_are_intercepted(world):
    street, nat = Street(world), Nat(world)
    before = nat.ruleset()
    street.check_answers("box", "without rules")
    nat("setup")
    once = nat.ruleset()
    street.check_answers("proxy", "with the rules")
    street.check_others_left_alone()
    stun = Caller(street.phone, street.ip.box)
    for number in (1, 2, 3):  # each makes the TFTP helper, which keeps the SIP helper away, expect a connection
        check_equal(stun.asks(STUN_REQUEST), "proxy", f"who answers STUN request {number}")
    check_equal(stun.asks(), "proxy", "who answers the same socket after STUN")
    nat("setup")
    check_equal(nat.ruleset(), once, "the rules after a second setup")
    street.check_answers("proxy", "after a second setup")
    nat("cleanup")
    check_equal(nat.ruleset(), before, "all rules of the machine after cleanup")
    street.check_answers("box", "after cleanup")
    nat("cleanup")
    return f"UDP and TCP to the proxy with the rules, to the Box without; seen from {street.proxy.sources[0][0]}"


@scenario()
def nat_routed(world):
    """N1: a phone in a routed VPN is intercepted by UDP and TCP; setup twice is setup once; cleanup leaves nothing."""
    return phones_are_intercepted(world)


@scenario(vpn_way="masqueraded")
def nat_masqueraded(world):
    """N1: the same where the VPN server masquerades."""
    return phones_are_intercepted(world)


@scenario(ip="6", vpn="wireguard")
def nat_ip6(world):
    """N1: the same with IPv6 only."""
    return phones_are_intercepted(world)


@scenario()
def nat_old_connections(world):
    """N1: UDP connections that are older than the rules change over at once, both ways; one that is right already stays."""
    street, nat = Street(world), Nat(world, folder_with(world, "nft"))
    nat.configure(VPN='"172.16.0.0/12"')  # this machine and the Box are in this range too
    nat.vpn.nft(FIREWALL_WITH_STATES)
    caller = Caller(street.phone, street.ip.box)
    here = Caller(nat.vpn, street.ip.box)
    check_equal(caller.asks(), "box", "who answers without rules")
    check_equal(here.asks(), "box", "who answers this machine")
    own = connection_id(nat, here)
    said = nat("setup")
    check("conntrack is not installed" in said, f"setup without conntrack does not say so, but: {said}")
    check_equal(caller.asks(), "box", "control: who answers the same socket as long as its connection is not cut")
    nat("cleanup")

    nat.path = os.environ["PATH"]
    nat("setup")
    check_equal(caller.asks(), "proxy", "who answers the same socket with the rules")
    check_equal(connection_id(nat, here), own, "this machine's own connection with the Box")
    identity = connection_id(nat, caller)
    nat("setup")
    check_equal(connection_id(nat, caller), identity, "the phone's connection after a second setup")
    nat.vpn.run("nft", "flush", "ruleset")  # what `systemctl reload nftables` does
    nat.vpn.nft(FIREWALL_WITH_STATES)
    nat("setup")
    check_equal(connection_id(nat, caller), identity, "the phone's connection after a setup that finds no rules")
    check_equal(caller.asks(), "proxy", "who answers after all that")
    nat("cleanup")
    check_equal(caller.asks(), "box", "who answers the same socket after cleanup")
    check_equal(connection_id(nat, here), own, "this machine's own connection with the Box, after cleanup")
    return "one socket of a phone: box, proxy with the rules, box after cleanup"


# Without a rule that asks for the state of connections, the kernel does not keep any.
FIREWALL_WITH_STATES = """
table inet firewall {
    chain forward { type filter hook forward priority filter; ct state established,related accept; }
    chain output { type filter hook output priority filter; ct state established,related accept; }
}
"""


def connection_id(nat, caller):
    """The kernel's own number of the connection of this socket: another one when it has been made again."""
    source, port = caller.socket.getsockname()
    lines = nat.vpn.run("conntrack", "-L", "-o", "id", "-p", "udp", "-s", source, "--sport", str(port)).splitlines()
    check_equal(len(lines), 1, f"connections of {source}:{port}")
    return lines[0].split(" id=")[1]


@scenario()
def nat_cleanup_after_changes(world):
    """N1: cleanup leaves nothing, also when the configuration has changed, rules were lost and the program was killed."""
    nat = Nat(world)
    before = nat.ruleset()
    nat("setup")
    nat.configure(BOX=OTHER_BOX, VPN='"10.0.0.0/8 192.168.0.0/16"')
    nat("cleanup")
    check_equal(nat.ruleset(), before, "all rules of the machine after cleanup with another configuration")
    nat("setup")
    nat.configure()
    nat("setup")
    check(OTHER_BOX not in nat.ruleset(), "setup with another configuration leaves the old Box in the rules")
    program = nat.vpn.start("fapfon-proxy", [world.program, f"--config={nat.file}"])
    until(lambda: nat.vpn.run("ss", "-Hlun", f"sport = :{SIP_PORT}"), "fapfon-proxy on its port")
    program.stop(signal.SIGKILL)
    nat.vpn.run("nft", "flush", "chain", "inet", "fapfon_proxy", "intercept")
    nat.configure(BOX=None, VPN=None)
    nat("cleanup")
    check_equal(nat.ruleset(), before, "all rules of the machine after cleanup of damaged rules")
    return "no rule left"


@scenario()
def nat_by_iptables(world):
    """N1: without nft, iptables does the same; and rules of iptables go away once nft is there."""
    street, nat = Street(world), Nat(world, folder_without_nft(world))
    nat.vpn.run("iptables", "-t", "nat", "-A", "PREROUTING", "-p", "udp", "--dport", "9", "-j", "ACCEPT")
    nat("setup")
    nat("cleanup")  # from here on the tables are there, as empty as iptables leaves them
    before = nat.iptables()
    nat("setup")
    once = nat.iptables()
    street.check_answers("proxy", "with the rules of iptables")
    street.check_others_left_alone()
    nat("setup")
    check_equal(nat.iptables(), once, "the rules after a second setup")
    nat.configure(BOX=OTHER_BOX)
    nat("cleanup")
    check_equal(nat.iptables(), before, "all rules of iptables after cleanup")
    street.check_answers("box", "after cleanup")
    nat.configure()
    nat("setup")
    nat.path = os.environ["PATH"]
    nat("setup")
    check_equal(nat.iptables(), before, "the rules of iptables after a setup with nft")
    street.check_answers("proxy", "with the rules of nft")
    nat("cleanup")
    return "the same answers by iptables, and nothing left of it"


@scenario()
def nat_redirect_on_the_box(world):
    """N1: the program runs on the Box itself: VPN phones come to SIP_REDIRECT_PORT, the home network to the Box's own server."""
    topology, nat = world.topology, Nat(world)
    here = topology.ip.vpn_server  # the machine with the VPN is the Box this time
    Answerer(topology["vpn"], here, SIP_PORT, "box")
    Answerer(topology["vpn"], "0.0.0.0", REDIRECT_PORT, "proxy")
    nat.configure(BOX=here, SIP_REDIRECT_PORT=REDIRECT_PORT)
    nat.vpn.nft(FIREWALL_WITH_STATES)
    caller = Caller(topology["phone1"], here)
    check_equal(caller.asks(), "box", "who answers the phone without rules")
    nat("setup")
    check_equal(caller.asks(), "proxy", "who answers the same socket with the rules")
    for transport in TRANSPORTS:
        for place, expected in {"phone1": "proxy", "home": "box", "vpn": "box"}.items():
            check_equal(who_answers(topology[place], here, transport), expected, f"who answers {place} by {transport}")
    nat("cleanup")
    check_equal(caller.asks(), "box", "who answers the same socket after cleanup")
    return "the VPN comes to the proxy, the home network and the Box itself to the Box's own server"


# What a firewall does that wants the kernel to look into SIP: by nft in each hook, or by iptables in table raw.
NFT_FIREWALL = """
table inet firewall {
    ct helper sip_udp { type "sip" protocol udp; }
    ct helper sip_tcp { type "sip" protocol tcp; }
    chain early { type filter hook prerouting priority mangle; udp dport 5060 ct helper set "sip_udp"; tcp dport 5060 ct helper set "sip_tcp"; }
    chain in { type filter hook input priority filter; udp dport 5060 ct helper set "sip_udp"; tcp dport 5060 ct helper set "sip_tcp"; }
    chain out { type filter hook output priority filter; udp dport 5060 ct helper set "sip_udp"; tcp dport 5060 ct helper set "sip_tcp"; }
}
"""
RAW_CHAINS = ("PREROUTING", "OUTPUT")


def raise_nft_firewall(vpn):
    vpn.nft(NFT_FIREWALL)


def raise_iptables_firewall(vpn):
    for chain in RAW_CHAINS:
        for protocol in TRANSPORTS:
            rule = f"-t raw -A {chain} -p {protocol} --dport {SIP_PORT} -j CT --helper sip"
            vpn.run("iptables", *rule.split())


def helpers_used(nat, street):
    """The kernel's helpers on connections of the phone and of this machine with the Box, made again: {(who, transport): helper}."""
    nat.vpn.run("sh", "-c", "conntrack -F 2>/dev/null")
    for namespace in (street.phone, nat.vpn):
        for transport in TRANSPORTS:
            who_answers(namespace, street.ip.box, transport)
    sources = {"phone": street.ip.tunnel["phone1"], "here": street.ip.vpn_server}
    return {
        (who, transport): helper_in(nat.connections(transport), source)
        for who, source in sources.items()
        for transport in TRANSPORTS
    }


def helper_in(connections, source):
    mine = [line for line in connections.splitlines() if f" src={source} " in line and f" dport={SIP_PORT} " in line]
    check(mine, f"no connection from {source} to port {SIP_PORT} in:\n{connections}")
    words = [word for word in mine[0].split() if word.startswith("helper=")]
    return words[0].removeprefix("helper=") if words else None


def helper_stays_away(world, firewall, folder):
    street, nat = Street(world), Nat(world, folder)
    firewall(nat.vpn)
    without = helpers_used(nat, street)
    check_equal(set(without.values()), {"sip"}, f"control: the helpers that this firewall sets without our rules: {without}")
    nat("setup")
    with_rules = helpers_used(nat, street)
    check("sip" not in with_rules.values(), f"the SIP helper is on our connections: {with_rules}")
    street.check_answers("proxy", "with the rules and the firewall")
    nat("cleanup")
    check_equal(set(helpers_used(nat, street).values()), {"sip"}, "the firewall does again what it did, after cleanup")
    return f"helper=sip on {len(without)} of {len(without)} kinds of connections without the rules, on none with them"


@scenario()
def nat_sip_helper_of_nft(world):
    """N1: a firewall with `ct helper set "sip"` in each hook does not get at the phone's and our own SIP."""
    return helper_stays_away(world, raise_nft_firewall, None)


@scenario()
def nat_sip_helper_of_iptables(world):
    """N1: the same with `iptables -t raw -j CT --helper sip`."""
    return helper_stays_away(world, raise_iptables_firewall, None)


@scenario()
def nat_by_iptables_sip_helper_of_nft(world):
    """N1: the rules by iptables, the firewall by nft."""
    return helper_stays_away(world, raise_nft_firewall, folder_without_nft(world))


@scenario()
def nat_by_iptables_sip_helper_of_iptables(world):
    """N1: the rules and the firewall by iptables."""
    return helper_stays_away(world, raise_iptables_firewall, folder_without_nft(world))
