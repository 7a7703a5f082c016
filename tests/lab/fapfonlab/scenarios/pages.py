# SPDX-License-Identifier: GPL-2.0-or-later
"""The configuration files and commands of the pages for users, taken from those pages, with the addresses of the lab."""

import pathlib
import re

from ..pages import blocks, run
from ..topology import HANDED_OVER_TO, HOME_PHONES, IPV4, OPENVPN_PORT, VPN_RANGE, VPN_SERVER
from ..wait import check
from .check import make_sudo
from .media import RELAYED
from .other_networks import MASQUERADED, ROUTED, calls_both_ways, check_says
from .registry import scenario

WIREGUARD, HUB, ZEROTIER = "docs/vpn/wireguard.md", "docs/vpn/vps-hub.md", "docs/vpn/zerotier.md"
PIVPN, OTHER_ROUTER, TROUBLESHOOTING = "docs/vpn/pivpn.md", "docs/vpn/other-router.md", "docs/troubleshooting.md"

# What PiVPN sets up without ufw.
PIVPN_RULE = f"iptables -t nat -I POSTROUTING -s {VPN_RANGE} -o eth0 -j MASQUERADE -m comment --comment wireguard-nat-rule"

# What PiVPN adds to ufw's before.rules, and behind it what the page adds.
UFW_NAT = f"""*nat
:POSTROUTING ACCEPT [0:0]
-I POSTROUTING -s {VPN_RANGE} -o eth0 -j MASQUERADE -m comment --comment openvpn-nat-rule
{{exception}}COMMIT
"""


@scenario(vpn="wireguard by wg-quick", vpn_way="without a route")
def page_wireguard(world):
    """docs/vpn/wireguard.md: both configuration files by wg-quick, and forwarding: relayed, as PostUp masquerades."""
    vpn = world.topology["vpn"]
    vpn.sysctl("net.ipv4.ip_forward=0")
    make_sudo()
    forwarding = [line for line in blocks(WIREGUARD, "The VPN")[0].splitlines() if "sysctl" in line]
    check(len(forwarding) == 2, f"the lines of the page that switch forwarding on: {forwarding}")
    run(vpn, "\n".join(forwarding))
    heard = calls_both_ways(world, "udp", MASQUERADED)
    check_says(world, vpn_interface="wg0 (172.20.11.1/24)", media_path="the VPN masquerades", vpn_mtu="1420")
    return heard


@scenario(vpn="wireguard by wg-quick, direct")
def page_wireguard_direct(world):
    """docs/vpn/wireguard.md, with the two lines for direct audio and a route in the Box: audio goes directly."""
    heard = calls_both_ways(world, "tcp", ROUTED)
    check_says(world, media_path="Audio goes directly")
    return heard


@scenario(place="vps hub", vpn="wg-quick by a hub", vpn_way="without a route")
def page_vps_hub(world):
    """docs/vpn/vps-hub.md: the files of the rented server and of the machine at home, by wg-quick: relayed."""
    heard = calls_both_ways(world, "udp", MASQUERADED)
    check_says(world, media_path="the VPN masquerades")
    return heard


@scenario(vpn="wireguard")
def page_pivpn_direct(world):
    """docs/vpn/pivpn.md: PiVPN's rule masquerades, the page's command exempts the home network, the Box has a route: directly."""
    make_sudo()
    vpn = world.topology["vpn"]
    vpn.run(*PIVPN_RULE.split())
    run(vpn, blocks(PIVPN, "Direct audio")[0])
    return calls_both_ways(world, "udp", ROUTED)


