// SPDX-License-Identifier: GPL-2.0-or-later
// A session description (RFC 8866) as the relay reads it.
#pragma once

#include "base/bytes.hpp"
#include "relay/description.hpp"
#include "relay/payload_format.hpp"
#include "sdp/session_reader.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::proxy {

/// The session description of a message; empty when it has none that can be read. Of the alternatives of one
/// multipart body the first counts, because all mean the same streams. Valid while the message's bytes live.
ByteView session_in(const sip::BodyParts& parts) noexcept;

/// M2, H6: the message asks for audio at an address of another IP version than `family` has.
bool asks_for_other_family(const sip::MessageView& message, Family family) noexcept;

/// Its streams, at most relay::kMaxStreams of them.
relay::Description describe(ByteView session) noexcept;

/// Calls `know(stream, relay::PayloadFormat)` for each payload type that it names.
template <typename Know>
void for_each_format(ByteView session, Know&& know) {
  sdp::SessionReader reader(session);
  while (const auto stream = reader.next()) {
    sdp::CodecReader codecs(*stream);
    while (const auto codec = codecs.next())
      know(reader.count() - 1, relay::PayloadFormat{codec->payload_type, codec->clock_rate, codec->name});
  }
}

}  // namespace fapfon::proxy
