// SPDX-License-Identifier: GPL-2.0-or-later
// What an RTP payload type stands for: a=rtpmap of SDP (RFC 8866 section 6.6), or RFC 3551 section 6 where
// the type is static. What is needed of a format is the clock of its timestamps and a name to show.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::relay {

class PayloadFormat {
 public:
  /// Longer names are cut; "telephone-event" is the longest that is common.
  static constexpr std::size_t kMaxNameBytes = 15;

  constexpr PayloadFormat() noexcept = default;
  constexpr PayloadFormat(std::uint8_t type, std::uint32_t clock_rate, ByteView name) noexcept
      : type_(type), clock_rate_(clock_rate) {
    std::size_t at = 0;
    for (const char c : name.substr(0, kMaxNameBytes)) name_[at++] = c;
  }

  /// The format of a static type; none where only SDP can tell.
  static std::optional<PayloadFormat> of_static_type(std::uint8_t type) noexcept;

  [[nodiscard]] constexpr std::uint8_t type() const noexcept { return type_; }
  /// Ticks of the RTP timestamp in a second; 0 when it is not known.
  [[nodiscard]] constexpr std::uint32_t clock_rate() const noexcept { return clock_rate_; }
  /// As SDP spells it; empty when it is not known. Lives as long as this object.
  [[nodiscard]] constexpr ByteView name() const& noexcept {
    const ByteView padded{name_.data(), name_.size()};
    return padded.substr(0, padded.find('\0'));
  }
  ByteView name() && = delete;

  /// A key press: its packets repeat one timestamp (RFC 4733 section 2.2.1).
  [[nodiscard]] constexpr bool is_telephone_event() const noexcept {
    return iequals(name(), "telephone-event");
  }

  friend bool operator==(const PayloadFormat&, const PayloadFormat&) = default;

 private:
  std::uint8_t type_ = 0;
  std::array<char, kMaxNameBytes> name_{};  // zeros behind it
  std::uint32_t clock_rate_ = 0;
};

}  // namespace fapfon::relay
