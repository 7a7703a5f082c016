# SPDX-License-Identifier: GPL-2.0-or-later
"""`fapfon-proxy check` on a real VPN server: each fault is made, told (this one, and no other), mended and gone.

Where the report gives commands, those very commands mend the fault here.
"""

import contextlib
import json
import pathlib
import subprocess

from ..installed import PROGRAM, configure
from ..topology import BOX, VPN_RANGE, VPN_SERVER
from ..wait import check, check_equal, until
from .registry import scenario

# A SIP server that is no FRITZ!Box.
OTHER_SERVER = """#!KAMAILIO
debug=0
log_stderror=yes
children=1
disable_tcp=yes
listen=udp:172.30.10.20:5060
auto_aliases=no
server_header="Server: Other PBX 1.0"
loadmodule "sl.so"
request_route {
    sl_send_reply("200", "OK");
}
"""

# A firewall that gives SIP to the kernel's helper before anything else can say no.
SIP_HELPER = """
table inet gateway {
    ct helper sip_by_udp { type "sip" protocol udp; }
    chain helpers {
        type filter hook prerouting priority -198;
        udp dport 5060 ct helper set "sip_by_udp"
    }
}
"""

SHADOW = """
table ip portforward {
    chain prerouting {
        type nat hook prerouting priority -150;
        iifname "tun0" udp dport 5060 dnat to 172.30.10.20
    }
}
"""


class Installation:
    """The installed program on the VPN server, and whoever asks it what is wrong."""

    def __init__(self, world, options="", vpn=None):
        self.world = world
        self.ip = world.topology.ip
        self.vpn = world.topology[world.topology.proxy_place]
        configure(BOX=self.ip.box, VPN=vpn or self.ip.vpn_range)
        if options:
            configure(OPTIONS=options)
        make_sudo()

    def start(self):
        self.world.start_proxy()

    def set_up_nat(self):
        self.vpn.run(PROGRAM, "nat", "setup")

    def look(self, *as_user):
        """Exit code and findings of `fapfon-proxy check --json`, by id."""
        command = ["ip", "netns", "exec", self.vpn.name, *as_user, PROGRAM, "check", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        check(done.stdout, f"check printed nothing but:\n{done.stderr}")
        report = json.loads(done.stdout)
        check_equal(report["exit_code"], done.returncode, f"the exit code in the report\n{done.stdout}{done.stderr}")
        return done.returncode, {finding["id"]: finding for finding in report["findings"]}

    def all_is_well(self):
        code, findings = self.look()
        verdicts = {id_: finding["verdict"] for id_, finding in findings.items()}
        expected = dict.fromkeys(EVERYTHING, "ok")
        if self.ip.version == 6:
            del expected["rp_filter"]  # the kernel has none for IPv6
        check_equal(verdicts, expected, f"all is well\n{seen_in(findings)}")
        check_equal(code, 0, "exit code when all is well")

    def only_wrong(self, wrong, *words):
        """One thing is wrong, what is seen contains these words, and the exit code is 1."""
        code, findings = self.look()
        verdicts = {id_ for id_, finding in findings.items() if finding["verdict"] == "wrong"}
        check_equal(verdicts, {wrong}, f"what is wrong\n{seen_in(findings)}")
        for word in words:
            check(word in findings[wrong]["seen"], f"'{word}' is missing in: {findings[wrong]['seen']}")
        check_equal(code, 1, "exit code when something is wrong")
        return findings[wrong]

    def audio_is_relayed(self, verdict, *words):
        """Nothing is wrong, and check says why audio goes through this machine."""
        code, findings = self.look()
        check_equal(code, 0, f"exit code while audio is relayed\n{seen_in(findings)}")
        finding = findings["media_path"]
        check_equal(finding["verdict"], verdict, finding["seen"])
        for word in ("Audio goes through this machine", *words):
            check(word in finding["seen"], f"'{word}' is missing in: {finding['seen']}")
        return finding

    def run_remedy(self, finding, only=None):
        """Carry out the commands of the remedy (all, or the one with this number), as the user would copy them."""
        commands = [step["run"] for step in finding["remedy"] if "run" in step]
        for command in commands if only is None else [commands[only]]:
            self.vpn.run("sh", "-c", command)


def make_sudo():
    """Who copies commands here is root already."""
    sudo = pathlib.Path("/usr/bin/sudo")
    sudo.unlink(missing_ok=True)
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)


