// SPDX-License-Identifier: GPL-2.0-or-later
// Which path audio takes, message by message, between Dialogs and Relay alone. What becomes of each line of a
// session description is in tests/golden (s4_*), and offers and answers are in offer_answer_test.cpp.
#include "proxy/media.hpp"

#include <optional>

#include "proxy/registration.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

constexpr IpAddress kFacing = IpAddress::v4(172, 30, 10, 2);
constexpr IpAddress kBoxAudio = IpAddress::v4(172, 30, 10, 77);

std::string sdp(const IpAddress& ip, std::uint16_t port, const std::string& more = {}) {
  return "v=0\r\no=- 1 1 IN IP4 " + ip.to_string() + "\r\ns=-\r\nc=IN IP4 " + ip.to_string() +
         "\r\nt=0 0\r\nm=audio " + std::to_string(port) + " RTP/AVP 8 97\r\n" + more;
}
std::string with_sdp(const std::string& message, const std::string& description) {
  return with_body(message, "application/sdp", description);
}
const std::string kVideo = "m=video 5000 RTP/AVP 99\r\n";

class MediaPath : public testing::Test {
 protected:
  MediaPath() {
    relay.keep_stock(true);
    relay.add_home(kProxy.ip);
    relay.add_home(kFacing);
    line.id = {1, 1};
    line.box_facing = {kFacing, 43202};
    line.serving = phone.id;
  }
  /// Pairs of ports at each of our two addresses; a stream of a call takes one of each.
  void stock(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      relay.add_pair(kProxy.ip, next_port);
      relay.add_pair(kFacing, static_cast<std::uint16_t>(next_port + 1000));
      next_port = static_cast<std::uint16_t>(next_port + 2);
    }
  }
  /// What ToBox and ToPhone do with a message before and after Media, as far as it is needed here.
  bool carries(Flow& flow, const std::string& text) {
    kept = text;
    EXPECT_EQ(view.parse_datagram(kept), sip::ParseError::none) << kept;
    edits.start(view.whole());
    Passage one{flow, view, edits, now, out, transactions.hash(view.call_id())};
    one.line = &line;
    one.phone = &phone;
    const bool of_phone = one.from() == Side::phone;
    const TransactionKey key = transactions.key_of(view, of_phone == view.is_request() ? line.id : LineId{});
    std::optional<Transaction> answered;
    if (!view.is_request()) answered = *transactions.find(key);
    if (answered) one.transaction = &*answered;
    one.opens_dialog = answered ? answered->opens_dialog : !view.has_to_tag();
    dialogs.enter(one);
    fill_map(one, situation);
    const bool goes_on = media.carry(one);
    if (view.is_request())
      transactions.remember(key, view, line.id, flow.id, now);
    else
      transactions.settle(key, view, now);
    call = one.call;
    left.clear();
    edits.apply(left);
    return goes_on;
  }
  std::string phone_invites(const std::string& more = {}) {
    const std::string invite =
        with_sdp(request_from_phone("INVITE"), sdp(IpAddress::v4(10, 81, 179, 54), 4000, more));
    EXPECT_TRUE(carries(phone, invite));
    return invite;
  }
  std::string box_accepts(const std::string& invite, const std::string& more = {}) {
    EXPECT_TRUE(carries(box, with_sdp(accepted(invite), sdp(kBoxAudio, 7078, more))));
    return left;
  }
  static std::string accepted(const std::string& invite, const std::string& status = "200 OK") {
    return with(response_to(invite, status), "To: <sip:**610@fritz.box>",
                "To: <sip:**610@fritz.box>;tag=box");
  }
  static std::string in_dialog(const std::string& method, const std::string& cseq) {
    const std::string request =
        with(request_from_phone(method, "UDP", "z9hG4bK-" + cseq), "CSeq: 2", "CSeq: " + cseq);
    return with(request, "To: <sip:**610@fritz.box>", "To: <sip:**610@fritz.box>;tag=box");
  }
  std::optional<SocketAddress> told(Side side, std::size_t stream = 0) const {
    return relay.address(call->media, stream, side);
  }
  std::size_t notes(Note::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count_if(out.list(), [&](const Action& action) {
      const auto* note = std::get_if<Note>(&action);
      return note != nullptr && note->kind == kind;
    }));
  }

  Situation situation{Config{}, kBox, MediaMode::relay};
  Guests guests;
  Flows flows{guests};
  Transactions transactions{1, guests};
  relay::Relay relay;
  Dialogs dialogs{situation, guests, flows, transactions, relay};
  Media media{dialogs, relay};
  TimePoint now{1000s};
  Flow& phone = flows.open_phone(Transport::udp, kProxy, kPhone, now);
  Flow& box = flows.open_box(FlowRole::box_udp, {kFacing, 43202}, kBox, now);
  Line line;
  Call* call = nullptr;
  Actions out;
  sip::MessageView view;
  Edits edits;
  std::string kept;
  std::string left;
  std::uint16_t next_port = 30000;
};

