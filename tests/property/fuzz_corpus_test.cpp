// SPDX-License-Identifier: GPL-2.0-or-later
// The corpus of the fuzz targets, and the torture messages, through the same checks
// (tests/support/fuzz_checks.hpp).
#include <filesystem>

#include <gtest/gtest.h>

#include "support/fuzz_checks.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::property {
namespace {

std::vector<std::string> corpus(const std::string& target) {
  std::vector<std::string> inputs;
  const std::filesystem::path folder =
      std::filesystem::path(FAPFON_TEST_DATA).parent_path() / "fuzz" / "corpus" / target;
  if (!std::filesystem::exists(folder)) return inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    inputs.push_back(torture::read_file(entry.path().string()));
  }
  return inputs;
}

TEST(FuzzCorpus, message) {
  for (const std::string& input : corpus("message")) support::check_message(input);
  for (const torture::Row& row : torture::expected_rows()) support::check_message(torture::message(row.file));
}

TEST(FuzzCorpus, session) {
  const std::vector<std::string> inputs = corpus("session");
  EXPECT_FALSE(inputs.empty());
  for (const std::string& input : inputs) support::check_session(input);
}

TEST(FuzzCorpus, media) {
  const std::vector<std::string> inputs = corpus("media");
  EXPECT_FALSE(inputs.empty());
  for (const std::string& input : inputs) support::check_media(input);
}

TEST(FuzzCorpus, relay) {
  const std::vector<std::string> inputs = corpus("relay");
  EXPECT_FALSE(inputs.empty());
  for (const std::string& input : inputs) support::check_relay(input);
}

TEST(FuzzCorpus, proxy) {
  const std::vector<std::string> inputs = corpus("proxy");
  EXPECT_FALSE(inputs.empty());
  for (const std::string& input : inputs) support::check_proxy(input);
  for (const torture::Row& row : torture::expected_rows()) {
    for (char way = 0; way < 16; ++way)
      support::check_proxy(std::string(1, way).append(torture::message(row.file)));
  }
}

}  // namespace
}  // namespace fapfon::property