EVERYTHING = [
    "configuration",
    "box_address",
    "box_reachable",
    "box_identity",
    "program",
    "nat_rules",
    "firewall",
    "forwarding",
    "rp_filter",
    "sip_helper",
    "vpn_interface",
    "vpn_ranges",
    "media_path",
    "vpn_mtu",
]


def seen_in(findings):
    return "\n".join(f"  {finding['verdict']:15} {id_}: {finding['seen']}" for id_, finding in findings.items())


def well_installed(world):
    world.start_box()
    installed = Installation(world)
    installed.start()
    installed.all_is_well()
    return installed


@contextlib.contextmanager
def undone(namespace, *commands):
    """Something that is the same as before when the block ends."""
    yield
    for command in commands:
        namespace.run("sh", "-c", command)


@scenario()
def check_box(world):
    """check: Box down; nothing at its address; a machine without SIP; a SIP server that is no FRITZ!Box."""
    installed = well_installed(world)
    with undone(world.topology["box"], "ip link set lan-vpn up"):
        world.topology["box"].ip("link set lan-vpn down")
        installed.vpn.run("ip", "neigh", "flush", "dev", "eth0")
        installed.only_wrong("box_reachable", f"No machine answers at {BOX}")
    until(lambda: installed.vpn.reaches(BOX), "the Box after its cable was plugged in again")
    installed.all_is_well()

    world.box.kill()
    installed.only_wrong("box_reachable", f"The machine at {BOX} has no SIP server on its port 5060")

    configure(BOX="172.30.10.77")
    installed.set_up_nat()  # so that only the address is wrong
    installed.only_wrong("box_reachable", "No machine answers at 172.30.10.77")
    configure(BOX="172.30.10.20")
    installed.set_up_nat()
    installed.only_wrong("box_reachable", "The machine at 172.30.10.20 has no SIP server")

    file = world.directory / "other.cfg"
    file.write_text(OTHER_SERVER)
    home = world.topology["home"]
    home.start("other-pbx", ["kamailio", "-DD", "-E", "-m", "16", "-M", "4", "-Y", str(world.directory), "-f", str(file)])
    until(lambda: home.run("ss", "-Hlun", "sport = :5060"), "another SIP server")
    # It knows no route to the VPN either, as no other machine at home does.
    home.ip(f"route add {VPN_RANGE} via {VPN_SERVER}")
    installed.only_wrong("box_identity", "not a FRITZ!Box", "Other PBX")
    return "down, nothing there, no SIP there, no FRITZ!Box there: four different sentences"


@scenario()
def check_port(world):
    """check: the SIP port is taken by another program, which is named; the program does not run."""
    world.start_box()
    installed = Installation(world)
    installed.set_up_nat()
    installed.only_wrong("program", "is not running")
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 5060)); input()"
    squatter = installed.vpn.start("squatter", ["sh", "-c", f'sleep 1000 | python3 -c "{code}"'])
    until(lambda: installed.vpn.run("ss", "-Hlun", "sport = :5060"), "another program on UDP port 5060")
    finding = installed.only_wrong("port", "UDP port 5060 is taken by another program", "python3")
    squatter.stop()
    until(lambda: not installed.vpn.run("ss", "-Hlun", "sport = :5060"), "the port free again")
    installed.start()
    installed.all_is_well()
    return finding["seen"]


