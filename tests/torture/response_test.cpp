// SPDX-License-Identifier: GPL-2.0-or-later
// The odd responses of RFC 4475 when the Box does wait for them: their reason phrases pass as they are.
#include <gtest/gtest.h>

#include "support/core_harness.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::torture {
namespace {

/// What the phone at this Contact registers with.
std::string registration(const std::string& contact) {
  std::string text =
      "REGISTER sip:example.edu SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKr1\r\n"
      "From: <sip:user@example.edu>;tag=r\r\n"
      "To: <sip:user@example.edu>\r\n"
      "Call-ID: r\r\n"
      "CSeq: 1 REGISTER\r\n"
      "Content-Length: 0\r\n"
      "Contact: ";
  return text.append(contact).append("\r\n\r\n");
}

/// An INVITE of the Box that `response` answers: same Via, Call-ID and CSeq.
std::string invite_answered_by(const std::string& response) {
  const auto line_of = [&](const std::string& name) {
    const std::size_t start = response.find("\r\n" + name + ":") + 2;
    return response.substr(start, response.find("\r\n", start) + 2 - start);
  };
  std::string invite = "INVITE sip:user@172.30.10.2:43202 SIP/2.0\r\nTo: <sip:user@example.edu>\r\n";
  for (const char* name : {"Via", "Call-ID", "CSeq", "From"}) invite.append(line_of(name));
  return invite.append("Content-Length: 0\r\n\r\n");
}

class ResponseTheBoxWaitsFor : public testing::Test {
 protected:
  std::vector<std::string> box_gets(const std::string& response, const std::string& contact) {
    support::CoreHarness core;
    core.phone_sends(registration(contact));
    core.box_accepts();
    core.box_sends(invite_answered_by(response));
    return core.phone_sends(response).to_box;
  }
};

TEST_F(ResponseTheBoxWaitsFor, noreason_passes_with_its_empty_reason) {
  const std::string response = message("rfc4475/noreason.dat");
  const std::string contact = "<sip:user@host105.example.com>";
  EXPECT_EQ(box_gets(response, contact), std::vector{replaced_once(response, "sip:user@host105.example.com",
                                                                   "sip:user@172.30.10.2:43202")});
}

TEST_F(ResponseTheBoxWaitsFor, unreason_passes_with_its_foreign_letters) {
  const std::string response = message("rfc4475/unreason.dat");
  const std::string contact = "<sip:user@host198.example.com>";
  std::string expected = replaced_once(response, "user@host198.example.com", "user@172.30.10.2:43202");
  expected = replaced_once(expected, "7272939 IN IP4 192.0.2.198", "7272939 IN IP4 172.20.11.6");
  expected = replaced_once(expected, "c=IN IP4 192.0.2.198", "c=IN IP4 172.20.11.6");
  EXPECT_EQ(box_gets(response, contact), std::vector{expected});
}

}  // namespace
}  // namespace fapfon::torture
