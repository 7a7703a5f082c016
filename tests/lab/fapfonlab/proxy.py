# SPDX-License-Identifier: GPL-2.0-or-later
"""fapfon-proxy on the VPN server as its package installs it: settings, unit, NAT rules, user and log file."""

from .installed import UNIT, configure
from .unit import Service
from .wait import check, check_equal, until

SIP_PORT = 5060
WATCHED = "--verbose=3 --dump=FON --dump=BOX"  # whoever has to find out why something failed wants to see everything


class FapfonProxy:
    """The service; `settings` go into /etc/default/fapfon-proxy, `options` into its OPTIONS."""

    def __init__(self, world, options=(), unit=UNIT, **settings):
        self.vpn = world.topology[world.topology.proxy_place]
        ip = world.topology.ip
        self.settings = {"BOX": ip.box, "VPN": ip.vpn_range, "OPTIONS": " ".join([WATCHED, *options])} | settings
        configure(**self.settings)
        self.service = Service(self.vpn, unit, world.directory)

    def start(self):
        self.service.start()
        self.await_sockets()

    @property
    def process(self):
        return self.service.process

    def await_sockets(self):
        def listening():
            check(self.service.is_running(), f"fapfon-proxy ended:\n{self.service.journal()}")
            udp = self.vpn.run("ss", "-Hlun", f"sport = :{SIP_PORT}")
            tcp = self.vpn.run("ss", "-Hltn", f"sport = :{SIP_PORT}")
            return udp and tcp

        until(listening, f"fapfon-proxy on port {SIP_PORT}, UDP and TCP")

    def stop(self):
        """It is still there, ends in order, and takes its NAT rules with it."""
        check(self.service.is_running(), f"fapfon-proxy ended during the scenario:\n{self.service.journal()}")
        check_equal(self.service.stop(), 0, "exit code of fapfon-proxy after SIGTERM")
