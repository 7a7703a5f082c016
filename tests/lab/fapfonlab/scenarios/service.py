# SPDX-License-Identifier: GPL-2.0-or-later
"""The installed service: what its unit promises, step by step."""

import os
import pathlib

from ..baresip import home_phone, vpn_phone
from ..installed import LOGFILE
from ..proxy import FapfonProxy
from ..sipp import LISTENING_PORT, SeedPhone
from ..topology import IPV4, VPN_SERVER
from ..unit import Skipped
from ..wait import LabFailure, check, check_equal, until
from .ends import Ends
from .registry import scenario


@scenario()
def service_starts_and_stops(world):
    """Installed and configured: runs as its own user without any right, and leaves no rule behind when it stops (N1, N3)."""
    before = ruleset(world)
    world.start_box()
    proxy = world.start_proxy()
    check(ruleset(world) != before, "the service runs and there are no NAT rules")
    status = process_status(pathlib.Path(f"/proc/{proxy.service.main_pid()}/status").read_text())
    check(int(status["Uid"].split()[0]) != 0, "the program runs as root")
    check_equal(int(status["CapEff"], 16) | int(status["CapBnd"], 16), 0, "its capabilities")
    check_equal(status["NoNewPrivs"], "1", "NoNewPrivs")
    check("STATUS=" in proxy.service.said, f"it tells its status when it is ready, not only {proxy.service.said!r}")
    proxy.stop()
    check_equal(ruleset(world), before, "the ruleset after the service has stopped")
    return f"user {status['Uid'].split()[0]}, no capability; told: {proxy.service.said.strip()!r}"


@scenario()
def service_without_box_is_skipped(world):
    """Freshly installed, BOX still empty: it is skipped, the journal says what to do, and nothing has changed (N2, N3)."""
    before = ruleset(world)
    proxy = FapfonProxy(world, BOX="")
    try:
        proxy.start()
    except Skipped as skipped:
        check("BOX" in str(skipped), f"the journal does not name BOX:\n{skipped}")
        check_equal(ruleset(world), before, "the ruleset after a service that was skipped")
        return next(line for line in str(skipped).splitlines() if line.startswith("BOX"))
    raise LabFailure("the service started without BOX")


@scenario()
def service_with_mistakes_fails(world):
    """A mistake in the configuration is one line with file, line and remedy; a port that is taken leaves no rules behind."""
    before = ruleset(world)
    wrong_range = refusal(FapfonProxy(world, VPN="172.20.11.0/240"))
    check("/etc/default/fapfon-proxy:" in wrong_range, f"file and line are missing: {wrong_range}")
    check("172.20.11.0/240" in wrong_range, f"the mistake is missing: {wrong_range}")
    check_equal(ruleset(world), before, "the ruleset after a wrong configuration")

    holder = world.topology["vpn"].start("netcat", ["python3", "-c", TAKE_PORT])
    until(lambda: "5060" in world.topology["vpn"].run("ss", "-Hltn"), "somebody else on port 5060")
    taken = refusal(FapfonProxy(world))
    check("5060" in taken, f"the port is missing: {taken}")
    check_equal(ruleset(world), before, "the ruleset after a start that failed")
    holder.stop()
    return f"{wrong_range!r}; {taken!r}"


TAKE_PORT = "import signal, socket; s = socket.create_server(('', 5060)); signal.pause()"


LOGROTATE = "logrotate --force --state /run/logrotate.state /etc/logrotate.d/fapfon-proxy".split()


@scenario()
def service_reload_opens_a_new_log(world):
    """logrotate renames the log and asks for a reload: from then on the new file is written, and no call is lost."""
    world.start_box()
    proxy = world.start_proxy()
    home = home_phone(world)
    phone = vpn_phone(world, transport="tcp")
    phone.await_registration()
    ends = Ends(world, home, phone)
    ends.call_in()
    rotated = LOGFILE.with_suffix(".log.1")
    world.topology["vpn"].run(*LOGROTATE)
    check(rotated.exists(), "logrotate did not rename the log")
    proxy.service.reload()
    until(lambda: "opened again" in LOGFILE.read_text(), "the log that logrotate has made, opened")
    ends.hang_up(home, phone)
    until(lambda: "call ended" in LOGFILE.read_text(), "the call's end in the new log")
    check_equal(os.stat(LOGFILE).st_uid, os.stat(rotated).st_uid, "the owner of the new log")
    heard = ends.call_in()
    ends.hang_up(home, phone)
    return f"the new log is written; in a call after it: {heard}"


@scenario()
def service_crash(world):
    """kill -9: its unit takes the rules away, so phones reach the Box directly; started again, they are served again."""
    before = ruleset(world)
    box = world.start_box()
    proxy = world.start_proxy()
    served = registered_from(world, box)
    check(served.startswith(VPN_SERVER + ":"), f"the REGISTER came from {served}, past fapfon-proxy")
    check(proxy.service.crash() < 0, "fapfon-proxy survived SIGKILL")
    check_equal(ruleset(world), before, "the ruleset after a crash")
    direct = registered_from(world, box)
    check_equal(direct, f"{world.vpn.address['phone1']}:{LISTENING_PORT}", "the source of a REGISTER while nobody intercepts it")
    proxy.start()
    again = registered_from(world, box)
    check(again.startswith(VPN_SERVER + ":"), f"the REGISTER came from {again}, past fapfon-proxy")
    return f"REGISTER came from {served}, after the crash from {direct}, started again from {again}"


@scenario()
def service_gets_another_address(world):
    """The VPN server's address changes (DHCP): the service ends, and started again makes rules that fit; phones are served."""
    box = world.start_box()
    proxy = world.start_proxy()
    check(registered_from(world, box).startswith(VPN_SERVER + ":"), "the REGISTER went past fapfon-proxy")
    vpn = world.topology["vpn"]
    vpn.run("ip", "address", "add", f"{NEW_ADDRESS}/24", "dev", "eth0")
    vpn.run("ip", "route", "replace", IPV4.home_range, "dev", "eth0", "src", NEW_ADDRESS)
    until(lambda: not proxy.service.is_running(), "the end of fapfon-proxy", seconds=90)  # it looks every 30 s
    check_equal(proxy.service.ended(), 1, "its exit code, after which systemd starts it again")
    check("has changed" in proxy.service.journal(), "the journal does not say why")
    proxy.start()
    served = registered_from(world, box)
    check(served.startswith(NEW_ADDRESS + ":"), f"the REGISTER came from {served}, not from the new address")
    return f"REGISTER came from {VPN_SERVER} before and from {served} after"


NEW_ADDRESS = "172.30.10.3"


def registered_from(world, box):
    """The phone registers by UDP, always from the same port, where conntrack remembers yesterday's way. The Box's view."""
    phone = SeedPhone(world, "udp", "register")
    phone.await_success()
    return box.await_message("rcv", "REGISTER ", "Authorization", "tag=" + phone.tag("REGISTER")).source


def refusal(proxy):
    """The line with which a service does not start."""
    try:
        proxy.start()
    except LabFailure:
        return [line for line in proxy.service.journal().splitlines() if line.startswith("fapfon-proxy: ")][-1]
    raise LabFailure("the service started")


def ruleset(world):
    """Everything that filters or translates on the VPN server, without counters."""
    vpn = world.topology["vpn"]
    return vpn.run("nft", "--stateless", "list", "ruleset") + vpn.run("iptables-save") + vpn.run("ip6tables-save")


def process_status(text):
    return {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}
