# SPDX-License-Identifier: GPL-2.0-or-later
"""A real softphone, baresip 1.0, steered by its ctrl_tcp module: commands go in, events come out."""

import functools
import json
import pathlib
import select

from .ear import Ear
from .kamailio import PASSWORDS
from .sound import TONES, WINDOW_S, judge_all, read_wav
from .topology import host
from .wait import PATIENCE_S, LabFailure, check, until

CONTROL_PORT = 4444
PHONE_SIP_PORT = 61211
SHORT_REGISTRATION = ";regint=10"  # baresip notices a changed network only when it registers again

CONFIG = """
poll_method epoll
sip_listen 0.0.0.0:{sip_port}
net_interface {interface}
rtp_ports {rtp_ports}
rtp_stats yes
call_max_calls 4
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module ice.so
module srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control_port}
audio_source ausine,{tone}
audio_player aubridge,ear
snd_path {home}
audio_alert aubridge,bell
audio_path /nonexistent
ausrc_srate 48000
ausrc_channels 2
rtcp_mux {rtcp_mux}
"""


class Softphone:
    """One baresip. Its accounts are `user` and, with `more_users`, others; `parameters` are baresip's, for all of them."""

    def __init__(
        self,
        topology,
        where,
        user,
        directory,
        *,
        transport="udp",
        interface="eth0",
        sip_port=5060,
        rtp_ports="7078-7178",
        password=None,
        parameters="",
        more_users=(),
        ip=None,
        rtcp_mux="no",
        display_name="",
    ):
        self.namespace = topology[where]
        ip = ip or topology.ip  # what it speaks
        self.box = host(ip.box)
        self.user = user
        self.users = [user, *more_users]
        self.name = f"baresip-{where}"
        self.tone = TONES[where]  # Hz, what it says all the time
        self.events = []
        self.control = None
        self.unread = b""
        self.directory = pathlib.Path(directory)
        self.home = home = self.directory / self.name
        home.mkdir(exist_ok=True)
        settings = dict(sip_port=sip_port, interface=interface, rtp_ports=rtp_ports, tone=self.tone, home=home, rtcp_mux=rtcp_mux)
        (home / "config").write_text(CONFIG.format(control_port=CONTROL_PORT, **settings))
        (home / "accounts").write_text(
            "".join(
                f"{display_name}<sip:{name}@{self.box};transport={transport}>;auth_user={name}"
                f";auth_pass={password or PASSWORDS[name]};audio_codecs=pcma,pcmu{parameters}\n"
                for name in self.users
            )
        )
        self.process = self.namespace.start(self.name, ["baresip", f"-{ip.version}", "-s", "-v", "-f", str(home)])
        self.control = until(self._connect, f"the control port of {self.name}")

    def _connect(self):
        check(self.process.popen.poll() is None, f"{self.name} ended with code {self.process.popen.returncode}")
        try:
            return self.namespace.connect("127.0.0.1", CONTROL_PORT)
        except OSError:
            return None

    def command(self, name, parameters=""):
        text = json.dumps({"command": name, "params": parameters}).encode()
        self.control.sendall(b"%d:%s," % (len(text), text))

    def await_event(self, kind, seconds=PATIENCE_S):
        """The first event of this kind since the last await_event or forget; it and all before it are used up."""

        def arrived():
            self._read()
            for index, event in enumerate(self.events):
                if event.get("type") == kind:
                    del self.events[: index + 1]
                    return event
            return None

        return until(arrived, f"{kind} at {self.name}", seconds)

    def seen(self, kind):
        """Whether an event of this kind has come since the last await_event."""
        self._read()
        return any(event.get("type") == kind for event in self.events)

    def forget_events(self):
        self._read()
        self.events.clear()

    def _read(self):
        while select.select([self.control], [], [], 0)[0]:
            data = self.control.recv(65536)
            if not data:
                raise LabFailure(f"{self.name} closed its control connection")
            self.unread += data
        while b":" in self.unread:
            length, _, rest = self.unread.partition(b":")
            if len(rest) <= int(length):
                return
            message = json.loads(rest[: int(length)])
            self.unread = rest[int(length) + 1 :]
            if message.get("event"):
                self.events.append(message)

    def await_registration(self):
        """Wait for the first registration; it may be over before we are connected, so the log has to tell."""
        self.process.await_log("200 OK (FRITZ!OS) [", times=len(self.users))

    def await_refusal(self):
        """Wait until the Box has refused the registration: a second 401, after the digest."""
        self.process.await_log("401 Unauthorized (FRITZ!OS)")

    def dial(self, user):
        self.command("dial", f"sip:{user}@{self.box}")

    def answer(self):
        self.command("accept")

    @functools.cached_property
    def ear(self):
        """What arrives for it, as sound."""
        return Ear(self.namespace, self.directory)

    def await_decoded(self, hertz, seconds=1.0):
        """Wait until it has itself decoded so much of a tone since the call began, and check that it was nothing else.

        baresip records what it decodes up to the first re-INVITE of a call.
        """

        def windows():
            recordings = sorted(self.home.glob("dump-*-dec.wav"))
            return judge_all(read_wav(recordings[-1])) if recordings else []

        until(lambda: windows().count(hertz) * WINDOW_S >= seconds, f"{seconds} s of {hertz} Hz as {self.name} decodes it")
        others = set(windows()) & set(TONES.values()) - {hertz}
        check(not others, f"{self.name} has decoded {others} Hz besides {hertz} Hz")

    def hang_up(self):
        self.command("hangup")

    def hold(self):
        self.command("hold")

    def resume(self):
        self.command("resume")

    def stop(self):
        """End it in order; it de-registers."""
        self.process.stop()


def home_phone(world, where="home", **settings):
    """A phone in the home network, registered at the Box."""
    phone = Softphone(world.topology, where, where, world.directory, **settings)
    phone.await_registration()
    return phone


def vpn_phone(world, where="phone1", user="user", transport="tcp", claims="carrier", rtp_ports="4000-4100", **settings):
    """A phone at the far end of the tunnel. What it claims in Contact and SDP is its carrier address, or the right one.

    baresip binds its sockets to the address that it claims, where other apps bind to any address; so the kernel has to
    give its packets the tunnel's address, and bring what arrives there to it. What the VPN server sees is the same. What
    leaves while there is no tunnel is not tracked, lest the kernel keep for good that it needs no other address.
    """
    tunnel = world.vpn.interface(where)
    if claims == "carrier":
        ip = world.topology.ip
        world.topology[where].nft(
            f"""
            table {ip.nft} app {{
                chain postrouting {{ type nat hook postrouting priority srcnat; oifname "{tunnel}" masquerade; }}
                chain prerouting {{ type nat hook prerouting priority dstnat; iifname "{tunnel}" dnat to {ip.carrier[where]}; }}
                chain output {{ type filter hook output priority raw; {ip.nft} daddr {ip.home_range} oifname != "{tunnel}" notrack; }}
            }}
        """
        )
    return Softphone(
        world.topology,
        where,
        user,
        world.directory,
        transport=transport,
        sip_port=PHONE_SIP_PORT,
        interface="rmnet0" if claims == "carrier" else tunnel,
        rtp_ports=rtp_ports,
        **settings,
    )
