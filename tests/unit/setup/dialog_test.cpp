// SPDX-License-Identifier: GPL-2.0-or-later
// The conversation, without a terminal, a Box or a file.
#include "setup/dialog.hpp"

#include <gtest/gtest.h>

#include "base/words.hpp"

namespace fapfon::setup {
namespace {

using Next = Turn::Next;

const box::Product kFritzbox{true, "FRITZ!Box 7590", "8.02"};
const box::Product kKamailio{false, "kamailio (5.6.3)", ""};

IpAddress ip(ByteView text) {
  return IpAddress::parse(text).value();
}

Prefix prefix(ByteView text) {
  return Prefix::parse(text).value();
}

box::FoundBox box_at(ByteView address, const box::Product& product = kFritzbox,
                     const std::string& name = {}) {
  const IpAddress at = ip(address);
  const box::BoxName asked = name.empty() ? box::BoxName{at, {}, 5060} : box::BoxName{{}, name, 5060};
  return {asked, {at, 5060}, product};
}

VpnRange range(ByteView text, Doubt doubt = Doubt::none) {
  return {prefix(text), VpnKind::wireguard, "wg0", doubt, prefix(text).base};
}

/// A home in which everything is as usual.
Found usual() {
  Found found;
  found.file = "/etc/default/fapfon-proxy";
  found.text = "BOX=\"\"\nVPN=\"\"\n";
  found.answered = {box_at("192.168.178.1")};
  found.ranges = {range("10.6.0.0/24")};
  return found;
}

Found with_yes(Found found) {
  found.may_ask = false;
  return found;
}

/// Answers all questions with these lines, then says what came of it.
struct Talk {
  explicit Talk(Found found, const std::vector<std::string>& lines = {}, BoxProbe probe = kFritzbox)
      : dialog(std::move(found)) {
    Turn turn = dialog.begin();
    text = turn.text;
    for (std::size_t next = 0;;) {
      if (turn.next == Next::probe) {
        turn = dialog.probed(probe);
      } else if (turn.next == Next::ask && next < lines.size()) {
        text += turn.prompt + lines[next] + '\n';
        turn = dialog.answer(lines[next++]);
      } else {
        break;
      }
      text += turn.text;
    }
    end = turn.next;
    prompt = turn.prompt;
  }

  [[nodiscard]] bool says(ByteView part) const { return contains(text, part); }
  [[nodiscard]] const std::string& file() const { return dialog.edited().text; }

