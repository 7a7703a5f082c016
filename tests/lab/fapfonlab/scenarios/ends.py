# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between a home phone and a phone on the VPN, judged by what arrives at both ends."""

import time

from ..ear import ENOUGH_S, await_sound
from ..wait import until

SILENT_S = 0.5  # twenty times what lies between two packets


class Ends:
    """The two phones of a call. Each says a tone of its own; each has to hear the other's, and nothing else."""

    def __init__(self, world, home, phone):
        self.world, self.home, self.phone = world, home, phone
        self.hears = {home.ear: phone.tone, phone.ear: home.tone}

    def call_in(self):
        """The home phone calls; the phone on the VPN rings and picks up; both hear each other."""
        return self.call(self.home, self.phone)

    def call_out(self):
        """The phone on the VPN calls; the home phone rings and picks up; both hear each other."""
        return self.call(self.phone, self.home)

    def call(self, calling, called):
        self.connect(calling, called)
        heard = self.await_audio()
        self.home.await_decoded(self.phone.tone)
        self.phone.await_decoded(self.home.tone)
        return heard

    def connect(self, calling, called):
        """Up to the moment that both say the call is established; the ears listen from now on."""
        self.listen_anew()
        calling.dial(called.user)
        called.await_event("CALL_INCOMING")
        called.answer()
        calling.await_event("CALL_ESTABLISHED")

    def listen_anew(self):
        for ear in self.hears:
            ear.listen_anew()

    def await_audio(self, seconds=ENOUGH_S):
        """From now on both hear each other for so long."""
        self.listen_anew()
        return await_sound(self.hears, seconds)

    def await_silence(self):
        """Nobody hears anything any more (baresip sends nothing while a call is held, whoever holds it)."""
        for ear in self.hears:
            until(lambda: time.time() > ear.last_arrival() + SILENT_S, f"silence at {ear.name}")

    def hang_up(self, ending, other):
        ending.hang_up()
        other.await_event("CALL_CLOSED")
        ending.await_event("CALL_CLOSED")
