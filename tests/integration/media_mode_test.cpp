// SPDX-License-Identifier: GPL-2.0-or-later
// From the decision to what calls and log get of it. How it is decided is in media_watch_test.cpp.
#include "app/media_mode.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

using box::MediaOption;
using proxy::MediaMode;

class MediaModeTest : public testing::Test {
 protected:
  ~MediaModeTest() override { std::filesystem::remove(path); }
  void choose(MediaOption option) {
    options.media = option;
    choice.emplace(
        loop, options, log, [this] { ++decisions; }, [] { return true; });
  }
  void locate() { choice->box_located({{IpAddress::v4(127, 0, 0, 1), 5060}, IpAddress::v4(127, 0, 0, 1)}); }
  bool has_logged(const std::string& line) const {
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return text.find(line) != std::string::npos;
  }

  std::string path = testing::TempDir() + "fapfon-media-mode-" + std::to_string(::getpid());
  net::Loop loop;
  options::Options options;
  log::Log log = std::move(*log::Log::open(path, log::Level::info));
  std::optional<app::MediaModeChoice> choice;
  int decisions = 0;
};

TEST_F(MediaModeTest, until_the_box_is_located_audio_is_relayed_to_be_sure) {
  choose(MediaOption::automatic);
  EXPECT_EQ(choice->mode(), MediaMode::relay);
  EXPECT_EQ(choice->status().rfind("audio relayed: ", 0), 0U) << choice->status();
  EXPECT_EQ(decisions, 0);
}

TEST_F(MediaModeTest, a_decision_is_told_once_with_its_reason) {
  choose(MediaOption::automatic);
  locate();
  EXPECT_EQ(choice->mode(), MediaMode::direct);
  EXPECT_EQ(choice->status(), "audio direct: the Box is this machine");
  EXPECT_EQ(decisions, 1);
  EXPECT_TRUE(has_logged("audio goes directly reason=\"the Box is this machine\"\n"));
  locate();
  EXPECT_EQ(decisions, 1);
}

TEST_F(MediaModeTest, what_the_user_has_decided_is_so) {
  choose(MediaOption::relay);
  locate();
  EXPECT_EQ(choice->mode(), MediaMode::relay);
  EXPECT_TRUE(has_logged("audio is relayed through this machine reason=\"--media=relay\"\n"));
  choose(MediaOption::direct);
  locate();
  EXPECT_EQ(choice->mode(), MediaMode::direct);
  EXPECT_EQ(choice->status(), "audio direct: --media=direct");
  EXPECT_EQ(decisions, 2);
}

TEST_F(MediaModeTest, such_a_decision_never_grows_old) {
  choose(MediaOption::direct);
  locate();
  EXPECT_EQ(choice->age(Clock::now() + 1h), Duration{});
}

}  // namespace
}  // namespace fapfon::test
