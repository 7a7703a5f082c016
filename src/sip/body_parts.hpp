// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of a message body: the body itself, and, when it is multipart/*, what is nested in it
// (RFC 2046 section 5.1, RFC 5621). Stands in sip/ and not in sdp/ because it reads header lines.
// Deeper or wider nesting than the limits below passes unread.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/bytes.hpp"
#include "sip/message_view.hpp"

namespace fapfon::sip {

inline constexpr std::size_t kMaxBodyParts = 16;
inline constexpr std::size_t kMaxMultipartDepth = 4;

struct BodyPart {
  ByteView content_type;      ///< value of the header; empty when there is none
  ByteView content_encoding;  ///< likewise
  ByteView content_length;    ///< likewise: digits to correct when the part changes its size
  ByteView body;
  std::size_t depth = 0;
};

/// All parts, each before the parts nested in it. Views live as long as the message's bytes.
class BodyParts {
 public:
  explicit BodyParts(const MessageView& message) noexcept;
  [[nodiscard]] std::span<const BodyPart> list() const& noexcept { return {parts_.data(), count_}; }
  std::span<const BodyPart> list() && = delete;  // it would outlive its parts

 private:
  void add(const BodyPart& part) noexcept;
  void add_nested(const BodyPart& part) noexcept;

  std::array<BodyPart, kMaxBodyParts> parts_;
  std::size_t count_ = 0;
};

/// True for "type/subtype" in any case, whatever parameters follow.
bool is_media_type(ByteView content_type, ByteView wanted) noexcept;

/// True when the encoding leaves the bytes as they are: none, or "identity".
bool is_plain(ByteView content_encoding) noexcept;

}  // namespace fapfon::sip
