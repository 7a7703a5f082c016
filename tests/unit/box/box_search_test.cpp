// SPDX-License-Identifier: GPL-2.0-or-later
// Which of those that answered is taken (SPEC section 6). With sockets: tests/integration.
#include "box/box_search.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

const Product kFritzBox{true, "FRITZ!Box", ""};
const Product kOld{true, "FRITZ!Box 7170", "04.88"};
const Product kOther{false, "kamailio", ""};

FoundBox found(const char* address, const Product& product) {
  const auto at = SocketAddress::parse(address).value();
  return {BoxName{at.ip, {}, at.port}, at, product};
}

TEST(ChooseBox, takes_the_only_one) {
  EXPECT_EQ(choose_box({found("192.0.2.1:5060", kFritzBox)}, "").value().address.port, 5060);
  EXPECT_EQ(choose_box({found("192.0.2.1:5060", kOther)}, "").value().product, kOther);
}

TEST(ChooseBox, prefers_a_fritzbox_to_another_sip_server) {
  const auto chosen = choose_box({found("192.0.2.9:5060", kOther), found("192.0.2.1:5060", kFritzBox)}, "");
  EXPECT_EQ(chosen.value().product, kFritzBox);
}

TEST(ChooseBox, refuses_to_guess_between_two_and_names_both) {
  const auto chosen = choose_box({found("192.0.2.1:5060", kFritzBox), found("198.51.100.1:5060", kOld)}, "");
  ASSERT_FALSE(chosen);
  EXPECT_EQ(
      chosen.error(),
      "more than one answers: 192.0.2.1:5060 (FRITZ!Box (FRITZ!OS)) and 198.51.100.1:5060 (FRITZ!Box 7170 "
      "with FRITZ!OS 04.88); name the right one: fapfon-proxy BOX_ADDRESS, or BOX= in "
      "/etc/default/fapfon-proxy");
  EXPECT_FALSE(choose_box({found("192.0.2.1:5060", kOther), found("198.51.100.1:5060", kOther)}, ""));
}

TEST(ChooseBox, takes_the_first_address_of_one_box_that_answers_by_ip4_and_ip6) {
  const auto chosen =
      choose_box({found("192.0.2.1:5060", kFritzBox), found("[2001:db8::1]:5060", kFritzBox)}, "");
  ASSERT_TRUE(chosen) << chosen.error();
  EXPECT_TRUE(chosen->address.ip.is_v4());
}

TEST(ChooseBox, says_who_was_asked_when_nobody_answered) {
  const auto chosen = choose_box({}, "fritz.box:5060: no answer");
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().rfind("no FRITZ!Box found (fritz.box:5060: no answer); name it: ", 0), 0U);
}

}  // namespace
}  // namespace fapfon::box
