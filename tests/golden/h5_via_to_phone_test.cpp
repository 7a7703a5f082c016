// SPDX-License-Identifier: GPL-2.0-or-later
// H5: what the phone reads about NAT in the top Via of a response, in the four modes of --nat-report.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

std::string options(ByteView via) {
  std::string page = "OPTIONS sip:fritz.box SIP/2.0\nVia: ";
  return page.append(via).append(
      "\nFrom: <sip:john@fritz.box>;tag=o\nTo: <sip:fritz.box>\nCall-ID: o\nCSeq: 1 OPTIONS\n"
      "Contact: <sip:john@10.81.179.54:61299>\nContent-Length: 0\n\n");
}

std::string answer(ByteView via) {
  std::string page = "SIP/2.0 200 OK\nVia: ";
  return page.append(via).append(
      "\nFrom: <sip:john@fritz.box>;tag=o\nTo: <sip:fritz.box>;tag=b\nCall-ID: o\nCSeq: 1 "
      "OPTIONS\nContent-Length: 0\n\n");
}

Scene with(rewrite::NatReport report) {
  Scene scene;
  scene.config.nat_report = report;
  return scene;
}

class H5Base : public Golden {
 protected:
  explicit H5Base(rewrite::NatReport report) : Golden(Transport::udp, with(report)) {}

  /// What becomes of the Box's Via in the answer to a request with the other.
  void expect(ByteView requested, ByteView at_the_box, ByteView at_the_phone) {
    at_box(options(requested));
    EXPECT_EQ(at_phone(answer(at_the_box)), wire(answer(at_the_phone)));
  }
};

class H5 : public H5Base {
 protected:
  H5() : H5Base(rewrite::NatReport::via) {}
};

TEST_F(H5, rport_is_the_port_of_sent_by) {
  expect("SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6:61211;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6:61211;rport=61211;branch=z9hG4bKo");
}

TEST_F(H5, rport_is_5060_for_a_sent_by_without_port) {
  expect("SIP/2.0/UDP 172.20.11.6;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6;rport=5060;branch=z9hG4bKo");
}

TEST_F(H5, received_is_the_observed_address) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.30.10.2;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.20.11.6;rport=61211;branch=z9hG4bKo");
}

TEST_F(H5, received_with_brackets_leaves_without) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=[2001:db8::2];branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.20.11.6;branch=z9hG4bKo");
}

TEST_F(H5, nothing_is_added_where_the_box_sent_none) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;branch=z9hG4bKo", "SIP/2.0/UDP 10.81.179.54:61211;branch=z9hG4bKo");
}

TEST_F(H5, rport_that_the_box_left_empty_stays_empty) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo");
}

TEST_F(H5, second_via_stays) {
  expect("SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKo, SIP/2.0/UDP 192.0.2.7",
         "SIP/2.0/UDP 172.20.11.6:61211;rport=43202;branch=z9hG4bKo, SIP/2.0/UDP "
         "192.0.2.7;rport=43202;received=172.30.10.2",
         "SIP/2.0/UDP 172.20.11.6:61211;rport=61211;branch=z9hG4bKo, SIP/2.0/UDP "
         "192.0.2.7;rport=43202;received=172.30.10.2");
}

TEST_F(H5, provisional_answer_is_told_the_same) {
  at_box(options("SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKo"));
  std::string provisional = answer("SIP/2.0/UDP 172.20.11.6:61211;rport=43202;branch=z9hG4bKo");
  std::string expected = answer("SIP/2.0/UDP 172.20.11.6:61211;rport=61211;branch=z9hG4bKo");
  EXPECT_EQ(at_phone(provisional.replace(8, 3, "100")), wire(expected.replace(8, 3, "100")));
}

class H5Source : public H5Base {
 protected:
  H5Source() : H5Base(rewrite::NatReport::source) {}
};

TEST_F(H5Source, rport_and_received_are_the_source_of_the_request) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.30.10.2;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.20.11.6;rport=62895;branch=z9hG4bKo");
}

TEST_F(H5Source, nothing_is_added_where_the_box_sent_none) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;branch=z9hG4bKo", "SIP/2.0/UDP 10.81.179.54:61211;branch=z9hG4bKo");
}

class H5Mirror : public H5Base {
 protected:
  H5Mirror() : H5Base(rewrite::NatReport::mirror) {}
};

TEST_F(H5Mirror, rport_and_received_are_the_phones_contact) {
  expect("SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6:61211;received=172.30.10.2;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6:61211;received=10.81.179.54;rport=61299;branch=z9hG4bKo");
}

class H5Box : public H5Base {
 protected:
  H5Box() : H5Base(rewrite::NatReport::box) {}
};

TEST_F(H5Box, rport_is_the_port_of_sent_by_and_received_stays) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.30.10.2;rport=43202;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=172.30.10.2;rport=61211;branch=z9hG4bKo");
}

TEST_F(H5Box, received_with_brackets_keeps_them) {
  expect("SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=[2001:db8::2];branch=z9hG4bKo",
         "SIP/2.0/UDP 10.81.179.54:61211;received=[2001:db8::2];branch=z9hG4bKo");
}

TEST_F(H5Box, rport_that_we_have_added_is_taken_out) {
  expect("SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo",
         "SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo;rport=43202;received=172.30.10.2",
         "SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo;received=172.30.10.2");
}

}  // namespace
}  // namespace fapfon::golden
