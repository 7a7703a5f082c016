# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody who sends RTP without a call: a tone, packet by packet in real time, from any place to any address."""

import random
import socket
import threading
import time

from .rtp import make_speech
from .sound import RATE, to_a_law, tone

PACKET_SAMPLES = 160
PACKET_S = PACKET_SAMPLES / RATE


class Speaker:
    """Says a tone in the background until the block ends. `targets` are (address, port), each gets every packet."""

    def __init__(self, namespace, targets, hertz, count=None):
        self.socket = namespace.udp_socket(targets[0][0])
        self.targets = targets
        # All tones are multiples of 10 Hz, so a tenth of a second is a whole number of waves.
        samples = [to_a_law(sample) for sample in tone(hertz, 5 * PACKET_SAMPLES)]
        self.payloads = [bytes(samples[n * PACKET_SAMPLES : (n + 1) * PACKET_SAMPLES]) for n in range(5)]
        self.count = count
        self.source = random.getrandbits(32)
        self.sent = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.socket.close()

    def received(self):
        """How many packets have come back to its socket."""
        count = 0
        while True:
            try:
                self.socket.recv(65536, socket.MSG_DONTWAIT)
                count += 1
            except ConnectionRefusedError:
                pass  # news of a packet of ours that nobody wanted
            except BlockingIOError:
                return count

    def finish(self):
        """Wait until all `count` packets are out."""
        self.thread.join()

    def _speak(self):
        begin = time.monotonic()
        while self.sent != self.count and not self.stopping.wait(max(0.0, begin + self.sent * PACKET_S - time.monotonic())):
            for target in self.targets:
                try:
                    self.socket.sendto(make_speech(self.sent, self.payloads[self.sent % 5], self.source), target)
                except ConnectionRefusedError:
                    pass
            self.sent += 1
