// SPDX-License-Identifier: GPL-2.0-or-later
// Tests that read as a page: a message in, a message out, all its bytes. The scene is the seed's (SPEC
// section 1): the phone is seen at 172.20.11.6:62895 and claims 10.81.179.54:61211, the Box sees
// 172.30.10.2:43202.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/core_harness.hpp"

namespace fapfon::golden {

using support::Reaction;
using support::Scene;

/// A page as it goes over the wire: lines end with CR LF; the line break it opens with is not part of it.
inline std::string wire(ByteView page) {
  if (!page.empty() && page.front() == '\n') page.remove_prefix(1);
  std::string text;
  for (const char c : page) {
    if (c == '\n') text.push_back('\r');
    text.push_back(c);
  }
  return text;
}

/// The only message of a list, or a text that no message equals.
inline std::string only(const std::vector<std::string>& messages, const std::vector<std::string>& others) {
  if (messages.size() == 1 && others.empty()) return messages.front();
  std::string text = std::to_string(messages.size());
  text.append(" messages, and the other way ").append(std::to_string(others.size())).append(":\n");
  for (const std::string& message : messages) text.append(message);
  for (const std::string& message : others) text.append(message);
  return text;
}

class Golden : public testing::Test {
 protected:
  explicit Golden(Transport transport = Transport::udp, Scene scene = {})
      : core(std::move(scene)), transport_(transport) {}

  /// What the Box gets when the phone sends this page.
  std::string at_box(ByteView page) {
    const Reaction reaction = from_phone(wire(page));
    return only(reaction.to_box, reaction.to_phone);
  }
  /// What the phone gets when the Box sends this page, on the hop that it has heard last.
  std::string at_phone(ByteView page) {
    const Reaction reaction = core.box_sends(wire(page));
    return only(reaction.to_phone, reaction.to_box);
  }
  /// Bytes as they are.
  Reaction from_phone(ByteView bytes) { return core.phone_sends(bytes, transport_); }

  support::CoreHarness core;

 private:
  Transport transport_;
};

/// A REGISTER by UDP with these Contact lines, to be compared with one that has others.
inline std::string registering(ByteView contact_lines) {
  std::string page =
      "REGISTER sip:fritz.box SIP/2.0\n"
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKregister\n"
      "From: <sip:john@fritz.box>;tag=r\n"
      "To: <sip:john@fritz.box>\n"
      "Call-ID: register\n"
      "CSeq: 1 REGISTER\n";
  return page.append(contact_lines).append("\nExpires: 900\nContent-Length: 0\n\n");
}

/// A request in a dialog, by UDP, with these lines.
inline std::string requesting(ByteView lines) {
  std::string page =
      "OPTIONS sip:**610@fritz.box SIP/2.0\n"
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKoptions\n"
      "From: <sip:john@fritz.box>;tag=o\n"
      "To: <sip:**610@fritz.box>;tag=b\n"
      "Call-ID: options\n"
      "CSeq: 2 OPTIONS\n";
  return page.append(lines).append("\nContent-Length: 0\n\n");
}

/// The Box's answer to registering(), with these lines.
inline std::string registered(ByteView via_params, ByteView lines) {
  std::string page = "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKregister";
  page.append(via_params)
      .append(
          "\nFrom: <sip:john@fritz.box>;tag=r\n"
          "To: <sip:john@fritz.box>;tag=box\n"
          "Call-ID: register\n"
          "CSeq: 1 REGISTER\n");
  return page.append(lines).append("\nContent-Length: 0\n\n");
}

/// An INVITE of the Box to this URI, with these lines.
inline std::string ringing(ByteView request_uri, ByteView lines) {
  std::string page = "INVITE ";
  page.append(request_uri)
      .append(
          " SIP/2.0\n"
          "Via: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bKinvite\n"
          "From: <sip:0301234567@fritz.box>;tag=i\n"
          "To: <sip:john@172.30.10.2:43202>\n"
          "Call-ID: invite\n"
          "CSeq: 7 INVITE\n"
          "Contact: <sip:3A5F@172.30.10.1>\n");
  return page.append(lines).append("\nContent-Length: 0\n\n");
}

}  // namespace fapfon::golden
