// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold for any bytes at all; a broken property ends the program. The libFuzzer targets in fuzz/
// call these, and so does a test with the corpus, so that what a fuzzer once found stays found.
#pragma once

#include "base/bytes.hpp"

namespace fapfon::support {

/// MessageView and StreamFramer: every view lies in the bytes; a stream cut in two gives the same messages.
void check_message(ByteView bytes);
/// AddressReader: every address lies in the text and reads the same again.
void check_session(ByteView text);
/// Proxy, both sides: the first byte says who sends and how, the rest is sent. Nothing grows beyond bounds,
/// one datagram gives one, what leaves to the Box can be read again.
void check_proxy(ByteView bytes);
/// Latch and Reception: a script of SDP, time and packets. Only the expected address is heard and sent to,
/// and figures stay within reason.
void check_media(ByteView script);

}  // namespace fapfon::support
