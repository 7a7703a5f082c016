# SPDX-License-Identifier: GPL-2.0-or-later
"""A user of the original program changes over: its configuration file is taken as it is (N2)."""

import pathlib
import shutil

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

ORIGINAL_PROGRAMS = pathlib.Path("/usr/local/bin")
ORIGINAL_UNIT = pathlib.Path("/etc/systemd/system/fapfon-proxy.service")

# What the original's unit does, as its user has it in /etc/systemd/system.
UNIT = """\
[Unit]
After=network.target

[Service]
EnvironmentFile=/etc/default/fapfon-proxy
ExecStartPre=/usr/local/bin/fapfon-proxy.nat setup
ExecStart=/usr/local/bin/fapfon-proxy $OPTIONS $SIP_REDIRECT_PORT --logfile=${LOGFILE} ${BOX}
ExecStopPost=/usr/local/bin/fapfon-proxy.nat cleanup

[Install]
WantedBy=multi-user.target
"""


# What the original's own script does with iptables: packets of VPN clients for the Box go to this machine.
RULES = """\
#!/bin/sh
. /etc/default/fapfon-proxy
case $1 in setup) change=-A ;; *) change=-D ;; esac
for range in $VPN; do
  for transport in tcp udp; do
    iptables -t nat $change PREROUTING -s $range -d $BOX -p $transport --dport 5060 -j DNAT --to-destination 172.30.10.2:5060
  done
done
"""


@scenario()
def original_configuration_with_our_unit(world):
    """The original's configuration file, untouched, and our package."""
    before = ruleset(world)
    served = phone_is_served(world, FapfonProxy(world))
    check_equal(ruleset(world), before, "the ruleset after the service has stopped")
    return served


@scenario()
def original_configuration_and_unit(world):
    """The original's configuration file and unit, untouched; only the two programs in /usr/local/bin are ours."""
    before = ruleset(world)
    install_as_the_original("fapfon-proxy", "fapfon-proxy.nat")
    served = phone_is_served(world, FapfonProxy(world, unit=ORIGINAL_UNIT))
    check_equal(ruleset(world), before, "the ruleset after the service has stopped")
    return served


@scenario()
def original_configuration_unit_and_rules(world):
    """The original's configuration file, unit and rules by iptables, untouched; only the program itself is ours."""
    install_as_the_original("fapfon-proxy")
    script = ORIGINAL_PROGRAMS / "fapfon-proxy.nat"
    script.write_text(RULES)
    script.chmod(0o755)
    return phone_is_served(world, FapfonProxy(world, unit=ORIGINAL_UNIT))


def install_as_the_original(*programs):
    """Where the original has its programs and its unit, and not where a package has them."""
    for name in programs:
        shutil.copy(f"/usr/bin/{name}", ORIGINAL_PROGRAMS / name)
    for name in ("fapfon-proxy", "fapfon-proxy.nat"):
        pathlib.Path("/usr/bin", name).unlink()
    ORIGINAL_UNIT.parent.mkdir(parents=True, exist_ok=True)
    ORIGINAL_UNIT.write_text(UNIT)


def phone_is_served(world, proxy):
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
    check_equal(CONFIGURATION.read_text(), SETTINGS, "the configuration file")
    return f"called: {called}; calls: {calls}"
