# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings as people write them: what is understood, and what is told."""

from ..installed import CONFIGURATION
from ..topology import BOX, VPN_RANGE, VPN_SERVER
from ..wait import check, check_equal
from .check import Installation, make_sudo
from .registry import scenario


@scenario()
def check_settings(world):
    """check: one address instead of the range, everybody, and this machine instead of the Box: told, with the right range."""
    world.start_box()
    installed = Installation(world)
    installed.start()
    installed.all_is_well()
    seen = []
    for written, words in (
        (VPN_RANGE.split("/")[0], ("one single address", f"did you mean {VPN_RANGE}?")),
        ("172.20.11.1", ("one single address", f"did you mean {VPN_RANGE}?")),
        ("0.0.0.0/0", ("also serves the Internet",)),
        ("wg7", ("names the interface wg7", "does not exist")),
    ):
        set_in_file("VPN", written)
        _, findings = installed.look()
        finding = findings["vpn_ranges"]
        check_equal(finding["verdict"], "wrong", finding["seen"])
        for word in words:
            check(word in finding["seen"], f"'{word}' is missing in: {finding['seen']}")
        seen.append(finding["seen"])
    set_in_file("VPN", VPN_RANGE)
    set_in_file("BOX", VPN_SERVER)
    _, findings = installed.look()
    check("an address of this machine" in findings["box_address"]["seen"], findings["box_address"]["seen"])
    return seen[0]


def set_in_file(name, value):
    lines = [line for line in CONFIGURATION.read_text().splitlines() if not line.startswith(f"{name}=")]
    CONFIGURATION.write_text("\n".join([f'{name}="{value}"', *lines]) + "\n")


@scenario()
def settings_above_the_shipped_file(world):
    """BOX and VPN added above the shipped file, whose own lines are empty: the service starts and check finds nothing wrong."""
    world.start_box()
    shipped = CONFIGURATION.read_text()
    check('\nBOX=""\n' in shipped, "the shipped file has an empty BOX")
    installed = Installation(world)
    CONFIGURATION.write_text(f'BOX="{BOX}"\nVPN="{VPN_RANGE}"\n' + shipped)
    world.start_proxy()  # writes the same again, into the first line of each name
    check('\nBOX=""\n' in CONFIGURATION.read_text(), "the empty BOX is still there")
    code, findings = installed.look()
    check_equal(findings["configuration"]["verdict"], "note", findings["configuration"]["seen"])
    check_equal(code, 0, f"exit code of check: {findings}")
    return findings["configuration"]["seen"]


@scenario()
def nat_settings_from_the_environment(world):
    """fapfon-proxy.nat takes BOX, VPN and SIP_REDIRECT_PORT from the environment, without any settings file."""
    make_sudo()
    CONFIGURATION.unlink()
    vpn = world.topology["vpn"]
    environment = [f"BOX={BOX}", f"VPN={VPN_RANGE}", "SIP_REDIRECT_PORT=--port=6060"]
    vpn.run("env", *environment, "fapfon-proxy.nat", "setup")
    rules = vpn.run("nft", "list", "table", "inet", "fapfon_proxy")
    for word in (BOX, VPN_RANGE, f"{VPN_SERVER}:6060"):
        check(word in rules, f"'{word}' is missing in:\n{rules}")
    vpn.run("env", *environment, "fapfon-proxy.nat", "cleanup")
    check("fapfon_proxy" not in vpn.run("nft", "list", "ruleset"), "the rules are gone")
    return "BOX, VPN and SIP_REDIRECT_PORT of the environment are in the rules"


@scenario()
def vpn_interface_that_comes_later(world):
    """VPN="wg7": the service starts without the interface, serves nobody, and starts again with its range when it comes up."""
    world.start_box()
    installed = Installation(world, vpn="wg7")
    make_sudo()
    proxy = world.start_proxy(VPN="wg7")
    rules = installed.vpn.run("nft", "list", "ruleset")
    check("fapfon_proxy" not in rules, f"rules without the interface:\n{rules}")
    for command in ("tuntap add wg7 mode tun", "address add 10.77.0.1/24 dev wg7", "link set wg7 up"):
        installed.vpn.ip(command)
    check_equal(proxy.service.ended(), 1, "exit code of the program, which ends so that rules can be made")
    check("the VPN has come up" in proxy.service.journal(), proxy.service.journal())
    proxy.start()  # what the service manager does
    rules = installed.vpn.run("nft", "list", "table", "inet", "fapfon_proxy")
    check("10.77.0.0/24" in rules, f"the range of wg7 is missing in:\n{rules}")
    _, findings = installed.look()
    check("10.77.0.0/24" in findings["vpn_ranges"]["seen"], findings["vpn_ranges"]["seen"])
    return findings["vpn_ranges"]["seen"]