  Dialog dialog;
  std::string text;
  std::string prompt;
  Next end = Next::stop;
};

TEST(Dialog, in_a_usual_home_asks_once) {
  const Talk talk{usual(), {""}};
  EXPECT_EQ(talk.text,
            "FRITZ!Box found: 192.168.178.1 (FRITZ!Box 7590 with FRITZ!OS 8.02).\n"
            "VPN found: 10.6.0.0/24 on wg0 (WireGuard).\n"
            "This changes in /etc/default/fapfon-proxy:\n"
            "  - BOX=\"\"\n"
            "  + BOX=\"192.168.178.1\"\n"
            "  - VPN=\"\"\n"
            "  + VPN=\"10.6.0.0/24\"\n"
            "Write this and start fapfon-proxy? [Y/n] \n");
  EXPECT_EQ(talk.end, Next::write);
  EXPECT_EQ(talk.file(), "BOX=\"192.168.178.1\"\nVPN=\"10.6.0.0/24\"\n");
}

TEST(Dialog, with_yes_asks_nothing) {
  const Talk talk{with_yes(usual())};
  EXPECT_EQ(talk.end, Next::write);
  EXPECT_EQ(talk.file(), "BOX=\"192.168.178.1\"\nVPN=\"10.6.0.0/24\"\n");
}

TEST(Dialog, that_is_refused_writes_nothing) {
  for (const char* no : {"n", "No", " nein "}) {
    const Talk talk{usual(), {no}};
    EXPECT_EQ(talk.end, Next::stop);
    EXPECT_TRUE(talk.says("Nothing was changed.\n"));
  }
}

TEST(Dialog, changes_nothing_the_second_time) {
  Found again = usual();
  again.text = "BOX=\"192.168.178.1\"\nVPN=\"10.6.0.0/24\"\n";
  again.box = box::parse_box_name("192.168.178.1").value();
  again.probe = kFritzbox;
  again.vpn = {prefix("10.6.0.0/24")};
  for (const bool may_ask : {true, false}) {
    again.may_ask = may_ask;
    const Talk talk{again};
    EXPECT_EQ(talk.end, Next::unchanged);
    EXPECT_TRUE(talk.says("nothing was changed"));
  }
}

TEST(Dialog, an_unclear_answer_is_asked_again_three_times_at_most) {
  const Talk twice{usual(), {"what", "why", "y"}};
  EXPECT_EQ(twice.end, Next::write);
  const Talk thrice{usual(), {"what", "why", "when"}};
  EXPECT_EQ(thrice.end, Next::stop);
  EXPECT_TRUE(thrice.says("Please answer y or n.\n"));
  EXPECT_TRUE(thrice.says("Nothing was changed."));
}

// --- the Box

TEST(Dialog, without_a_box_asks_for_its_address_and_tries_it) {
  Found found = usual();
  found.answered.clear();
  found.silent = {"192.168.178.1: no answer"};
  const Talk talk{found, {"300.1.2.3", "192.168.178.7", "y"}};
  EXPECT_TRUE(talk.says("No FRITZ!Box was found.\n  192.168.178.1: no answer\n"));
  EXPECT_EQ(talk.end, Next::write);
  EXPECT_TRUE(talk.file().starts_with("BOX=\"192.168.178.7\"\n")) << talk.file();
}

TEST(Dialog, a_typed_box_that_is_silent_may_be_used_or_not) {
  Found found = usual();
  found.answered.clear();
  const BoxProbe silence = Unexpected<std::string>("no answer");
  const Talk used{found, {"192.168.178.7", "y", "y"}, silence};
  EXPECT_TRUE(used.says("192.168.178.7 does not answer: no answer.\n"));
  EXPECT_EQ(used.end, Next::write);
  const Talk another{found, {"192.168.178.7", ""}, silence};
  EXPECT_EQ(another.end, Next::ask);
  EXPECT_EQ(another.prompt, "Address of the FRITZ!Box: ");
}

TEST(Dialog, with_yes_and_without_a_box_says_how_to_name_it) {
  Found found = with_yes(usual());
  found.answered.clear();
  const Talk talk{found};
  EXPECT_EQ(talk.end, Next::stop);
  EXPECT_TRUE(talk.says("fapfon-proxy setup --yes 192.168.178.1"));
}

TEST(Dialog, between_two_boxes_somebody_has_to_choose) {
  Found found = usual();
  found.answered.push_back(box_at("192.168.178.2"));
  const Talk talk{found, {"3", "2", ""}};
  EXPECT_TRUE(talk.says("Please type a number from 1 to 2.\n"));
  EXPECT_TRUE(talk.file().starts_with("BOX=\"192.168.178.2\"\n")) << talk.file();
  const Talk script{with_yes(found)};
  EXPECT_EQ(script.end, Next::stop);
  EXPECT_TRUE(script.says("More than one FRITZ!Box answers"));
}

TEST(Dialog, a_fritzbox_is_preferred_and_the_same_one_is_one) {
  const auto best = best_boxes({box_at("192.168.178.5", kKamailio), box_at("192.168.178.1"),
                                box_at("fd00::1"), box_at("192.168.178.1")});
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best.front().address.ip, ip("192.168.178.1"));
  EXPECT_EQ(best_boxes({box_at("192.168.178.5", kKamailio)}).size(), 1U);
}

TEST(Dialog, a_box_that_is_set_and_silent_is_kept_by_yes) {
  Found found = with_yes(usual());
  found.text = "BOX=\"192.168.178.9\"\nVPN=\"\"\n";
  found.box = box::parse_box_name("192.168.178.9").value();
  found.probe = Unexpected<std::string>("no answer");
  const Talk talk{found};
  EXPECT_EQ(talk.end, Next::write);
  EXPECT_EQ(talk.file(), "BOX=\"192.168.178.9\"\nVPN=\"10.6.0.0/24\"\n");
}

TEST(Dialog, a_box_that_is_set_and_silent_can_be_changed_for_one_that_answers) {
  Found found = usual();
  found.box = box::parse_box_name("192.168.178.9").value();
  found.probe = Unexpected<std::string>("no answer");
  const Talk changed{found, {"", "y"}};
  EXPECT_TRUE(changed.file().starts_with("BOX=\"192.168.178.1\"\n")) << changed.file();
  const Talk kept{found, {"2", "y"}};
  EXPECT_TRUE(kept.file().starts_with("BOX=\"192.168.178.9\"\n")) << kept.file();
}

TEST(Dialog, box_auto_stays) {
  Found found = usual();
  found.text = "BOX=auto\nVPN=\"\"\n";
  found.box_is_auto = true;
  EXPECT_EQ((Talk{found, {"y"}}.file()), "BOX=auto\nVPN=\"10.6.0.0/24\"\n");
}

TEST(Dialog, the_name_is_written_where_phones_may_come_by_ip6) {
  Found found = usual();
  found.answered = {box_at("192.168.178.1", kFritzbox, "fritz.box")};
  EXPECT_TRUE((Talk{found, {"y"}}.file().starts_with("BOX=\"192.168.178.1\"\n")));
  found.ranges.push_back(range("fd42:42:42::/64"));
  found.name_leads_to = {ip("192.168.178.1"), ip("fd00::1")};
  EXPECT_EQ((Talk{found, {"y"}}.file()), "BOX=\"fritz.box\"\nVPN=\"10.6.0.0/24 fd42:42:42::/64\"\n");
}

TEST(Dialog, an_ip6_range_is_left_out_where_the_box_has_ip4_only) {
  Found found = usual();
  found.ranges.push_back(range("fd42:42:42::/64"));
  const Talk talk{found, {"y"}};
  EXPECT_TRUE(talk.says("fd42:42:42::/64 on wg0 is left out"));
  EXPECT_TRUE(talk.file().ends_with("VPN=\"10.6.0.0/24\"\n")) << talk.file();
}

// --- the VPN

TEST(Dialog, without_a_vpn_asks_for_its_range) {
  Found found = usual();
  found.ranges.clear();
  const Talk talk{found, {"10.8.0.0", "10.8.0.5/24 10.9.0.0/16", "y"}};
  EXPECT_TRUE(talk.says("10.8.0.0 is a single address; phones have a whole range, like 10.8.0.0/24.\n"));
  EXPECT_TRUE(talk.file().ends_with("VPN=\"10.8.0.0/24 10.9.0.0/16\"\n")) << talk.file();
}

TEST(Dialog, refuses_ranges_that_cannot_be_meant) {
  Found found = usual();
  found.ranges.clear();
  for (const char* range : {"wireguard", "0.0.0.0/0", "10.8.0.0/33", "", "fd42::/64", "10.8.0.1/32"}) {
    const Talk talk{found, {range, range, range}};
    EXPECT_EQ(talk.end, Next::stop) << range;
  }
}

TEST(Dialog, with_yes_and_without_a_vpn_says_how_to_name_it) {
  Found found = with_yes(usual());
  found.ranges.clear();
  const Talk none{found};
  EXPECT_EQ(none.end, Next::stop);
  EXPECT_TRUE(none.says("fapfon-proxy setup --yes --vpn=10.8.0.0/24"));
  found.ranges = {range("10.6.0.0/24", Doubt::single_address)};
  EXPECT_EQ(Talk{found}.end, Next::stop);
}

TEST(Dialog, asks_about_a_range_in_doubt) {
  for (const Doubt doubt :
       {Doubt::single_address, Doubt::to_internet, Doubt::in_home, Doubt::behind_gateway}) {
    Found found = usual();
    found.ranges = {range("10.6.0.0/24", doubt)};
    const Talk yes{found, {"", ""}};
    EXPECT_EQ(yes.end, Next::write);
    const Talk no{found, {"n", "10.8.0.0/24", ""}};
    EXPECT_TRUE(no.file().ends_with("VPN=\"10.8.0.0/24\"\n")) << no.file();
  }
}

TEST(Dialog, with_a_certain_range_does_not_ask_about_doubtful_ones) {
  Found found = usual();
  found.ranges.push_back(range("10.99.0.0/24", Doubt::behind_gateway));
  EXPECT_EQ((Talk{found, {"y"}}.end), Next::write);
}

TEST(Dialog, a_range_that_is_set_stays_and_another_one_is_offered) {
  Found found = usual();
  found.vpn = {prefix("10.8.0.0/24")};
  EXPECT_TRUE((Talk{found, {"y", "y"}}.file().ends_with("VPN=\"10.8.0.0/24 10.6.0.0/24\"\n")));
  EXPECT_TRUE((Talk{found, {"n", "y"}}.file().ends_with("VPN=\"10.8.0.0/24\"\n")));
  const Talk script{with_yes(found)};
  EXPECT_TRUE(script.file().ends_with("VPN=\"10.8.0.0/24\"\n")) << script.file();
  EXPECT_TRUE(
      script.says("10.6.0.0/24 on wg0 is not served. To serve it as well: fapfon-proxy setup --yes "
                  "--vpn=10.8.0.0/24 --vpn=10.6.0.0/24\n"));
}

TEST(Dialog, a_narrower_range_that_is_set_stays) {
  Found found = usual();
  found.vpn = {prefix("10.6.0.8/29")};
  EXPECT_TRUE((Talk{found, {"y"}}.file().ends_with("VPN=\"10.6.0.8/29\"\n")));
}

TEST(Dialog, a_forgotten_prefix_length_is_corrected) {
  Found found = with_yes(usual());
  found.vpn = {prefix("10.6.0.0")};
  const Talk talk{found};
  EXPECT_TRUE(talk.says("VPN=10.6.0.0 is a single address; 10.6.0.0/24 of wg0 is meant.\n"));
  EXPECT_TRUE(talk.file().ends_with("VPN=\"10.6.0.0/24\"\n")) << talk.file();
}

// --- the file

TEST(Dialog, a_mistake_that_it_cannot_correct_stops_it) {
  Found found = usual();
  found.text = "BOX=\nLOFILE=/x\n";
  const Talk talk{found};
  EXPECT_EQ(talk.end, Next::stop);
  EXPECT_TRUE(talk.says("/etc/default/fapfon-proxy:2: unknown name LOFILE"));
}

}  // namespace
}  // namespace fapfon::setup
