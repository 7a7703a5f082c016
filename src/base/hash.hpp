// SPDX-License-Identifier: GPL-2.0-or-later
// A hash of our own, the same on every machine and in every build, unlike std::hash: what is kept in a file
// or compared between two programs needs that. With a seed that nobody knows, keys from the network cannot be
// chosen to collide. It is not a cryptographic hash.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace fapfon {

/// Mixes one word into a hash; the order of the words counts.
constexpr std::uint64_t mix64(std::uint64_t hash, std::uint64_t word) noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  hash = (hash ^ word) * kOdd;
  hash ^= hash >> 32U;
  return hash * 0xd6e8feb86659fd93U;
}

/// The hash of `bytes` under `seed`. Two different texts may collide; by chance, one pair in 2^64 does.
constexpr std::uint64_t hash64(ByteView bytes, std::uint64_t seed) noexcept {
  std::uint64_t hash = mix64(seed, bytes.size());
  std::uint64_t word = 0;
  unsigned shift = 0;
  for (const char byte : bytes) {
    word |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
    shift += 8;
    if (shift < 64) continue;
    hash = mix64(hash, word);
    word = 0;
    shift = 0;
  }
  hash = mix64(hash, word);
  return hash ^ (hash >> 29U);
}

}  // namespace fapfon
