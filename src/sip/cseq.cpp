// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/cseq.hpp"

#include "sip/grammar.hpp"

namespace fapfon::sip {

std::optional<CSeq> parse_cseq(ByteView value) noexcept {
  constexpr std::uint32_t kNumberLimit = 1U << 31U;
  const ByteView text = trim(value);
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const auto number = parse_decimal<std::uint32_t>(text.substr(0, digits));
  if (!number || *number >= kNumberLimit) return std::nullopt;
  const ByteView rest = text.substr(digits);
  const ByteView method = trim(rest);
  if (rest.size() == method.size() || !is_token(method)) return std::nullopt;
  return CSeq{*number, method};
}

}  // namespace fapfon::sip