// --- Relayed ---------------------------------------------------------------------------------------------

TEST_F(MediaPath, each_side_is_told_the_address_of_ours_that_it_reaches) {
  stock(1);
  const std::string invite = phone_invites();
  EXPECT_TRUE(holds(left, "c=IN IP4 172.30.10.2\r\n")) << left;
  EXPECT_TRUE(holds(left, "m=audio " + std::to_string(told(Side::box)->port) + " RTP")) << left;
  box_accepts(invite);
  EXPECT_TRUE(holds(left, "c=IN IP4 172.20.11.1\r\n")) << left;
  EXPECT_TRUE(holds(left, "m=audio " + std::to_string(told(Side::phone)->port) + " RTP")) << left;
}

TEST_F(MediaPath, S2_the_phones_origin_is_hidden_and_the_boxs_stays) {
  stock(1);
  const std::string invite = phone_invites();
  EXPECT_TRUE(holds(left, "o=- 1 1 IN IP4 172.30.10.2\r\n")) << left;
  EXPECT_TRUE(holds(box_accepts(invite), "o=- 1 1 IN IP4 172.30.10.77\r\n")) << left;
}

TEST_F(MediaPath, the_relay_is_told_what_is_agreed) {
  stock(1);
  box_accepts(phone_invites());
  const relay::SessionRecord record = relay.record(call->media);
  ASSERT_EQ(record.streams.size(), 1U);
  EXPECT_EQ(record.streams[0].phone.description->rtp_port, 4000);
  EXPECT_EQ(record.streams[0].box.description->ip, kBoxAudio);
  EXPECT_EQ(record.places.peer.phone, kPhone.ip) << "where the phone is seen, not what it writes";
}

TEST_F(MediaPath, the_length_of_the_body_is_corrected) {
  stock(1);
  phone_invites();
  const std::size_t body = left.size() - (left.find("\r\n\r\n") + 4);
  EXPECT_EQ(value_of(left, "Content-Length"), std::to_string(body));
}

TEST_F(MediaPath, M2_what_a_refusal_describes_is_not_relayed) {
  stock(1);
  const std::string invite = phone_invites();
  EXPECT_TRUE(carries(box, with_sdp(accepted(invite, "488 Not Acceptable Here"), sdp(kBoxAudio, 7078))));
  EXPECT_TRUE(holds(left, "c=IN IP4 172.30.10.77\r\n")) << left;
  EXPECT_TRUE(holds(left, "m=audio 7078 ")) << left;
}

TEST_F(MediaPath, M2_what_a_refusal_of_a_reinvite_describes_is_not_relayed_either) {
  stock(1);
  box_accepts(phone_invites());
  const std::string again = with_sdp(in_dialog("INVITE", "3"), sdp(kPhone.ip, 4000));
  EXPECT_TRUE(carries(phone, again));
  EXPECT_TRUE(carries(box, with_sdp(response_to(again, "488 Not Acceptable Here"), sdp(kBoxAudio, 7078))));
  ASSERT_NE(call, nullptr);
  EXPECT_TRUE(holds(left, "c=IN IP4 172.30.10.77\r\n")) << left;
  EXPECT_TRUE(holds(left, "m=audio 7078 ")) << left;
}

// --- Too few ports -------------------------------------------------------------------------------------

TEST_F(MediaPath, M2_without_ports_a_request_must_not_go_on) {
  EXPECT_FALSE(carries(phone, with_sdp(request_from_phone("INVITE"), sdp(kPhone.ip, 4000))));
  EXPECT_EQ(notes(Note::Kind::limit_reached), 1U);
}

TEST_F(MediaPath, M2_an_invite_whose_offer_is_still_to_come_needs_ports_at_once) {
  EXPECT_FALSE(carries(phone, request_from_phone("INVITE")));
  EXPECT_EQ(notes(Note::Kind::limit_reached), 1U);
  stock(1);
  EXPECT_TRUE(carries(phone, with(request_from_phone("INVITE", "UDP", "z9hG4bK-9"), "call-phone", "other")));
  EXPECT_TRUE(told(Side::phone) && told(Side::box));
}

