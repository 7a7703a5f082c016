# SPDX-License-Identifier: GPL-2.0-or-later
"""A user of the original program changes over: its configuration file is taken as it is (N2)."""

from ..baresip import home_phone, vpn_phone
from ..installed import CONFIGURATION, LOGFILE
from ..proxy import FapfonProxy
from ..topology import VPN_SERVER
from ..wait import check, check_equal
from .ends import Ends
from .registry import scenario
from .service import ruleset

SETTINGS = """\
BOX="172.30.10.1"
VPN="172.20.11.0/24 172.20.12.0/24"
OPTIONS="--verbose=1"
LOGFILE="/var/log/fapfon-proxy.log"
#SIP_REDIRECT_PORT="--port=6060"
"""

@scenario()
def original_configuration_with_our_unit(world):
    """The original's configuration file, untouched, and our package."""
    return phone_is_served(world, FapfonProxy(world))


def phone_is_served(world, proxy):
    before = ruleset(world)
    CONFIGURATION.write_text(SETTINGS)
    box = world.start_box()
    world.proxy = proxy
    proxy.start()
    home = home_phone(world)
    phone = vpn_phone(world, transport="udp")
    phone.await_registration()
    stored = box.await_binding("user")
    check(f"@{VPN_SERVER}:" in stored, f"the Box has stored an address of the VPN server, not {stored}")
    ends = Ends(world, home, phone)
    called = ends.call_in()
    ends.hang_up(home, phone)
    calls = ends.call_out()
    ends.hang_up(phone, home)
    check(LOGFILE.stat().st_size > 0, "nothing stands in the log file")
    proxy.stop()
    check_equal(ruleset(world), before, "the ruleset after the service has stopped")
    check_equal(CONFIGURATION.read_text(), SETTINGS, "the configuration file")
    return f"called: {called}; calls: {calls}"