@scenario(vpn_way="handed over")
def page_other_router(world):
    """docs/vpn/other-router.md: the router with the VPN hands SIP over to another machine, where fapfon-proxy runs: relayed."""
    make_sudo()
    ours = {"192.168.178.20": HOME_PHONES[HANDED_OVER_TO], "192.168.178.2": VPN_SERVER, "wg0": "tun0"}
    rules, route = blocks(OTHER_ROUTER, "The router hands SIP over to the Raspberry Pi", ours)
    world.topology["vpn"].nft(rules)
    run(world.topology[HANDED_OVER_TO], route)
    heard = calls_both_ways(world, "udp", (RELAYED, "no address in the VPN"))
    check_says(world, ["forwarding", "vpn_interface"], media_path="Audio goes through this machine")
    return heard


@scenario(vpn="zerotier", vpn_way="without a route", ip="zerotier")
def page_zerotier(world):
    """docs/vpn/zerotier.md: its line for iptables masquerades, so audio is relayed."""
    make_sudo()
    run(world.topology["vpn"], blocks(ZEROTIER, "The VPN")[1])
    return calls_both_ways(world, "udp", MASQUERADED)


@scenario(vpn="openvpn of the page", vpn_way="without a route")
def page_openvpn(world):
    """docs/vpn/openvpn.md: its lines of the server's configuration; there is no route in the Box: relayed."""
    return calls_both_ways(world, "udp", (RELAYED, "the Box knows no route to the VPN"))


@scenario(vpn="wireguard", vpn_way="in a container", ip="wg-easy")
def page_wg_easy(world):
    """docs/vpn/wg-easy.md: the settings of the page: relayed."""
    settings = dict(re.findall(r'^(\w+)="(.*)"$', blocks("docs/vpn/wg-easy.md", "Set up")[1], re.M))
    options = settings.pop("OPTIONS").split()
    return calls_both_ways(world, "udp", (RELAYED, "--media=relay"), options=options, **settings)


@scenario(vpn_way="masqueraded")
def page_ufw(world):
    """docs/troubleshooting.md: ufw lets only the VPN in; with the page's commands phones register, ring and hear: relayed."""
    switch_ufw_on(world)
    run(world.topology["vpn"], blocks(TROUBLESHOOTING, "Firewall")[0])
    return calls_both_ways(world, "udp", MASQUERADED)


@scenario()
def page_ufw_direct(world):
    """The same, with the commands for direct audio, and docs/audio.md's exception behind a rule as PiVPN adds it."""
    rules = UFW_NAT.format(exception=blocks("docs/audio.md", "Direct audio")[0])
    switch_ufw_on(world, rules)
    for block in blocks(TROUBLESHOOTING, "Firewall")[:2]:
        run(world.topology["vpn"], with_phone_at_home(block))
    return calls_both_ways(world, "tcp", ROUTED)


@scenario()
def page_docker_direct(world):
    """docs/troubleshooting.md: Docker's chains drop what is forwarded; with the page's commands audio goes directly."""
    make_sudo()
    vpn = world.topology["vpn"]
    for rule in ("-P FORWARD DROP", "-N DOCKER-USER", "-A DOCKER-USER -j RETURN", "-A FORWARD -j DOCKER-USER"):
        vpn.run("iptables", *rule.split())
    run(vpn, with_phone_at_home(blocks(TROUBLESHOOTING, "Firewall")[2]))
    return calls_both_ways(world, "udp", ROUTED)


def with_phone_at_home(block):
    """A FRITZ!Box is the other end of direct audio; in the lab it is a phone in the home network."""
    return re.sub(rf"{re.escape(IPV4.box)}\b", IPV4.home_range, block)


def switch_ufw_on(world, more_rules=""):
    """Only the VPN itself may come in, as somebody has it who runs a VPN server behind ufw; what is forwarded is dropped."""
    make_sudo()
    vpn, before = world.topology["vpn"], pathlib.Path("/etc/ufw/before.rules")
    before.write_text(more_rules + before.read_text())
    vpn.run("ufw", "allow", f"{OPENVPN_PORT}/udp")
    vpn.run("ufw", "--force", "enable")
    phone = world.topology["phone1"]
    check(not phone.reaches(IPV4.vpn_server), "ufw is on, and a phone still reaches this machine")
