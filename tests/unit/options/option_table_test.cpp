// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_table.hpp"

#include <set>

#include <gtest/gtest.h>

namespace fapfon::options {
namespace {

TEST(OptionTable, letters_and_names_are_used_once) {
  std::set<ByteView> used;
  for (const OptionRow& row : kOptions) {
    EXPECT_TRUE(used.insert(row.name).second) << row.name;
    if (row.letter.empty()) continue;
    EXPECT_TRUE(used.insert(row.letter).second) << row.letter;
  }
}

TEST(OptionTable, every_option_with_a_value_has_a_name_in_the_environment) {
  for (const OptionRow& row : kOptions) {
    const std::string name = environment_name(row);
    EXPECT_EQ(name.empty(), row.value.empty()) << row.name;
    if (name.empty()) continue;
    EXPECT_EQ(find_by_environment_name(name), &row) << name;
  }
  EXPECT_EQ(environment_name(option("max-flows-per-source")), "FAPFON_MAX_FLOWS_PER_SOURCE");
  EXPECT_EQ(find_by_environment_name("FAPFON_HELP"), nullptr);
}

TEST(OptionTable, every_row_has_a_reader_and_every_list_can_be_emptied) {
  for (const OptionRow& row : kOptions) {
    EXPECT_NE(row.read, nullptr) << row.name;
    EXPECT_EQ(row.clear != nullptr, row.kind == ValueKind::list) << row.name;
  }
}

}  // namespace
}  // namespace fapfon::options
