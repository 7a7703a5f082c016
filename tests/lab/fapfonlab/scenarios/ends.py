# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between a home phone and a phone on the VPN, judged by what arrives at both ends."""

from ..rtp import RtpCounter, await_audio


class Ends:
    """The two phones of a call, and the audio that arrives at each."""

    def __init__(self, world, home, phone):
        self.home, self.phone = home, phone
        self.at_home, self.at_phone = RtpCounter(home.namespace), RtpCounter(phone.namespace)

    def call_in(self):
        """The home phone calls; the phone on the VPN rings and picks up; both hear each other."""
        self.home.dial(self.phone.user)
        self.phone.await_event("CALL_INCOMING")
        self.phone.answer()
        self.home.await_event("CALL_ESTABLISHED")
        return self.await_audio()

    def call_out(self):
        """The phone on the VPN calls; the home phone rings and picks up; both hear each other."""
        self.phone.dial(self.home.user)
        self.home.await_event("CALL_INCOMING")
        self.home.answer()
        self.phone.await_event("CALL_ESTABLISHED")
        return self.await_audio()

    def await_audio(self):
        self.at_home.reset()
        self.at_phone.reset()
        at_home, at_phone = await_audio(self.at_home, self.at_phone)
        return f"{at_home} RTP packets at home, {at_phone} at the phone"

    def hang_up(self, ending, other):
        ending.hang_up()
        other.await_event("CALL_CLOSED")
        ending.await_event("CALL_CLOSED")
