// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/prefix.hpp"

#include <algorithm>
#include <array>

namespace fapfon {
namespace {

/// The bits of byte number `index` that are behind the first `length` bits of an address.
std::uint8_t host_bits(unsigned length, std::size_t index) noexcept {
  const std::size_t bits_before = index * 8;
  const std::size_t kept = length <= bits_before ? 0 : std::min<std::size_t>(length - bits_before, 8);
  return static_cast<std::uint8_t>(0xffU >> kept);
}

}  // namespace

std::optional<Prefix> Prefix::parse(ByteView text) noexcept {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const unsigned bits = base->is_v4() ? 32 : 128;
  if (slash == ByteView::npos) return Prefix{*base, bits};
  const auto length = parse_decimal<unsigned>(text.substr(slash + 1));
  if (!length || *length > bits) return std::nullopt;
  return Prefix{*base, *length};
}

bool Prefix::contains(const IpAddress& ip) const noexcept {
  if (ip.family() != base.family()) return false;
  const std::size_t whole_bytes = length / 8;
  const unsigned rest = length % 8;
  if (!std::equal(ip.bytes().begin(), ip.bytes().begin() + static_cast<std::ptrdiff_t>(whole_bytes),
                  base.bytes().begin())) {
    return false;
  }
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> rest);
  return ((ip.bytes()[whole_bytes] ^ base.bytes()[whole_bytes]) & mask) == 0;
}

Prefix Prefix::network() const noexcept {
  auto bytes = base.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] &= static_cast<std::uint8_t>(~host_bits(length, i));
  return {IpAddress::from_bytes(base.family(), bytes), length};
}

IpAddress Prefix::last() const noexcept {
  auto bytes = base.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] |= host_bits(length, i);
  return IpAddress::from_bytes(base.family(), bytes);
}

std::string Prefix::to_string() const {
  return base.to_string() + '/' + std::to_string(length);
}

bool overlaps(const Prefix& a, const Prefix& b) noexcept {
  return a.length <= b.length ? a.contains(b.base) : b.contains(a.base);
}

bool is_in(const IpAddress& ip, const std::vector<Prefix>& ranges) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Prefix& range) { return range.contains(ip); });
}

const std::vector<Prefix>& private_ranges() {
  static const std::vector<Prefix> ranges = [] {
    constexpr std::array<ByteView, 7> kTexts = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                                "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
                                                "fe80::/10"};
    std::vector<Prefix> parsed;
    parsed.reserve(kTexts.size());
    for (const ByteView text : kTexts) parsed.push_back(Prefix::parse(text).value());
    return parsed;
  }();
  return ranges;
}

bool is_allowed(const IpAddress& ip, const std::vector<Prefix>& ranges) noexcept {
  return ip.is_loopback() || is_in(ip, ranges);
}

}  // namespace fapfon
