// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M2: pairs of ports, what descriptions do to them, and where a packet goes on.
#include "relay/relay.hpp"

#include <gtest/gtest.h>

#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

constexpr IpAddress kLan = IpAddress::v4(192, 0, 2, 2);
constexpr IpAddress kVpn = IpAddress::v4(198, 51, 100, 1);
constexpr IpAddress kPhone = IpAddress::v4(198, 51, 100, 6);
constexpr IpAddress kBox = IpAddress::v4(192, 0, 2, 1);
constexpr Places kPlaces{{kVpn, kLan}, {kPhone, kBox}};

StreamDescription audio_at(const IpAddress& ip, std::uint16_t port) {
  StreamDescription stream;
  stream.state = port == 0 ? StreamDescription::State::refused : StreamDescription::State::active;
  stream.type = MediaType::audio;
  stream.ip = ip;
  stream.rtp_port = port;
  stream.rtcp_port = static_cast<std::uint16_t>(port + 1);
  return stream;
}

Description streams(std::initializer_list<StreamDescription> list) {
  Description description;
  for (const StreamDescription& stream : list) description.list[description.count++] = stream;
  return description;
}

class RelayTest : public testing::Test {
 protected:
  void stock(const IpAddress& local, std::size_t count) {
    for (; count > 0; --count) {
      relay.add_pair(local, next_port);
      next_port = static_cast<std::uint16_t>(next_port + 2);
    }
  }
  /// A call in which both have spoken of one audio stream.
  void SetUp() override {
    box_pair = relay.add_pair(kLan, 30'000);
    phone_pair = relay.add_pair(kVpn, 40'000);
    call = relay.open(kPlaces);
    EXPECT_TRUE(tell(Side::phone, streams({audio_at(kPhone, 4000)})));
    EXPECT_TRUE(tell(Side::box, streams({audio_at(kBox, 7078)})));
  }
  bool tell(Side from, const Description& description) { return tell(call, from, description, kPlaces); }
  bool tell(SessionId id, Side from, const Description& description, const Places& places) {
    const bool has_ports = relay.provide(id, description, places, now);
    if (has_ports) relay.set(id, from, description, now);
    return has_ports;
  }
  std::optional<SocketAddress> comes(PairId pair, const SocketAddress& source,
                                     Component component = Component::rtp) {
    ++stream.sequence;
    const auto hop = relay.forward({pair, component}, source, stream.bytes(), now);
    return hop ? std::optional(hop->to) : std::nullopt;
  }

  Relay relay;
  TimePoint now{std::chrono::hours(1)};
  std::uint16_t next_port = 30'002;
  Rtp stream;
  PairId box_pair;
  PairId phone_pair;
  SessionId call;
};

using Component::rtcp;

TEST_F(RelayTest, M2_each_leg_gets_a_pair_on_its_own_address) {
  EXPECT_EQ(relay.address(call, 0, Side::phone), (SocketAddress{kVpn, 40'000}));
  EXPECT_EQ(relay.address(call, 0, Side::box), (SocketAddress{kLan, 30'000}));
}

TEST_F(RelayTest, M2_rtp_goes_from_pair_to_pair_and_rtcp_beside_it) {
  EXPECT_EQ(comes(phone_pair, {kPhone, 4000}), (SocketAddress{kBox, 7078}));
  EXPECT_EQ(comes(box_pair, {kBox, 7078}), (SocketAddress{kPhone, 4000}));
  EXPECT_EQ(comes(phone_pair, {kPhone, 4001}, rtcp), (SocketAddress{kBox, 7079}));
  EXPECT_EQ(comes(box_pair, {kBox, 7079}, rtcp), (SocketAddress{kPhone, 4001}));
}

TEST_F(RelayTest, M2_a_packet_leaves_from_the_pair_of_the_other_leg) {
  const auto hop = relay.forward({phone_pair, Component::rtp}, {kPhone, 4000}, stream.bytes(), now);
  ASSERT_TRUE(hop.has_value());
  EXPECT_EQ(hop->out, (MediaPort{box_pair, Component::rtp}));
}

TEST_F(RelayTest, a_pair_in_stock_takes_nothing) {
  const PairId idle = relay.add_pair(kLan, 30'100);
  EXPECT_EQ(comes(idle, {kBox, 7078}), std::nullopt);
}

TEST_F(RelayTest, an_id_that_was_released_takes_nothing) {
  relay.close(call);
  EXPECT_EQ(comes(phone_pair, {kPhone, 4000}), std::nullopt);
  EXPECT_EQ(comes(PairId{}, {kPhone, 4000}), std::nullopt);
}

TEST_F(RelayTest, M2_the_end_of_a_call_releases_its_pairs_once) {
  relay.close(call);
  EXPECT_EQ(relay.take_released().size(), 2U);
  EXPECT_TRUE(relay.take_released().empty());
  relay.close(call);
  EXPECT_TRUE(relay.take_released().empty());
  EXPECT_EQ(relay.session_count(), 0U);
}

TEST_F(RelayTest, M2_without_enough_pairs_nothing_changes) {
  stock(kVpn, 1);  // and none for the Box leg
  EXPECT_FALSE(tell(Side::phone, streams({audio_at(kPhone, 5000), audio_at(kPhone, 5002)})));
  EXPECT_EQ(relay.stock_count(kVpn), 1U);
  EXPECT_EQ(relay.address(call, 1, Side::phone), std::nullopt);
  EXPECT_EQ(comes(box_pair, {kBox, 7078}), (SocketAddress{kPhone, 4000})) << "still what was said before";
}

TEST_F(RelayTest, M2_both_legs_on_one_address_of_ours_need_two_pairs_of_it) {
  const SessionId second = relay.open({{kLan, kLan}, {kPhone, kBox}});
  stock(kLan, 1);
  const Places same{{kLan, kLan}, {kPhone, kBox}};
  EXPECT_FALSE(tell(second, Side::phone, streams({audio_at(kPhone, 4000)}), same));
  EXPECT_EQ(relay.stock_count(kLan), 1U);
  stock(kLan, 1);
  EXPECT_TRUE(tell(second, Side::phone, streams({audio_at(kPhone, 4000)}), same));
  EXPECT_EQ(relay.stock_count(kLan), 0U);
}

TEST_F(RelayTest, a_refused_stream_takes_no_pair) {
  EXPECT_TRUE(tell(Side::phone, streams({audio_at(kPhone, 4000), audio_at(kPhone, 0)})));
  EXPECT_EQ(relay.address(call, 1, Side::phone), std::nullopt);
}

TEST_F(RelayTest, the_same_description_again_takes_no_further_pair) {
  stock(kVpn, 3);
  stock(kLan, 3);
  EXPECT_TRUE(tell(Side::phone, streams({audio_at(kPhone, 4000)})));
  EXPECT_EQ(relay.stock_count(kVpn), 3U);
  EXPECT_EQ(relay.stock_count(kLan), 3U);
}

TEST_F(RelayTest, M2_another_address_of_ours_moves_that_leg_and_releases_its_old_pair) {
  const IpAddress other_home = IpAddress::v4(203, 0, 113, 1);
  stock(other_home, 1);
  const Places moved{{other_home, kLan}, {kPhone, kBox}};
  EXPECT_TRUE(tell(call, Side::box, streams({audio_at(kBox, 7078)}), moved));
  EXPECT_EQ(relay.take_released(), std::vector{phone_pair});
  EXPECT_EQ(relay.address(call, 0, Side::phone)->ip, other_home);
  EXPECT_EQ(relay.address(call, 0, Side::box), (SocketAddress{kLan, 30'000}));
}

TEST_F(RelayTest, M2_ports_for_an_offer_change_nothing_before_it_is_agreed) {
  EXPECT_TRUE(relay.provide(call, streams({audio_at(kPhone, 6000)}), kPlaces, now));
  EXPECT_EQ(comes(box_pair, {kBox, 7078}), (SocketAddress{kPhone, 4000}));
  relay.set(call, Side::phone, streams({audio_at(kPhone, 6000)}), now);
  EXPECT_EQ(comes(box_pair, {kBox, 7078}), (SocketAddress{kPhone, 6000}));
}

TEST_F(RelayTest, each_home_is_kept_once_and_wants_a_stock_while_calls_may_need_it) {
  relay.add_home(kLan);
  relay.add_home(kLan);
  EXPECT_EQ(relay.homes().size(), 1U);
  EXPECT_EQ(relay.pairs_wanted(kLan), 0U);
  relay.keep_stock(true);
  EXPECT_EQ(relay.pairs_wanted(kLan), 2 * kMaxStreams);
  stock(kLan, 3);
  EXPECT_EQ(relay.pairs_wanted(kLan), 2 * kMaxStreams - 3);
}

TEST_F(RelayTest, L4_a_moved_phone_is_heard_from_its_new_address_only) {
  comes(phone_pair, {kPhone, 4000});
  const IpAddress new_address = IpAddress::v4(198, 51, 100, 7);
  relay.move_phone(call, new_address, now);
  EXPECT_EQ(comes(phone_pair, {kPhone, 4000}), std::nullopt);
  EXPECT_EQ(comes(phone_pair, {new_address, 4000}), (SocketAddress{kBox, 7078}));
}

TEST_F(RelayTest, L4_a_phone_of_another_family_is_not_sent_to_from_a_port_that_cannot_reach_it) {
  relay.move_phone(call, IpAddress::parse("2001:db8::6").value(), now);
  EXPECT_EQ(comes(box_pair, {kBox, 7078}), std::nullopt);
}

TEST_F(RelayTest, M2_a_host_name_stands_for_the_boxs_own_address) {
  StreamDescription by_name = audio_at({}, 7300);
  tell(Side::box, streams({by_name}));
  EXPECT_EQ(comes(phone_pair, {kPhone, 4000}), (SocketAddress{kBox, 7300}));
}

TEST_F(RelayTest, M2_an_address_that_our_port_cannot_reach_stands_for_the_boxs_own) {
  tell(Side::box, streams({audio_at(IpAddress::parse("2001:db8:fa::c1e6").value(), 7300)}));
  EXPECT_EQ(comes(phone_pair, {kPhone, 4000}), (SocketAddress{kBox, 7300}));
  EXPECT_EQ(comes(box_pair, {kBox, 7300}), (SocketAddress{kPhone, 4000}));
}

TEST_F(RelayTest, the_last_packet_of_either_side_is_remembered_and_strangers_do_not_count) {
  EXPECT_EQ(relay.last_packet(call), TimePoint{});
  comes(phone_pair, {IpAddress::v4(203, 0, 113, 9), 4000});
  EXPECT_EQ(relay.last_packet(call), TimePoint{});
  now += std::chrono::seconds(5);
  comes(box_pair, {kBox, 7078});
  EXPECT_EQ(relay.last_packet(call), now);
}

TEST_F(RelayTest, the_report_counts_each_direction_and_names_the_codec) {
  relay.know(call, 0, {8, 8000, "PCMA"});
  for (int i = 0; i < 3; ++i) comes(phone_pair, {kPhone, 4000});
  const MediaReport report = relay.close(call);
  ASSERT_EQ(report.streams.size(), 1U);
  EXPECT_EQ(report.streams[0].from.phone.figures.packet_count, 3U);
  EXPECT_EQ(report.streams[0].from.phone.figures.format->name(), "PCMA");
  EXPECT_EQ(report.streams[0].from.box.figures.packet_count, 0U);
  EXPECT_TRUE(report.streams[0].from.box.was_expected);
}

TEST_F(RelayTest, a_side_that_never_was_asked_for_audio_was_not_expected_to_send) {
  StreamDescription deaf = audio_at(kPhone, 4000);
  deaf.receives = false;
  stock(kVpn, 1);
  stock(kLan, 1);
  const SessionId second = relay.open(kPlaces);
  tell(second, Side::phone, streams({deaf}), kPlaces);
  tell(second, Side::box, streams({audio_at(kBox, 7078)}), kPlaces);
  const MediaReport report = relay.close(second);
  EXPECT_FALSE(report.streams.at(0).from.box.was_expected);
  EXPECT_TRUE(report.streams.at(0).from.phone.was_expected);
}

TEST_F(RelayTest, ids_of_nothing_are_harmless) {
  EXPECT_FALSE(relay.provide({}, streams({audio_at(kPhone, 4000)}), kPlaces, now));
  EXPECT_FALSE(relay.reserve({}, kPlaces, now));
  relay.set({}, Side::box, streams({audio_at(kBox, 7078)}), now);
  relay.move_phone({}, kPhone, now);
  relay.know({}, 0, {});
  EXPECT_EQ(relay.address({}, 0, Side::box), std::nullopt);
  EXPECT_TRUE(relay.close({}).streams.empty());
}

}  // namespace
}  // namespace fapfon::relay
