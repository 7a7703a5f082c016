// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/catalogue.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fapfon::text {
namespace {

std::string number(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFFU);
  return bytes;
}

/// Two messages, "a" and "bb", as msgfmt would write them: header, both tables, the strings with a NUL behind
/// each.
std::string two_messages() {
  constexpr std::uint32_t kHeaderBytes = 28;
  constexpr std::uint32_t kTableBytes = 16;
  const std::uint32_t strings = kHeaderBytes + 2 * kTableBytes;
  return number(0x950412de) + number(0) + number(2) + number(kHeaderBytes) +
         number(kHeaderBytes + kTableBytes) + number(0) + number(0) +     //
         number(1) + number(strings) + number(2) + number(strings + 2) +  //
         number(3) + number(strings + 5) + number(4) + number(strings + 9) +
         std::string("a\0bb\0ein\0zwei", 14);
}

TEST(Catalogue, finds_each_message_and_no_other) {
  const std::string bytes = two_messages();
  const auto catalogue = Catalogue::read(bytes);
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->find("a"), "ein");
  EXPECT_EQ(catalogue->find("bb"), "zwei");
  for (const char* other : {"", "A", "b", "bbb", "z"})
    EXPECT_EQ(catalogue->find(other), std::nullopt) << other;
}

TEST(Catalogue, is_none_in_other_bytes) {
  EXPECT_FALSE(Catalogue::read(""));
  EXPECT_FALSE(Catalogue::read("no catalogue at all"));
  EXPECT_FALSE(Catalogue::read(number(0x950412de) + number(1)));
}

TEST(Catalogue, that_is_cut_off_anywhere_is_read_without_harm) {
  const std::string bytes = two_messages();
  for (std::size_t length = 8; length < bytes.size(); ++length) {
    const std::string part = bytes.substr(0, length);
    const auto catalogue = Catalogue::read(part);
    ASSERT_TRUE(catalogue);
    const ByteView found = catalogue->find("bb").value_or("");
    EXPECT_TRUE(ByteView{"zwei"}.starts_with(found)) << length;
  }
}

TEST(Catalogue, of_german_is_part_of_the_program) {
  const auto german = Catalogue::read(german_catalogue());
  ASSERT_TRUE(german);
  EXPECT_EQ(german->find("no answer"), "keine Antwort");
  EXPECT_EQ(german->find("no such message"), std::nullopt);
}

}  // namespace
}  // namespace fapfon::text
