# SPDX-License-Identifier: GPL-2.0-or-later
"""A real OpenVPN tunnel in TLS server mode: a CA and certificates of our own, one server, one client per phone."""

import pathlib

from .netns import command
from .pages import blocks
from .topology import OPENVPN_PORT
from .wait import check, until

NETMASK = "255.255.255.0"

NETWORK = f"""
dev {{interface}}
dev-type {{kind}}
tun-mtu {{mtu}}
proto udp
server {{network}} {NETMASK}
push "route {{home}} {NETMASK}"
keepalive 5 60
"""

IDENTITY = f"""
port {OPENVPN_PORT}
topology subnet
client-config-dir clients
ccd-exclusive
dh none
ca ca.crt
cert server.crt
key server.key
verb 3
"""

CLIENT = f"""
client
dev {{interface}}
dev-type {{kind}}
tun-mtu {{mtu}}
proto udp
remote {{public}} {OPENVPN_PORT}
nobind
remote-cert-tls server
explicit-exit-notify 1
connect-retry 1 2
ca ca.crt
cert {{name}}.crt
key {{name}}.key
verb 3
"""


class OpenVpn:
    """Server and clients; a phone can come back with another address."""

    device = {"interface": "tun0", "kind": "tun", "mtu": 1500}

    def __init__(self, topology, directory):
        check(topology.ip.version == 4, "the OpenVPN of the lab carries IPv4 only; take WireGuard")
        self.topology = topology
        self.ip = topology.ip
        self.directory = pathlib.Path(directory) / "openvpn"
        (self.directory / "clients").mkdir(parents=True)
        self.clients = {}
        self.address = {}
        make_certificates(self.directory, ["server", *self.ip.tunnel])
        (self.directory / "server.conf").write_text(self._network_of_server() + IDENTITY)
        self.server = self._start(topology.vpn_place, "openvpn-server", "server.conf")
        self.server.await_log("Initialization Sequence Completed")

    def _network_of_server(self):
        ranges = {"network": network(self.ip.vpn_range), "home": network(self.ip.home_range)}
        return NETWORK.format(**ranges, **self.device)

    def interface(self, where):
        """The name of the tunnel's network device there."""
        return self.device["interface"]

    def connect(self, phone, address=None):
        """Bring up the tunnel of a phone, at its usual address or another."""
        address = address or self.ip.tunnel[phone]
        (self.directory / "clients" / phone).write_text(f"ifconfig-push {address} {NETMASK}\n")
        (self.directory / f"{phone}.conf").write_text(CLIENT.format(name=phone, public=self.topology.vpn_public, **self.device))
        self.clients[phone] = self._start(phone, f"openvpn-{phone}", f"{phone}.conf")
        self.address[phone] = address
        namespace = self.topology[phone]
        until(lambda: f"inet {address}/" in namespace.run("ip", "-4", "address", "show"), f"{phone} at {address} in the tunnel")
        until(lambda: self.ip.home_range in namespace.run("ip", "route"), f"the home route of {phone}")

    def reconnect(self, phone, address):
        """The phone loses its VPN and comes back with another address."""
        self.clients[phone].stop()
        until(lambda: self.interface(phone) not in self.topology[phone].run("ip", "link"), f"the end of {phone}'s tunnel")
        self.connect(phone, address)

    def _start(self, where, name, configuration):
        return self.topology[where].start(name, ["openvpn", "--cd", str(self.directory), "--config", configuration])


class OpenVpnOfPage(OpenVpn):
    """With the lines that docs/vpn/openvpn.md shows of the server's configuration."""

    def _network_of_server(self):
        return blocks("docs/vpn/openvpn.md", "The VPN")[0]


def network(prefix):
    return prefix.partition("/")[0]


def make_certificates(directory, names):
    """A CA and one EC key and certificate per name; fast, and thrown away with the lab."""

    def openssl(arguments):
        command(["openssl", *arguments])

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(
        [
            "req",
            "-x509",
            *key,
            "-days",
            "2",
            "-subj",
            "/CN=lab CA",
            "-keyout",
            f"{directory}/ca.key",
            "-out",
            f"{directory}/ca.crt",
        ]
    )
    for name in names:
        usage = "serverAuth" if name == "server" else "clientAuth"
        openssl(
            [
                "req",
                "-x509",
                *key,
                "-days",
                "2",
                "-subj",
                f"/CN={name}",
                "-keyout",
                f"{directory}/{name}.key",
                "-out",
                f"{directory}/{name}.crt",
                "-CA",
                f"{directory}/ca.crt",
                "-CAkey",
                f"{directory}/ca.key",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                "keyUsage=digitalSignature",
                "-addext",
                f"extendedKeyUsage={usage}",
            ]
        )
