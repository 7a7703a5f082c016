# SPDX-License-Identifier: GPL-2.0-or-later
"""Firewalls that drop SIP or audio, each by the real tool: told by `fapfon-proxy check`, and allowed by the lines that it gives.

ufw and firewalld keep their rules below /etc and /run, which belong to the scenario alone (installed.put_in_place).
What check says is compared with packets: the phone's SIP and audio ports are tried, before and after.
"""

import pathlib

from ..topology import VPN_SERVER
from ..wait import check, until
from .check import Installation
from .registry import scenario

AUDIO_PORT = 31000
HELLO = b"OPTIONS sip:fritz.box SIP/2.0\r\n\r\n"

NFT = """
table inet home {
    chain input {
        type filter hook input priority 0; policy drop;
        ct state vmap { established : accept, related : accept, invalid : drop }
        iifname "lo" accept
        meta l4proto { icmp, ipv6-icmp } accept
        udp dport 51820 accept
    }
}
"""

# What Docker does to every machine that it runs on.
DOCKER = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
"""


def passes(world, port=AUDIO_PORT):
    """Whether a datagram of the phone arrives at this port of the VPN server (a closed port would refuse it as well)."""
    receiver = world.topology["vpn"].udp_socket(VPN_SERVER)
    try:
        receiver.bind((VPN_SERVER, port))
        receiver.settimeout(2)
        world.topology["phone1"].send_datagram(VPN_SERVER, b"audio", port).close()
        return receiver.recv(100) == b"audio"
    except TimeoutError:
        return False
    finally:
        receiver.close()


def told_and_allowed(world, installed, tool, *words):
    """check names the firewall and what it drops; its own lines allow that."""
    check(not passes(world), f"audio of the phone passes {tool}")
    finding = installed.only_wrong("firewall", f"({tool})", "audio from the VPN", "audio from the FRITZ!Box", *words)
    installed.run_remedy(finding)
    check(passes(world), f"audio of the phone does not pass {tool} after: {finding['remedy']}")
    code, findings = installed.look()
    check(findings["firewall"]["verdict"] == "ok", f"after the remedy: {findings['firewall']}")
    check(code == 0, f"exit code {code} after the remedy")
    return finding["seen"]


def relaying(world):
    """fapfon-proxy installed on a VPN server that masquerades, so that audio is relayed."""
    world.start_box()
    installed = Installation(world)
    installed.start()
    code, findings = installed.look()
    check(code == 0 and findings["firewall"]["verdict"] == "ok", f"without a firewall: {findings['firewall']}")
    check(passes(world), "audio of the phone arrives without a firewall")
    return installed


@scenario(vpn="wireguard", vpn_way="masqueraded")
def check_ufw(world):
    """check: ufw drops SIP and audio: told, and allowed by the ufw commands that check gives."""
    installed = relaying(world)
    installed.vpn.run("ufw", "allow", "51820/udp")  # the VPN itself
    installed.vpn.run("ufw", "--force", "enable")
    return told_and_allowed(world, installed, "ufw", "SIP from the VPN", "SIP from the FRITZ!Box")


@scenario(vpn="wireguard", vpn_way="masqueraded")
def check_firewalld(world):
    """check: firewalld drops audio and lets redirected SIP pass: told so, and allowed by the commands that check gives."""
    installed = relaying(world)
    pathlib.Path("/run/dbus").mkdir(exist_ok=True)
    installed.vpn.start("dbus", ["dbus-daemon", "--system", "--nofork", "--nopidfile"])
    until(lambda: pathlib.Path("/run/dbus/system_bus_socket").exists(), "D-Bus")
    installed.vpn.run("firewall-offline-cmd", "--add-port=51820/udp")  # the VPN itself
    installed.vpn.start("firewalld", ["firewalld", "--nofork", "--nopid"])
    until(lambda: "filter_IN_public" in installed.vpn.run("nft", "list", "ruleset"), "the rules of firewalld")
    until(lambda: installed.vpn.run("sh", "-c", "firewall-cmd --state 2>&1 || true").strip() == "running", "firewalld")
    seen = told_and_allowed(world, installed, "firewalld")
    check("SIP from the VPN" not in seen, f"firewalld lets redirected packets in: {seen}")
    return seen


@scenario(vpn="wireguard", vpn_way="masqueraded")
def check_nft_firewall(world):
    """check: a firewall in /etc/nftables.conf, with a verdict map, drops SIP and audio: told, and allowed."""
    installed = relaying(world)
    installed.vpn.nft(NFT)
    return told_and_allowed(world, installed, "nftables", "SIP from the VPN")


@scenario(vpn="wireguard", vpn_way="masqueraded")
def check_iptables_firewall(world):
    """check: INPUT of iptables drops SIP and audio: told, and allowed; a rule that cannot be decided is not blamed."""
    installed = relaying(world)
    for rule in (
        "-A INPUT -i lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "-A INPUT -p udp --dport 51820 -j ACCEPT",
        "-P INPUT DROP",
    ):
        installed.vpn.run("iptables", *rule.split())
    finding = installed.only_wrong("firewall", "(iptables)", "SIP from the VPN", "audio from the VPN")
    mark = "-I INPUT -m mark ! --mark 0x1 -j ACCEPT".split()
    installed.vpn.run("iptables", *mark)
    _, findings = installed.look()
    check("firewall" not in findings, f"a rule with a mark was judged: {findings.get('firewall')}")
    installed.vpn.run("iptables", "-D", *mark[1:])
    commands = [step["run"] for step in finding["remedy"] if "run" in step]
    check(commands[-1] == "sudo netfilter-persistent save", f"how to keep them: {commands}")
    for command in commands[:-1]:  # iptables-persistent is not installed here
        installed.vpn.run("sh", "-c", command)
    check(passes(world), "audio of the phone passes iptables after the remedy")
    code, findings = installed.look()
    check(code == 0 and findings["firewall"]["verdict"] == "ok", f"after the remedy: {findings['firewall']}")
    return finding["seen"]


@scenario(vpn="wireguard")
def check_docker_forward(world):
    """check: Docker's FORWARD policy drops direct audio: told, and allowed in DOCKER-USER; relayed audio is not its matter."""
    world.start_box()
    installed = Installation(world)
    installed.start()
    installed.all_is_well()
    installed.vpn.run("iptables-restore", "--noflush", stdin=DOCKER)
    finding = installed.only_wrong("firewall", "(Docker's rules)", "audio between the VPN and the FRITZ!Box")
    commands = [step["run"] for step in finding["remedy"] if "run" in step]
    check(all("DOCKER-USER" in command for command in commands[:-1]), f"commands: {commands}")
    for command in commands[:-1]:
        installed.vpn.run("sh", "-c", command)
    installed.all_is_well()
    return finding["seen"]
