// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/surroundings.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gtest/gtest.h>

namespace fapfon::options {
namespace {

using Variable = std::pair<std::string, std::string>;

TEST(Surroundings, hand_on_arguments_and_descriptors_as_they_are) {
  const Sources sources = surroundings({"--port", "5070"}, 77);
  EXPECT_EQ(sources.arguments, (std::vector<std::string>{"--port", "5070"}));
  EXPECT_EQ(sources.descriptor_count, 77U);
}

TEST(Surroundings, copy_the_environment_also_values_with_an_equals_sign_and_empty_ones) {
  ::setenv("FAPFON_TEST_ONE", "a=b", 1);
  ::setenv("FAPFON_TEST_TWO", "", 1);
  const Sources sources = surroundings({}, 0);
  ::setenv("FAPFON_TEST_ONE", "later", 1);
  const auto holds = [&](const Variable& variable) {
    return std::ranges::find(sources.environment, variable) != sources.environment.end();
  };
  EXPECT_TRUE(holds({"FAPFON_TEST_ONE", "a=b"}));
  EXPECT_TRUE(holds({"FAPFON_TEST_TWO", ""}));
  ::unsetenv("FAPFON_TEST_ONE");
  ::unsetenv("FAPFON_TEST_TWO");
}

TEST(Surroundings, read_files_when_they_are_asked_to) {
  const std::string path = testing::TempDir() + "fapfon-surroundings-" + std::to_string(::getpid());
  const Sources sources = surroundings({}, 0);
  EXPECT_FALSE(sources.read_file(path));
  std::ofstream{path} << "BOX=auto\n";
  const auto text = sources.read_file(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "BOX=auto\n");
}

}  // namespace
}  // namespace fapfon::options
