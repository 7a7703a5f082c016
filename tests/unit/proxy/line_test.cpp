// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/line.hpp"

#include <gtest/gtest.h>

#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

class LineTest : public testing::Test {
 protected:
  Contact& add(const FlowId& flow, bool registered, TimePoint expires = {}) {
    Contact& contact = line.contacts.emplace_back();
    contact.flow = flow;
    contact.registered = registered;
    contact.expires = expires;
    return contact;
  }

  static constexpr FlowId kFirst{1, 1};
  static constexpr FlowId kSecond{2, 1};
  Line line;
};

TEST_F(LineTest, the_flows_of_its_contacts_come_in_their_order_and_ids_of_nothing_fill_the_rest) {
  EXPECT_EQ(contact_flows(line), ContactFlows{});
  add(kSecond, false);
  add(kFirst, true);
  const ContactFlows flows = contact_flows(line);
  EXPECT_EQ(flows[0], kSecond);
  EXPECT_EQ(flows[1], kFirst);
  EXPECT_FALSE(flows[2]);
}

TEST_F(LineTest, more_contacts_than_there_is_room_for_are_left_out) {
  for (std::uint32_t i = 0; i < rewrite::kMaxContactPairs + 3; ++i) add({i, 1}, true);
  const ContactFlows flows = contact_flows(line);
  EXPECT_EQ(flows.back(), (FlowId{static_cast<std::uint32_t>(rewrite::kMaxContactPairs - 1), 1}));
}

TEST_F(LineTest, one_registered_contact_is_enough) {
  EXPECT_FALSE(has_registered_contact(line));
  add(kFirst, false);
  EXPECT_FALSE(has_registered_contact(line));
  add(kSecond, true);
  EXPECT_TRUE(has_registered_contact(line));
}

TEST_F(LineTest, a_flow_counts_as_registered_only_with_a_contact_of_its_own) {
  add(kFirst, false);
  add(kSecond, true);
  EXPECT_FALSE(is_registered_on(line, kFirst));
  EXPECT_TRUE(is_registered_on(line, kSecond));
  EXPECT_FALSE(is_registered_on(line, FlowId{2, 2})) << "another flow in the same place";
}

TEST_F(LineTest, L5_the_registration_ends_32_seconds_after_the_last_registered_contact_has_expired) {
  const TimePoint now{1000s};
  add(kFirst, true, now + 300s);
  add(kSecond, true, now + 100s);
  add(kSecond, false, now + 900s);
  EXPECT_EQ(registration_end(line), now + 332s);
}

TEST_F(LineTest, L5_without_a_registered_contact_it_has_ended_long_ago) {
  add(kFirst, false, TimePoint{1000s});
  EXPECT_EQ(registration_end(line), TimePoint{32s});
}

}  // namespace
}  // namespace fapfon::proxy
