# SPDX-License-Identifier: GPL-2.0-or-later
"""`fapfon-proxy setup` under the real systemd: by a script, and by a person at a terminal who then makes a call."""

import fcntl
import os
import select
import signal
import subprocess
import termios
import time

from ..baresip import home_phone, vpn_phone
from ..installed import CONFIGURATION, PROGRAM
from ..systemd import Systemd
from ..wait import LabFailure, check, check_equal
from .ends import Ends
from .registry import scenario

UNIT = "fapfon-proxy.service"
PATIENCE_S = 60


class Person:
    """Somebody at a terminal of their own: reads what the program shows, and types."""

    def __init__(self, systemd, log, *argv):
        self.master, slave = os.openpty()
        self.shown = ""
        self.log = log

        def own_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, not for nsenter

        self.process = subprocess.Popen(
            systemd.inside(*argv), stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal, close_fds=True
        )
        os.close(slave)

    def read_until(self, text):
        """All that was shown up to and with `text`, which is then forgotten."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready or not self._read_some():
                raise LabFailure(f"waited for {text!r}, and was shown:\n{self.shown}")
        before, _, self.shown = self.shown.partition(text)
        return before + text

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """What was shown last, and the exit code."""
        while self._read_some():
            pass
        code = self.process.wait(timeout=PATIENCE_S)
        os.close(self.master)
        return self.shown, code

    def _read_some(self):
        try:
            data = os.read(self.master, 4096).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # EIO: nobody has the other end any more
            return False
        with open(self.log, "a") as log:
            log.write(data)
        self.shown += data
        return bool(data)


@scenario(vpn="wireguard")
def setup_by_a_script(world):
    """`setup --yes` fills in the shipped file, starts the service, finds no fault, and changes nothing the second time."""
    world.start_box()
    systemd = Systemd(world.topology["vpn"], world.directory)
    try:
        shipped = CONFIGURATION.read_text()
        done = systemd.run(PROGRAM, "setup", "--yes")
        check_equal(done.returncode, 0, f"exit code of setup\n{done.stdout}{done.stderr}{systemd.journal()}")
        ip = world.topology.ip
        wanted = shipped.replace('\nBOX=""\n', f'\nBOX="{ip.box}"\n').replace('\nVPN=""\n', f'\nVPN="{ip.vpn_range}"\n')
        check_equal(CONFIGURATION.read_text(), wanted, "the settings")
        check_equal(systemd.show(UNIT, "ActiveState"), "active", "the service")
        check_equal(systemd.show(UNIT, "UnitFileState"), "enabled", "whether the service starts with the machine")
        pid = systemd.show(UNIT, "MainPID")
        again = systemd.run(PROGRAM, "setup", "--yes")
        check_equal(again.returncode, 0, f"exit code of the second setup\n{again.stdout}{again.stderr}")
        check("nothing was changed" in again.stdout, f"the second setup says:\n{again.stdout}")
        check_equal(CONFIGURATION.read_text(), wanted, "the settings after the second run")
        check_equal(systemd.show(UNIT, "MainPID"), pid, "the program after the second run")
        return done.stdout.splitlines()[-1].strip()
    finally:
        (world.directory / "systemd.journal.log").write_text(systemd.journal())
        systemd.end()


@scenario(vpn_way="masqueraded")
def setup_by_a_person(world):
    """At a terminal: Ctrl-C changes nothing; one question, then a phone registers and is called, and setup says what it heard."""
    world.start_box()
    systemd = Systemd(world.topology["vpn"], world.directory)
    try:
        before = CONFIGURATION.read_text()
        hasty = Person(systemd, world.directory / "setup-1.log", PROGRAM, "setup")
        hasty.read_until("Write this and start fapfon-proxy? [Y/n] ")
        hasty.type("\x03")
        shown, code = hasty.end()
        check("Nothing was changed." in shown and code == 1, f"Ctrl-C ends with {code}:\n{shown}")
        check_equal(CONFIGURATION.read_text(), before, "the settings after Ctrl-C")
        check_equal(sorted(p.name for p in CONFIGURATION.parent.glob("fapfon-proxy*")), ["fapfon-proxy"], "files left by Ctrl-C")

        person = Person(systemd, world.directory / "setup-2.log", PROGRAM, "setup")
        person.read_until("Write this and start fapfon-proxy? [Y/n] ")
        person.type("\n")
        person.read_until("Now try it.")
        home = home_phone(world)
        phone = vpn_phone(world, transport="tcp")
        person.read_until("A phone is registered: user.")
        ends = Ends(world, home, phone)
        heard = ends.call_in()
        person.read_until("A call comes for the phone.")
        ends.hang_up(home, phone)
        person.read_until("Audio came from both sides.")
        shown, code = person.end()
        check_equal(code, 0, f"exit code of setup\n{shown}{systemd.journal()}")
        for good in ("runs and starts", "finds no fault", "registered: user", "heard both ways"):
            check(any(line.startswith("  [x]") and good in line for line in shown.splitlines()), f"{good} is missing:\n{shown}")
        phone.stop()
        home.stop()
        return f"asked once, registered, called ({heard}), heard both ways"
    finally:
        (world.directory / "systemd.journal.log").write_text(systemd.journal())
        systemd.end()


def settings_found(world, expected_vpn):
    """`setup --yes` writes a file of its own, which no service reads, so that nothing is started."""
    world.start_box()
    file = world.directory / "settings"
    file.write_text("# mine\n")
    vpn = world.topology[world.topology.proxy_place]
    done = subprocess.run(
        ["ip", "netns", "exec", vpn.name, PROGRAM, "setup", "--yes", f"--config={file}"], capture_output=True, text=True
    )
    check_equal(done.returncode, 0, f"exit code of setup\n{done.stdout}{done.stderr}")
    expected = f'# mine\nBOX="{world.topology.ip.box}"\nVPN="{expected_vpn}"\n'
    check_equal(file.read_text(), expected, f"the settings\n{done.stdout}")
    return expected.replace("\n", " ").strip()


@scenario(vpn="tailscale", ip="tailscale")
def setup_finds_tailscale(world):
    """Tailscale gives this machine one address; its phones may have any of 100.64.0.0/10."""
    return settings_found(world, "100.64.0.0/10")


@scenario(vpn="zerotier", ip="zerotier")
def setup_finds_zerotier(world):
    """ZeroTier's interface is an Ethernet."""
    return settings_found(world, world.topology.ip.vpn_range)


