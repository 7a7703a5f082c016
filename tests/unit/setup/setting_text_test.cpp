// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/setting_text.hpp"

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

std::string written(ByteView name) {
  return setting_text(box::parse_box_name(name).value());
}

TEST(SettingText, of_a_box_leaves_out_the_usual_port) {
  EXPECT_EQ(written("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(written("192.0.2.1:5060"), "192.0.2.1");
  EXPECT_EQ(written("192.0.2.1:5061"), "192.0.2.1:5061");
  EXPECT_EQ(written("fritz.box"), "fritz.box");
  EXPECT_EQ(written("fritz.box:5061"), "fritz.box:5061");
}

TEST(SettingText, of_a_box_is_read_as_the_same_box) {
  for (const char* name : {"2001:db8::1", "[2001:db8::1]:5061", "192.0.2.1:5061", "fritz.box"}) {
    EXPECT_EQ(written(written(name)), written(name));
  }
}

TEST(SettingText, of_ranges_has_spaces_between_them) {
  EXPECT_EQ(setting_text({Prefix::parse("10.6.0.0/24").value(), Prefix::parse("10.8.0.0/24").value()}),
            "10.6.0.0/24 10.8.0.0/24");
  EXPECT_EQ(setting_text(std::vector<Prefix>{}), "");
}

}  // namespace
}  // namespace fapfon::setup
