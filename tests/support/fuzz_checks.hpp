// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold for any bytes at all; a broken property ends the program. The libFuzzer targets in fuzz/
// call these, and so does a test with the corpus, so that what a fuzzer once found stays found.
#pragma once

#include "base/bytes.hpp"

namespace fapfon::support {

/// MessageView and StreamFramer: every view lies in the bytes; a stream cut in two gives the same messages.
void check_message(ByteView bytes);
/// Ends the program unless `holds`.
void demand(bool holds, const char* property);

/// AddressReader: every address lies in the text and reads the same again. Relayed (S4): no byte outside of
/// the body changes but Content-Length, which is right, every stream keeps its place, and names a port of
/// ours.
void check_session(ByteView text);
/// Proxy, both sides: the first byte says who sends and how, and whether media is relayed, the rest is sent.
/// Nothing grows beyond bounds, one datagram gives one, what leaves to the Box can be read again. Packets
/// that come to the ports of the call then go on to somebody else or nowhere.
void check_proxy(ByteView bytes);
/// Latch and Reception: a script of SDP, time and packets. Only the expected address is heard and sent to,
/// and figures stay within reason.
void check_media(ByteView script);
/// Relay: the same for several calls. A packet goes to the other side of its own stream, never back to its
/// sender, and what one call has had no other gets.
void check_relay(ByteView script);

}  // namespace fapfon::support