TEST_F(MediaPath, M2_requests_without_a_description_need_none) {
  stock(1);
  box_accepts(phone_invites());
  EXPECT_TRUE(carries(phone, in_dialog("ACK", "2")));
  EXPECT_TRUE(carries(phone, in_dialog("UPDATE", "3")));
  EXPECT_TRUE(carries(phone, in_dialog("BYE", "4")));
  EXPECT_EQ(call, nullptr) << "it is over";
}

TEST_F(MediaPath, M2_a_response_goes_on_and_refuses_the_stream_that_has_no_ports) {
  stock(1);
  EXPECT_TRUE(carries(phone, request_from_phone("INVITE")));
  box_accepts(request_from_phone("INVITE"), kVideo);
  EXPECT_EQ(notes(Note::Kind::limit_reached), 1U);
  EXPECT_TRUE(holds(left, "m=audio " + std::to_string(told(Side::phone)->port) + " RTP")) << left;
  EXPECT_TRUE(holds(left, "m=video 0 RTP")) << left;
}

TEST_F(MediaPath, M2_a_second_stream_without_ports_is_refused_as_a_whole_and_the_call_keeps_its_first) {
  stock(1);
  box_accepts(phone_invites());
  const auto before = told(Side::box);
  EXPECT_FALSE(carries(phone, with_sdp(in_dialog("UPDATE", "3"), sdp(kPhone.ip, 4000, kVideo))));
  EXPECT_EQ(told(Side::box), before);
  EXPECT_FALSE(told(Side::box, 1));
}

TEST_F(MediaPath, streams_that_pass_need_no_ports) {
  const std::string multicast = "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 233.252.0.1/127\r\n";
  const std::string text = with(sdp(kPhone.ip, 0), "m=audio 0 RTP/AVP 8 97\r\n", multicast);
  EXPECT_TRUE(carries(phone, with_sdp(request_from_phone("INVITE"), text)));
  EXPECT_TRUE(holds(left, multicast)) << left;
}

// --- Direct ----------------------------------------------------------------------------------------------

TEST_F(MediaPath, S1_direct_audio_is_told_the_observed_address_and_the_written_one_is_remembered) {
  situation.media_mode = MediaMode::direct;
  const std::string invite = phone_invites();
  EXPECT_FALSE(call->media);
  EXPECT_TRUE(holds(left, "c=IN IP4 172.20.11.6\r\n")) << left;
  EXPECT_TRUE(holds(left, "m=audio 4000 ")) << left;
  EXPECT_EQ(phone.sdp_written, IpAddress::v4(10, 81, 179, 54));
}

TEST_F(MediaPath, S1_a_message_without_an_address_leaves_the_remembered_one) {
  situation.media_mode = MediaMode::direct;
  phone_invites();
  EXPECT_TRUE(carries(phone, in_dialog("ACK", "2")));
  EXPECT_TRUE(carries(phone, with_body(in_dialog("MESSAGE", "3"), "text/plain", "hello")));
  EXPECT_EQ(phone.sdp_written, IpAddress::v4(10, 81, 179, 54));
}

TEST_F(MediaPath, S3_the_phone_is_told_its_own_address_as_it_wrote_it) {
  situation.media_mode = MediaMode::direct;
  const std::string invite = phone_invites();
  EXPECT_TRUE(carries(box, with_sdp(accepted(invite), sdp(kPhone.ip, 4000))));
  EXPECT_TRUE(holds(left, "c=IN IP4 10.81.179.54\r\n")) << left;
}

TEST_F(MediaPath, a_call_keeps_the_path_that_it_began_with) {
  stock(1);
  const std::string invite = phone_invites();
  situation.media_mode = MediaMode::direct;
  EXPECT_TRUE(holds(box_accepts(invite), "c=IN IP4 172.20.11.1\r\n")) << left;
}

// --- Bodies ----------------------------------------------------------------------------------------------

TEST_F(MediaPath, an_encoded_description_passes_with_a_note) {
  situation.media_mode = MediaMode::direct;
  const std::string encoded = with(with_sdp(request_from_phone("INVITE"), sdp(kPhone.ip, 4000)),
                                   "Content-Type", "Content-Encoding: gzip\r\nContent-Type");
  EXPECT_TRUE(carries(phone, encoded));
  EXPECT_EQ(left, encoded);
  EXPECT_EQ(notes(Note::Kind::body_not_read), 1U);
}

TEST_F(MediaPath, a_body_of_another_type_passes) {
  stock(1);
  const std::string message =
      with_body(request_from_phone("MESSAGE"), "text/plain", "c=IN IP4 10.81.179.54\r\n");
  EXPECT_TRUE(carries(phone, message));
  EXPECT_EQ(left, message);
}

}  // namespace
}  // namespace fapfon::proxy
