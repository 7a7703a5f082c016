// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/activity.hpp"

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

const Activity kBusy{2, "620", 1, 3, 4, 5, CallResult::from_box_only};

TEST(Activity, reads_for_people) {
  EXPECT_EQ(to_text(kBusy),
            "phones registered: 2, newest: 620, refused: 1, calls in: 3, calls out: 4, calls ended: 5, "
            "last call: audio from the Box only");
}

TEST(Activity, is_read_again_from_a_line_of_status) {
  for (const Activity& activity : {kBusy, Activity{}}) {
    EXPECT_EQ(read_activity("version 1, Box 192.0.2.1:5060, audio relayed: x, " + to_text(activity)),
              activity);
  }
}

TEST(Activity, of_each_result_is_read_again) {
  for (int result = 0; result <= static_cast<int>(CallResult::not_heard); ++result) {
    Activity activity = kBusy;
    activity.last = static_cast<CallResult>(result);
    EXPECT_EQ(read_activity(to_text(activity)), activity) << result;
  }
}

TEST(Activity, that_is_missing_or_cut_is_none) {
  EXPECT_FALSE(read_activity(""));
  EXPECT_FALSE(read_activity("version 0.1.0, Box 192.0.2.1:5060"));
  const std::string whole = to_text(kBusy);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(read_activity(whole.substr(0, length))) << whole.substr(0, length);
  }
}

TEST(Activity, name_from_the_network_adds_no_line_and_no_value) {
  EXPECT_EQ(safe_name("620@fritz.box"), "620");
  EXPECT_EQ(safe_name("anna.handy@fritz.box"), "anna.handy");
  EXPECT_EQ(safe_name("a\nMAINPID=1, last call: x@fritz.box"), "a?MAINPID?1??last?call??x");
  EXPECT_EQ(safe_name(std::string(99, 'x')).size(), 32U);
  EXPECT_EQ(safe_name("**610@fritz.box"), "**610");
  EXPECT_EQ(safe_name("-"), "?");
}

}  // namespace
}  // namespace fapfon::setup