@scenario()
def check_without_root(world):
    """check: without root it says what it could not look at, and nothing is wrong."""
    installed = well_installed(world)
    code, findings = installed.look("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    unseen = {id_: finding for id_, finding in findings.items() if finding["verdict"] != "ok"}
    check_equal(set(unseen), {"port", "nat_rules", "firewall", "sip_helper"}, f"what cannot be seen without root\n{seen_in(findings)}")
    for finding in unseen.values():
        check_equal(finding["verdict"], "could_not_look", finding["seen"])
        check_equal(finding["remedy"], [{"run": "sudo fapfon-proxy check"}], finding["seen"])
    check_equal(code, 2, "exit code when something could not be looked at")
    return f"without root: {', '.join(unseen)} could not be looked at, all else is well"


@scenario()
def check_nat_rules(world):
    """check: NAT rules missing, for another configuration, doubled by the original program's, shadowed by a port forwarding."""
    installed = well_installed(world)
    installed.vpn.run(PROGRAM, "nat", "cleanup")
    installed.run_remedy(installed.only_wrong("nat_rules", "There are no NAT rules"))
    installed.all_is_well()

    configure(VPN=f"{VPN_RANGE} 172.20.12.0/24")
    installed.run_remedy(installed.only_wrong("nat_rules", "do not match the settings", "172.20.12."))
    installed.all_is_well()
    configure(VPN=VPN_RANGE)
    installed.run_remedy(installed.only_wrong("nat_rules", "do not match the settings", "more than is served"))
    installed.all_is_well()

    for transport in ("tcp", "udp"):
        rule = f"iptables -t nat -A PREROUTING -s {VPN_RANGE} -d {BOX} -p {transport} --dport 5060"
        installed.vpn.run(*f"{rule} -j DNAT --to-destination {VPN_SERVER}:5060".split())
    doubled = installed.only_wrong("nat_rules", "twice", "iptables")
    check_equal(len([step for step in doubled["remedy"] if "run" in step]), 2, "commands that delete the original's rules")
    installed.run_remedy(doubled)
    installed.all_is_well()

    installed.vpn.nft(SHADOW)
    installed.run_remedy(installed.only_wrong("nat_rules", "takes the phones' SIP away", "dnat to 172.30.10.20"))
    installed.all_is_well()
    return "missing, another configuration, doubled, shadowed: told, and mended with the commands that check gives"


@scenario()
def check_kernel(world):
    """check: forwarding off; rp_filter strict where it drops the Box's packets, and not where it does not; SIP helper active."""
    installed = well_installed(world)
    vpn = installed.vpn
    vpn.sysctl("net.ipv4.ip_forward=0")
    installed.run_remedy(installed.only_wrong("forwarding", "passes no IPv4 packets"), only=0)
    installed.all_is_well()
    vpn.sysctl("net.ipv4.conf.tun0.forwarding=0")
    installed.run_remedy(installed.only_wrong("forwarding", "tun0"), only=0)
    installed.all_is_well()

    vpn.sysctl("net.ipv4.conf.all.rp_filter=1")
    installed.all_is_well()  # strict, and every packet comes the way that the answer goes
    second_cable(world)
    installed.run_remedy(installed.only_wrong("rp_filter", "eth1", "strict"), only=0)
    installed.all_is_well()

    vpn.nft(SIP_HELPER)
    installed.run_remedy(installed.only_wrong("sip_helper", "ct helper set"))
    installed.all_is_well()
    return "forwarding, rp_filter and the SIP helper: told, and mended with the commands that check gives"


def second_cable(world):
    """The VPN server has Ethernet and wireless in the same network: the way to the Box leads over the first."""
    box, vpn = world.topology["box"], world.topology["vpn"]
    vpn.sysctl("net.ipv4.conf.all.arp_ignore=1")  # each interface answers for its own address only
    box.ip("link add lan-vpn2 type veth peer name eth1 netns vpn")
    box.ip("link set lan-vpn2 up")
    box.ip("link set lan-vpn2 master lan")
    vpn.ip("link set eth1 up")
    vpn.ip("address add 172.30.10.3/24 dev eth1")


@scenario()
def check_media(world):
    """check: no route in the Box, a VPN that masquerades (iptables, nft): relayed, or wrong with --media=direct; MTU too small."""
    installed = well_installed(world)
    box, vpn = world.topology["box"], installed.vpn
    with undone(box, f"ip route add {VPN_RANGE} via {VPN_SERVER}"):
        box.ip(f"route del {VPN_RANGE}")
        finding = installed.audio_is_relayed("note", "knows no route to the VPN")
        configure(OPTIONS="--media=direct")
        wrong = installed.only_wrong("media_path", "knows no route to the VPN")
        check_equal(wrong["remedy"][: len(finding["remedy"])], finding["remedy"], "what makes audio direct")
        words = " ".join(step["say"] for step in finding["remedy"])
        for word in ("172.20.11.0", "255.255.255.0", VPN_SERVER, "Statische Routingtabelle"):
            check(word in words, f"'{word}' is missing in: {words}")
    installed.all_is_well()

    vpn.run(*f"iptables -t nat -A POSTROUTING -s {VPN_RANGE} -o eth0 -j MASQUERADE".split())
    installed.run_remedy(installed.only_wrong("media_path", "masquerades", VPN_SERVER))
    installed.all_is_well()
    vpn.run("iptables", "-t", "nat", "-F", "POSTROUTING")

    vpn.nft('table ip vpnserver { chain out { type nat hook postrouting priority 100; oifname "eth0" masquerade; }; }')
    installed.run_remedy(installed.only_wrong("media_path", "masquerades"))
    installed.all_is_well()

    vpn.ip("link set tun0 mtu 1300")
    installed.run_remedy(installed.only_wrong("vpn_mtu", "tun0 takes 1300 bytes"))
    installed.all_is_well()
    return "no route, masquerade, MTU: told with the real addresses, and mended with the commands that check gives"


@scenario()
def check_without_vpn_setting(world):
    """check: VPN is not set: the tunnel is found all the same, and the way of audio is asked from it."""
    world.start_box()
    installed = Installation(world)
    world.start_proxy(VPN="")
    code, findings = installed.look()
    verdicts = {id_: finding["verdict"] for id_, finding in findings.items()}
    check_equal(verdicts, dict.fromkeys(EVERYTHING, "ok") | {"vpn_ranges": "note"}, f"all is well\n{seen_in(findings)}")
    check_equal(code, 0, "exit code when there is a note only")
    check("tun0" in findings["vpn_interface"]["seen"], findings["vpn_interface"]["seen"])
    return findings["vpn_interface"]["seen"]


@scenario(vpn="wireguard", vpn_way="masqueraded")
def check_pivpn(world):
    """check: WireGuard as PiVPN sets it up, masqueraded: relayed; for --media=direct what it says to do in the Box and here mends it."""
    world.start_box()
    installed = Installation(world)
    installed.start()
    finding = installed.audio_is_relayed("ok", "masquerades", VPN_SERVER)
    configure(OPTIONS="--media=direct")
    finding = installed.only_wrong("media_path", "masquerades", VPN_SERVER)
    world.topology["box"].ip(f"route add {VPN_RANGE} via {VPN_SERVER}")  # by mouse, in the Box's own pages
    installed.run_remedy(finding)
    installed.all_is_well()
    return finding["seen"]


@scenario(vpn="wireguard", ip="6")
def check_ipv6(world):
    """check: a VPN with IPv6 only: all well; forwarding off; no route in the Box."""
    installed = well_installed(world)
    installed.vpn.sysctl("net.ipv6.conf.all.forwarding=0")
    installed.run_remedy(installed.only_wrong("forwarding", "passes no IPv6 packets"), only=0)
    installed.all_is_well()
    box, ip = world.topology["box"], world.topology.ip
    box.ip(f"-6 route del {ip.vpn_range}")
    finding = installed.audio_is_relayed("note", "knows no route to the VPN")
    words = " ".join(step["say"] for step in finding["remedy"])
    for word in ("fd00:172:20:11::", "64", ip.vpn_server, "IPv6-Routen"):
        check(word in words, f"'{word}' is missing in: {words}")
    return "forwarding and route of IPv6: told"