@scenario(vpn="wireguard", vpn_way="in a container", ip="wg-easy")
def setup_finds_wg_easy(world):
    """The VPN server is in a container, so phones come from the network of that container."""
    return settings_found(world, "10.42.42.0/24")


@scenario(place="vps hub", vpn="wireguard by a hub")
def setup_finds_the_vpn_of_a_hub(world):
    """This machine is a client of the VPN, as the phones are."""
    return settings_found(world, world.topology.ip.vpn_range)


@scenario(place="box behind a router", vpn="wireguard", ip="box by its outer address")
def setup_needs_a_box_that_is_not_the_gateway(world):
    """The default gateway is a router without SIP: nothing is written until somebody names the Box."""
    world.start_box()
    file = world.directory / "settings"
    file.write_text("")
    command = ["ip", "netns", "exec", world.topology["vpn"].name, PROGRAM, "setup", "--yes", f"--config={file}"]
    done = subprocess.run(command, capture_output=True, text=True)
    check_equal((done.returncode, file.read_text()), (1, ""), f"exit code and settings\n{done.stdout}{done.stderr}")
    named = subprocess.run([*command, world.topology.ip.box], capture_output=True, text=True)
    check_equal(named.returncode, 0, f"exit code with the Box named\n{named.stdout}{named.stderr}")
    check(f'BOX="{world.topology.ip.box}"' in file.read_text(), f"the settings:\n{file.read_text()}")
    return done.stdout.splitlines()[-1]
