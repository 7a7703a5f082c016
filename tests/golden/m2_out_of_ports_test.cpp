// SPDX-License-Identifier: GPL-2.0-or-later
// M2: no port is left for another stream: 503 where a request can be refused, port 0 where it cannot.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

Scene with_pairs(std::size_t count) {
  Scene scene;
  scene.media_pair_count = count;
  return scene;
}

class M2NoPorts : public RelayedCall {
 protected:
  M2NoPorts() : RelayedCall(with_pairs(1)) {}  // a call needs two
};

TEST_F(M2NoPorts, for_an_invite_of_the_phone_is_a_503) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")), "-");
  EXPECT_EQ(answer_to_phone(), "503");
  EXPECT_EQ(reaction.count(proxy::Note::Kind::limit_reached), 1U);
}

TEST_F(M2NoPorts, for_an_invite_of_the_phone_without_sdp_is_a_503_at_once) {
  EXPECT_EQ(phone("INVITE"), "-");
  EXPECT_EQ(answer_to_phone(), "503");
}

TEST_F(M2NoPorts, for_an_invite_of_the_box_is_a_503) {
  phone_registers();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n")), "-");
  EXPECT_EQ(answer_to_box(), "503");
  EXPECT_EQ(reaction.count(proxy::Note::Kind::limit_reached), 1U);
}

TEST_F(M2NoPorts, for_an_invite_of_the_box_without_sdp_is_a_503_at_once) {
  phone_registers();
  EXPECT_EQ(box("INVITE"), "-");
  EXPECT_EQ(answer_to_box(), "503");
}

TEST_F(M2NoPorts, are_needed_for_an_offer_without_streams) {
  EXPECT_EQ(phone("INVITE", phone_writes("")), box_reads(""));
}

TEST_F(M2NoPorts, are_needed_for_what_is_refused_anyway) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=message 7654 TCP/MSRP *\n")),
            box_reads("m=message 0 TCP/MSRP *\n"));
}

class M2PortsForOneStream : public RelayedCall {
 protected:
  M2PortsForOneStream() : RelayedCall(with_pairs(2)) {}
  void talk() {
    phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
    box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
    phone("ACK");
  }
};

TEST_F(M2PortsForOneStream, an_offer_of_two_is_a_503) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n")), "-");
  EXPECT_EQ(answer_to_phone(), "503");
}

TEST_F(M2PortsForOneStream, a_call_that_was_refused_has_taken_none) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n"));
  phone_registers();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

TEST_F(M2PortsForOneStream, a_reinvite_of_the_phone_with_another_is_a_503_and_the_call_goes_on) {
  talk();
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4100 RTP/AVP 8\nm=video 4102 RTP/AVP 99\n")), "-");
  EXPECT_EQ(answer_to_phone(), "503");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

TEST_F(M2PortsForOneStream, a_reinvite_of_the_box_with_another_is_a_503_and_the_call_goes_on) {
  talk();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\nm=video 7080 RTP/AVP 99\n")), "-");
  EXPECT_EQ(answer_to_box(), "503");
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

TEST_F(M2PortsForOneStream, an_update_with_another_is_a_503) {
  talk();
  EXPECT_EQ(phone("UPDATE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n")), "-");
  EXPECT_EQ(answer_to_phone(), "503");
}

TEST_F(M2PortsForOneStream, the_video_of_a_late_offer_is_refused_and_its_audio_works) {
  EXPECT_EQ(phone("INVITE"), "");
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=video 7080 RTP/AVP 99\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(phone("ACK", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(M2PortsForOneStream, the_video_of_the_phones_late_offer_is_refused_and_its_audio_works) {
  phone_registers();
  EXPECT_EQ(box("INVITE"), "");
  EXPECT_EQ(phone("200", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(box("ACK", box_writes("m=audio 7078 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(M2PortsForOneStream, are_there_again_when_a_call_has_ended) {
  talk();
  phone("BYE");
  EXPECT_EQ(core.media_ports().released_count(), 2U);
  EXPECT_EQ(reaction.reports.size(), 1U);
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            box_reads("m=audio 30006 RTP/AVP 8\n"));
}

}  // namespace
}  // namespace fapfon::golden
