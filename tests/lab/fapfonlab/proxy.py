# SPDX-License-Identifier: GPL-2.0-or-later
"""fapfon-proxy on the VPN server, and the NAT rules of the seed that hand it what phones send to the Box."""

from .topology import host
from .wait import check, check_equal, until

SIP_PORT = 5060


class FapfonProxy:
    def __init__(self, topology, program, directory, options=()):
        self.vpn = topology["vpn"]
        self.ip = topology.ip
        state = directory / "proxy-state"
        state.mkdir(exist_ok=True)
        self._nat("-A")
        self.process = self.vpn.start(
            "fapfon-proxy", [program, "--verbose=3", "--dump=FON", "--dump=BOX", f"--state={state}", *options, self.ip.box]
        )
        self._await_sockets()

    def _await_sockets(self):
        def listening():
            check(self.process.popen.poll() is None, f"fapfon-proxy ended with code {self.process.popen.returncode}")
            udp = self.vpn.run("ss", "-Hlun", f"sport = :{SIP_PORT}")
            tcp = self.vpn.run("ss", "-Hltn", f"sport = :{SIP_PORT}")
            return udp and tcp

        until(listening, f"fapfon-proxy on port {SIP_PORT}, UDP and TCP")

    def _nat(self, action):
        for transport in ("tcp", "udp"):
            self.vpn.run(
                "iptables" if self.ip.version == 4 else "ip6tables",
                "-t",
                "nat",
                action,
                "PREROUTING",
                "-s",
                self.ip.vpn_range,
                "-d",
                self.ip.box,
                "-p",
                transport,
                "--dport",
                str(SIP_PORT),
                "-j",
                "DNAT",
                "--to-destination",
                f"{host(self.ip.vpn_server)}:{SIP_PORT}",
            )

    def finish(self):
        """It is still there after all that, and ends in order."""
        check(
            self.process.popen.poll() is None, f"fapfon-proxy ended with code {self.process.popen.returncode} during the scenario"
        )
        self.process.stop()
        check_equal(self.process.popen.returncode, 0, "exit code of fapfon-proxy after SIGTERM")
