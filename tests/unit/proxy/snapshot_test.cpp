// SPDX-License-Identifier: GPL-2.0-or-later
// What is written is what is read (SPEC N6): each kind of record, made by a story, comes back the same.
#include "proxy/snapshot.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/rtp.hpp"
#include "support/snapshot.hpp"
#include "support/world.hpp"

namespace fapfon::proxy {
namespace {

using namespace support;

/// With numbers of Contacts that say no more than which is the newer one.
std::vector<LineRecord> lines_of(const World& world) {
  Snapshot snapshot = snapshot_of(const_cast<World&>(world).core());
  for (LineRecord& line : snapshot.lines) {
    std::vector<std::uint64_t> orders;
    for (const ContactRecord& contact : line.contacts) orders.push_back(contact.order);
    std::ranges::sort(orders);
    for (ContactRecord& contact : line.contacts)
      contact.order = static_cast<std::uint64_t>(std::ranges::find(orders, contact.order) - orders.begin());
  }
  std::ranges::sort(snapshot.lines, {}, &LineRecord::box_facing);
  return snapshot.lines;
}

std::vector<FlowRecord> flows_of(const World& world) {
  Snapshot snapshot = snapshot_of(const_cast<World&>(world).core());
  std::ranges::sort(snapshot.flows, {}, &FlowRecord::key);
  return snapshot.flows;
}

class SnapshotRecords : public testing::Test {
 protected:
  SnapshotRecords() { world.phones_arrive_at(IpAddress::v4(172, 30, 10, 2)); }

  void expect_the_same_after_a_restart() {
    const auto lines = lines_of(world);
    const auto flows = flows_of(world);
    world.restarts();
    EXPECT_EQ(lines_of(world), lines);
    EXPECT_EQ(flows_of(world), flows);
    EXPECT_EQ(world.complaints(), std::vector<std::string>{});
  }

  World world;
};

TEST_F(SnapshotRecords, keep_registrations_by_udp_and_tcp) {
  world.add_phone(softphone("anna")).registers();
  world.add_phone(at_vpn_address(app_2018("bernd"), IpAddress::v4(172, 20, 11, 7))).registers();
  ASSERT_EQ(lines_of(world).size(), 2U);
  ASSERT_EQ(flows_of(world).size(), 3U) << "two phones and one connection to the Box";
  expect_the_same_after_a_restart();
}

TEST_F(SnapshotRecords, keep_a_reservation) {
  world.add_phone(softphone("anna")).registers().unregisters();
  ASSERT_EQ(lines_of(world).at(0).state, LineState::reserved);
  expect_the_same_after_a_restart();
}

TEST_F(SnapshotRecords, keep_a_relayed_call_and_what_its_latches_have_learned) {
  world.set_media(MediaMode::relay);
  Station& anna = world.add_phone(softphone("anna"));
  anna.registers();
  const std::size_t call = anna.calls();
  ASSERT_TRUE(world.packet({IpAddress::v4(172, 20, 11, 6), 50'004}, *anna.call(call).audio, Rtp{}.bytes()));
  const auto lines = lines_of(world);
  ASSERT_TRUE(lines.at(0).calls.at(0).media);
  ASSERT_EQ(lines[0].calls[0].media->streams.at(0).phone.rtp.learned_port, 50'004);
  expect_the_same_after_a_restart();
  anna.hangs_up(call);
  EXPECT_EQ(world.media_pairs_in_use(), 0U);
}

TEST_F(SnapshotRecords, keep_a_call_with_direct_audio) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.calls();
  ASSERT_FALSE(lines_of(world).at(0).calls.at(0).media);
  expect_the_same_after_a_restart();
}

TEST_F(SnapshotRecords, show_one_line_with_the_flows_that_it_names) {
  world.add_phone(softphone("anna")).registers();
  world.add_phone(at_vpn_address(app_2018("bernd"), IpAddress::v4(172, 20, 11, 7))).registers();
  const auto& notes = world.notes();
  const auto bernd = std::ranges::find_if(notes, [](const Note& note) {
    return note.kind == Note::Kind::line_registered && note.text.starts_with("bernd");
  });
  ASSERT_NE(bernd, notes.end());
  SnapshotTaker taker(0);
  world.core().visit(bernd->line, taker);
  ASSERT_EQ(taker.snapshot.lines.size(), 1U);
  EXPECT_EQ(taker.snapshot.lines[0].box_facing, bernd->box_facing);
  ASSERT_EQ(taker.snapshot.flows.size(), 2U);
  EXPECT_EQ(taker.snapshot.flows[0].role, FlowRole::box_tcp);
  EXPECT_EQ(taker.snapshot.flows[1].role, FlowRole::phone);
}

}  // namespace
}  // namespace fapfon::proxy
