// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hash.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace fapfon {
namespace {

TEST(Hash, is_the_same_on_every_machine) {
  // Kept in the state file: a change of the function makes older files worthless.
  EXPECT_EQ(hash64("z9hG4bK-1", 7), 0x69b85b43e5616db6U);
  static_assert(hash64("", 1) != hash64("", 2));
}

TEST(Hash, another_seed_gives_another_hash) {
  EXPECT_NE(hash64("call-1", 1), hash64("call-1", 2));
}

TEST(Hash, length_order_and_every_byte_count) {
  std::set<std::uint64_t> seen;
  for (std::size_t length = 0; length < 40; ++length) {
    std::string text(length, 'a');
    seen.insert(hash64(text, 9));
    for (std::size_t at = 0; at < length; ++at) {
      text[at] = 'b';
      seen.insert(hash64(text, 9));
      text[at] = 'a';
    }
  }
  EXPECT_EQ(seen.size(), 40U + 39U * 40U / 2U);
  EXPECT_NE(hash64(std::string("\0\0", 2), 9), hash64(std::string("\0", 1), 9));
}

}  // namespace
}  // namespace fapfon
