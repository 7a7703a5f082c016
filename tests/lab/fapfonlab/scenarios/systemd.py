# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit under the real systemd, with its whole sandbox."""

from ..baresip import home_phone, vpn_phone
from ..installed import LOGFILE
from ..proxy import FapfonProxy
from ..systemd import Systemd
from ..topology import VPN_SERVER
from ..wait import check, check_equal, until
from .ends import Ends
from .registry import scenario
from .service import LOGROTATE, process_status, registered_from, ruleset

UNIT = "fapfon-proxy.service"
HASTY = "[Service]\nWatchdogSec=2\nRestartSec=200ms\n"  # nobody wants to wait for half a minute here
IMPOSSIBLE = "[Service]\nSystemCallFilter=~execve\n"


@scenario()
def service_under_systemd(world):
    """The real systemd, with the whole sandbox: skipped without BOX, failed where no sandbox can be made, started,
    called, its rules set up again behind a firewall, reloaded by logrotate, replaced when it is killed or hangs, stopped (N3)."""
    before = ruleset(world)
    systemd = Systemd(world.topology["vpn"], world.directory)
    try:
        is_skipped_without_box(world, systemd)
        fails_without_sandbox(world, systemd)
        heard = is_started_and_called(world, systemd)
        ruleset_while_it_runs = ruleset(world)
        outlives_a_firewall(world, systemd)
        is_replaced(world, systemd, "KILL", times=1)
        is_replaced(world, systemd, "STOP", times=2)
        check_equal(ruleset(world), ruleset_while_it_runs, "the ruleset after two restarts")
        status = systemd.show(UNIT, "StatusText")
        systemd.systemctl("stop", UNIT)
        check_equal(systemd.show(UNIT, "Result"), "success", "how the service has ended")
        check_equal(ruleset(world), before, "the ruleset after the service has stopped")
        return f"skipped, started, called ({heard}), replaced twice ({status}), stopped"
    finally:
        (world.directory / "systemd.journal.log").write_text(systemd.journal())
        systemd.end()


def is_skipped_without_box(world, systemd):
    FapfonProxy(world, BOX="")
    systemd.start(UNIT)
    check_equal(systemd.show(UNIT, "ActiveState"), "inactive", "the service without BOX")
    check("BOX is not set" in systemd.journal(), "the journal does not say that BOX is missing")


def fails_without_sandbox(world, systemd):
    """Where a sandbox cannot be made, as in some containers, the service must fail: nobody looks for what was skipped."""
    FapfonProxy(world)
    drop_in(systemd, IMPOSSIBLE)
    check(systemd.systemctl("start", UNIT).returncode != 0, "the service started without its sandbox, or was skipped")
    check("status=203/EXEC" in systemd.journal(), "the journal does not say what failed")
    systemd.systemctl("stop", UNIT)  # systemd goes on trying


def outlives_a_firewall(world, systemd):
    """Debian's nftables.service flushes everybody's rules; when it is reloaded, ours are set up again."""
    before = ruleset(world)
    systemd.write("/etc/nftables.conf", "flush ruleset\n")
    systemd.systemctl("start", "nftables.service")
    check(ruleset(world) != before, "nftables.service does not flush the ruleset, so nothing is shown here")
    systemd.systemctl("reload", "nftables.service")
    until(lambda: ruleset(world) == before, "the NAT rules, set up again after the reload of the firewall")


def drop_in(systemd, text):
    """What `systemctl edit` does."""
    systemd.write(f"/etc/systemd/system/{UNIT}.d/override.conf", text)
    systemd.systemctl("daemon-reload")


def is_started_and_called(world, systemd):
    world.start_box()
    drop_in(systemd, HASTY)
    systemd.start(UNIT)
    status = process_status(systemd.status_of(UNIT))
    check_equal(int(status["CapEff"], 16) | int(status["CapBnd"], 16), 0, "its capabilities")
    check_equal(status["Seccomp"], "2", "its system calls are filtered (2)")
    home = home_phone(world)
    phone = vpn_phone(world, transport="tcp")
    phone.await_registration()
    ends = Ends(world, home, phone)
    heard = ends.call_in()
    done = systemd.run(*LOGROTATE)
    check_equal((done.returncode, done.stderr), (0, ""), "what logrotate says")
    until(lambda: "opened again" in LOGFILE.read_text(), "the log that logrotate has made, opened")
    ends.hang_up(home, phone)
    until(lambda: "call ended" in LOGFILE.read_text(), "the call's end in the log that logrotate has made")
    phone.stop()
    home.stop()
    return heard


def is_replaced(world, systemd, how, times):
    """The program gets a signal that it cannot catch; soon there is another one that serves phones."""
    systemd.systemctl("kill", "--kill-who=main", f"--signal={how}", UNIT)
    until(lambda: systemd.show(UNIT, "NRestarts") == str(times), f"restart {times}, after SIG{how}")
    until(lambda: systemd.show(UNIT, "ActiveState") == "active", f"the service, after SIG{how}")
    source = registered_from(world, world.box)
    check(source.startswith(VPN_SERVER + ":"), f"after SIG{how} the REGISTER came from {source}, past fapfon-proxy")
