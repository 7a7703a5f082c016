// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/watch.hpp"

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

using Lines = std::vector<std::string>;

const Activity kNothing{};
const Activity kRegistered{1, "620", 0, 0, 0, 0, CallResult::none};
const Activity kRinging{1, "620", 0, 1, 0, 0, CallResult::none};

Activity after_call(CallResult result) {
  return {1, "620", 0, 1, 0, 1, result};
}

TEST(Watch, tells_each_event_once) {
  Watch watch;
  EXPECT_EQ(watch.see(kNothing), Lines{});
  EXPECT_EQ(watch.see(kRegistered), Lines{"A phone is registered: 620."});
  EXPECT_EQ(watch.see(kRegistered), Lines{});
  EXPECT_EQ(watch.see(kRinging).size(), 1U);
  EXPECT_FALSE(watch.is_done());
  EXPECT_EQ(watch.see(after_call(CallResult::both_ways)),
            Lines{"The call is over. Audio came from both sides."});
  EXPECT_TRUE(watch.is_done());
  EXPECT_FALSE(watch.has_trouble());
  for (const Conclusion& conclusion : watch.conclusions()) EXPECT_TRUE(conclusion.is_good) << conclusion.text;
}

TEST(Watch, a_phone_that_is_there_already_is_told) {
  Watch watch;
  EXPECT_EQ(watch.see(kRegistered), Lines{"A phone is registered: 620."});
}

TEST(Watch, calls_from_before_do_not_count) {
  Watch watch;
  EXPECT_EQ(watch.see(after_call(CallResult::both_ways)), Lines{"A phone is registered: 620."});
  EXPECT_FALSE(watch.is_done());
  EXPECT_FALSE(watch.conclusions()[1].is_good);
}

TEST(Watch, another_phone_is_told) {
  Watch watch;
  watch.see(kRegistered);
  EXPECT_EQ(watch.see({2, "anna", 0, 0, 0, 0, CallResult::none}), Lines{"A phone is registered: anna."});
}

TEST(Watch, a_call_that_is_silent_on_one_side_is_trouble) {
  for (const CallResult result :
       {CallResult::from_phone_only, CallResult::from_box_only, CallResult::silent}) {
    Watch watch;
    watch.see(kRegistered);
    watch.see(after_call(result));
    EXPECT_TRUE(watch.is_done());
    EXPECT_TRUE(watch.has_trouble());
    EXPECT_FALSE(watch.conclusions()[1].is_good);
  }
}

TEST(Watch, a_call_that_nobody_answered_is_not_the_end) {
  Watch watch;
  watch.see(kRegistered);
  watch.see(kRinging);
  EXPECT_EQ(watch.see(after_call(CallResult::not_answered)), Lines{"The call was not answered."});
  EXPECT_FALSE(watch.is_done());
  EXPECT_FALSE(watch.has_trouble());
}

TEST(Watch, a_refused_phone_is_trouble_until_one_registers) {
  Watch watch;
  watch.see(kNothing);
  EXPECT_EQ(watch.see({0, "", 1, 0, 0, 0, CallResult::none}).size(), 1U);
  EXPECT_TRUE(watch.has_trouble());
  watch.see({1, "620", 1, 0, 0, 0, CallResult::none});
  EXPECT_FALSE(watch.has_trouble());
}

TEST(Watch, goes_on_after_a_restart_of_the_program) {
  Watch watch;
  watch.see({1, "620", 0, 5, 0, 5, CallResult::both_ways});
  EXPECT_EQ(watch.see(after_call(CallResult::both_ways)).size(), 2U);
  EXPECT_TRUE(watch.is_done());
}

}  // namespace
}  // namespace fapfon::setup
