// SPDX-License-Identifier: GPL-2.0-or-later
// CSeq (RFC 3261 section 20.16).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace fapfon::sip {

struct CSeq {
  std::uint32_t number = 0;
  ByteView method;
};

/// None when the number is 2^31 or more (RFC 3261 section 8.1.1.5) or the method is not a token.
std::optional<CSeq> parse_cseq(ByteView value) noexcept;

}  // namespace fapfon::sip
