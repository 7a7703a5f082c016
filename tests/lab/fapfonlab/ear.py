# SPDX-License-Identifier: GPL-2.0-or-later
"""The ear of a softphone: which tones arrive, for how long, and with which holes."""

import collections
import time

from .capture import Capture
from .rtp import read_speech
from .sound import NOISE, SILENCE, WINDOW_S, decode, judge
from .wait import LabFailure, check, until

PACKETS = 5  # of 20 ms in a window
ENOUGH_S = 1.5
# A path that breaks stays broken. A machine under heavy load loses some tenths in the queues of the tunnel.
LONG_HOLE_S = 1.0
PACKET_S = 0.02
NOISE_LIMIT_S = 0.35  # a tone begins and ends within a window, and so may a second one

Heard = collections.namedtuple("Heard", "time window")  # `window`: Hz, SILENCE or NOISE


class Ear:
    """Everything that arrives for one softphone, as sound.

    It is heard on the wire at the softphone's own interface, so that time is the kernel's. That the softphone itself decodes
    it is seen elsewhere (`Softphone.decoded`); its recordings end with the first re-INVITE, and tell no time.
    """

    def __init__(self, namespace, directory):
        self.name = namespace.name
        self.capture = Capture(namespace, directory)
        self.read = 0
        self.arrivals = []  # times of packets
        self.windows = []
        self.groups = {}  # by RTP source and sequence number: samples of the packets that make up a window
        self.sequences = {}  # by RTP source: sequence numbers since then
        self.begin = 0.0

    def listen_anew(self):
        """Nothing before this moment counts."""
        self._listen()
        self.begin = time.time()
        self.sequences.clear()

    def seconds_of(self, what):
        """How long it has heard this: Hz, SILENCE or NOISE."""
        return sum(heard.window == what for heard in self._heard()) * WINDOW_S

    def tones(self):
        """{Hz: seconds} of all tones that it has heard."""
        found = collections.Counter(heard.window for heard in self._heard())
        return {hertz: count * WINDOW_S for hertz, count in found.items() if hertz not in (SILENCE, NOISE)}

    def longest_hole_s(self):
        """The longest piece that was said and has not arrived. On a busy machine a softphone stutters; that is no hole."""
        self._listen()
        return max((max(holes_in(sequences)) for sequences in self.sequences.values()), default=0) * PACKET_S

    def first_after(self, moment):
        """When the first packet after a moment arrived, or None."""
        self._listen()
        return next((arrival for arrival in self.arrivals if arrival > moment), None)

    def last_arrival(self):
        """When the last packet so far arrived."""
        self._listen()
        return self.arrivals[-1] if self.arrivals else 0.0

    def packets(self):
        self._listen()
        return sum(arrival >= self.begin for arrival in self.arrivals)

    def _heard(self):
        self._listen()
        return [heard for heard in self.windows if heard.time >= self.begin]

    def _listen(self):
        captured = self.capture.packets()
        for packet in captured[self.read :]:
            if not packet.is_outgoing and (speech := read_speech(packet)):
                self.arrivals.append(packet.time)
                self._hear(packet.time, speech)
        self.read = len(captured)

    def _hear(self, moment, speech):
        """Judge each group of packets when its last one is there: late ones find their place, lost ones leave it unjudged."""
        self.sequences.setdefault(speech.source, []).append(speech.sequence)
        group = self.groups.setdefault((speech.source, speech.sequence // PACKETS), {})
        if speech.sequence in group:
            return  # it came twice
        group[speech.sequence] = decode(speech.payload_type, speech.payload)
        if len(group) == PACKETS:
            samples = [sample for _, samples in sorted(group.items()) for sample in samples]
            self.windows.append(Heard(moment, judge(samples)))


def holes_in(sequences):
    """How many packets are missing before each one, in the order of their sequence numbers, which wrap at 16 bits."""
    numbers = sorted({(number - sequences[0] + 0x8000) & 0xFFFF for number in sequences})
    return [0] + [after - before - 1 for before, after in zip(numbers, numbers[1:])]


def await_sound(expected, seconds=ENOUGH_S):
    """Wait until each ear has heard its tone for so long: {ear: Hz}. Nothing else may be heard, and no long hole."""
    for ear, hertz in expected.items():
        try:
            until(lambda: ear.seconds_of(hertz) >= seconds, f"{seconds} s of {hertz} Hz at {ear.name}")
        except LabFailure as failure:
            raise LabFailure(f"{failure}; heard {ear.tones()}, noise for {ear.seconds_of(NOISE):.1f} s, {ear.packets()} packets")
    for ear, hertz in expected.items():
        only_heard(ear, hertz)
        hole = ear.longest_hole_s()
        check(hole < LONG_HOLE_S, f"{hole:.2f} s of {hertz} Hz are missing at {ear.name}")
    return ", ".join(f"{ear.name} hears {hertz} Hz for {ear.seconds_of(hertz):.1f} s" for ear, hertz in expected.items())


def only_heard(ear, hertz):
    """No other tone was heard than this one: no echo of its own, nobody else's call."""
    others = {other: seconds for other, seconds in ear.tones().items() if other != hertz}
    check(not others, f"{ear.name} hears {others} (Hz: s) besides {hertz} Hz")
    noise = ear.seconds_of(NOISE)
    check(noise < NOISE_LIMIT_S, f"{ear.name} hears {noise:.1f} s of noise besides {hertz} Hz")
