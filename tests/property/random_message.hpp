// SPDX-License-Identifier: GPL-2.0-or-later
// Messages that a phone might send, in every form the grammar allows: any order of headers, any case, compact
// names, folding, spaces, comma-joined values (RFC 3261 section 7.3.1).
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "property/dice.hpp"

namespace fapfon::property {

/// The address that the phone of these tests advertises, and nobody else uses.
inline constexpr const char* kAdvertised = "203.0.113.77:61211";
inline constexpr const char* kAdvertisedHost = "203.0.113.77";
/// Somebody else.
inline constexpr const char* kStranger = "198.51.100.9:5070";
/// The default Scene of support::CoreHarness.
inline constexpr const char* kObservedHost = "172.20.11.6";

/// What a random request speaks of.
enum class About : std::uint8_t {
  own_address,  ///< the phone's advertised address wherever an address can stand
  nothing       ///< no address that any rule changes
};

struct RandomHeader {
  std::string name;
  char compact = 0;
  std::string value;
};

inline std::string random_uri(Dice& dice, const std::string& host_port) {
  static const std::vector<std::string> schemes = {"sip:", "sip:", "sip:", "SIP:", "sips:"};
  static const std::vector<std::string> users = {"john@",    "john;x=1@", "a%40b@", "**610@",
                                                 "john:pw@", "J(o)h.n+@", ""};
  static const std::vector<std::string> params = {";ob",    ";lr",      ";transport=udp", ";Transport=UDP",
                                                  ";x=%2a", ";line=a:b"};
  std::string uri = dice.one_of(schemes);
  uri.append(dice.one_of(users)).append(host_port);
  for (const std::string& param : params) {
    if (dice.once_in(4)) uri.append(param);
  }
  return uri;
}

inline std::string random_name_addr(Dice& dice, const std::string& host_port) {
  static const std::vector<std::string> names = {"", "", "John ", "\"J, <sip:x@y> \\\" \" ",
                                                 "\"203.0.113.77:61211\" "};
  static const std::vector<std::string> params = {";q=0.5", ";x", ";+sip.instance=\"<urn:uuid:1>\"",
                                                  " ; reg-id = 1"};
  std::string text = dice.one_of(names);
  text.append("<").append(random_uri(dice, host_port)).append(">");
  for (const std::string& param : params) {
    if (dice.once_in(4)) text.append(param);
  }
  return text;
}

inline std::string random_values(Dice& dice, const std::string& host_port) {
  std::string text = random_name_addr(dice, host_port);
  for (std::size_t more = dice.below(3); more > 0; --more) {
    text.append(dice.once_in(2) ? "," : " ,\r\n ").append(random_name_addr(dice, host_port));
  }
  return text;
}

inline std::string random_case(Dice& dice, std::string text) {
  for (char& c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && dice.once_in(2)) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

inline std::string written(Dice& dice, const RandomHeader& header) {
  static const std::vector<std::string> colons = {":", ": ", ": ", " : ", "\t:\t", ":\r\n ", ": \r\n\t"};
  std::string name = header.name;
  if (dice.once_in(4)) name = random_case(dice, name);
  if (header.compact != 0 && dice.once_in(3)) name = std::string(1, header.compact);
  return name.append(dice.one_of(colons)).append(header.value).append("\r\n");
}

/// Headers of SPEC F6, with the phone's address in them.
inline std::vector<RandomHeader> untouchable_headers(Dice& dice) {
  const std::vector<RandomHeader> all = {
      {"Authorization", 0, "Digest username=\"john\",uri=\"sip:203.0.113.77:61211\", response=\"0\""},
      {"Proxy-Authorization", 0, "Digest uri=\"sip:203.0.113.77:61211\""},
      {"User-Agent", 0, "phone <sip:203.0.113.77:61211>"},
      {"Subject", 's', "<sip:john@203.0.113.77:61211>"},
      {"Identity", 'y', "203.0.113.77"},
      {"Replaces", 0, "203.0.113.77:61211;to-tag=1;from-tag=2"},
      {"Target-Dialog", 0, "x@203.0.113.77:61211;local-tag=1"},
      {"X-Unknown", 0, "<sip:john@203.0.113.77:61211>;;,,"},
      {"Supported", 'k', ""},
  };
  std::vector<RandomHeader> some;
  for (const RandomHeader& header : all) {
    if (dice.once_in(3)) some.push_back(header);
  }
  return some;
}

inline std::vector<RandomHeader> routing_headers(Dice& dice, About about) {
  const std::string host_port = about == About::own_address ? kAdvertised : kStranger;
  std::vector<RandomHeader> some;
  if (about == About::own_address && dice.once_in(2))
    some.push_back({"Contact", 'm', random_values(dice, host_port)});
  if (dice.once_in(3)) some.push_back({"Refer-To", 'r', random_name_addr(dice, host_port)});
  if (dice.once_in(3)) some.push_back({"Referred-By", 'b', random_name_addr(dice, host_port)});
  if (dice.once_in(3)) some.push_back({"Record-Route", 0, random_values(dice, host_port)});
  if (dice.once_in(3)) some.push_back({"Path", 0, random_values(dice, host_port)});
  if (dice.once_in(3)) some.push_back({"Route", 0, random_values(dice, host_port)});
  return some;
}

/// A session description; `host` is what it names as its address.
inline std::string random_session(Dice& dice, const std::string& host) {
  std::string text = "v=0\r\no=- 1 1 IN IP4 " + host + "\r\ns=-\r\n";
  if (dice.once_in(2)) text.append("c=IN IP4 ").append(host).append("\r\n");
  text.append("t=0 0\r\n");
  for (std::size_t streams = dice.below(3); streams > 0; --streams) {
    text.append("m=audio 4000 RTP/AVP 8 0\r\nc=IN IP4 ").append(host).append("\r\n");
    if (dice.once_in(2)) text.append("a=rtcp:4001 IN IP4 ").append(host).append("\r\n");
    if (dice.once_in(3)) text.append("a=candidate:1 1 UDP 99 ").append(host).append(" 4000 typ host\r\n");
    if (dice.once_in(3))
      text.append("a=candidate:2 1 UDP 9 ")
          .append(host)
          .append(" 5 typ srflx raddr ")
          .append(host)
          .append(" rport 4000\r\n");
    if (dice.once_in(3)) text.append("c=IN IP4 0.0.0.0\r\n");
  }
  return text;
}

inline void shuffle(Dice& dice, std::vector<RandomHeader>& headers) {
  for (std::size_t last = headers.size(); last > 1; --last)
    std::swap(headers[last - 1], headers[dice.below(last)]);
}

inline RandomHeader random_via(Dice& dice, About about, std::size_t number) {
  std::string value = "SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bK" + std::to_string(number);
  if (about == About::nothing || dice.once_in(2)) value.append(";rport");
  return {"Via", 'v', value};
}

struct RandomRequest {
  std::string head;  ///< up to the empty line, that included
  std::string body;
  [[nodiscard]] std::string text() const { return head + body; }
};

/// Request number `number` of john; with a body in half of the cases. Content-Length is right.
inline RandomRequest random_request(Dice& dice, About about, std::size_t number) {
  static const std::vector<std::string> methods = {"INVITE", "OPTIONS",   "MESSAGE", "REFER",
                                                   "UPDATE", "SUBSCRIBE", "N3W"};
  const std::string method = dice.one_of(methods);
  RandomRequest request;
  std::vector<RandomHeader> headers = untouchable_headers(dice);
  if (dice.once_in(2)) {
    const std::string host = about == About::own_address ? kAdvertisedHost : kObservedHost;
    request.body = dice.once_in(4) ? "sip:john@203.0.113.77:61211" : random_session(dice, host);
    headers.push_back({"Content-Type", 'c', request.body.front() == 'v' ? "application/sdp" : "text/plain"});
  }
  for (const RandomHeader& header : routing_headers(dice, about)) headers.push_back(header);
  headers.push_back(random_via(dice, about, number));
  headers.push_back({"From", 'f', "\"J\" <sip:john@fritz.box>;tag=203.0.113.77:61211"});
  headers.push_back({"To", 't', "<sip:**610@fritz.box>"});
  headers.push_back({"Call-ID", 'i', std::to_string(number) + "@203.0.113.77:61211"});
  headers.push_back({"CSeq", 0, std::to_string(number) + " " + method});
  headers.push_back({"Max-Forwards", 0, "70"});
  headers.push_back({"Content-Length", 'l', std::to_string(request.body.size())});
  shuffle(dice, headers);
  request.head = method + " sip:**610@fritz.box SIP/2.0\r\n";
  for (const RandomHeader& header : headers) request.head.append(written(dice, header));
  request.head.append("\r\n");
  return request;
}

/// What makes the phone known.
inline std::string registration(const std::string& contact) {
  std::string text =
      "REGISTER sip:fritz.box SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKregister\r\n"
      "From: <sip:john@fritz.box>;tag=r\r\n"
      "To: <sip:john@fritz.box>\r\n"
      "Call-ID: register\r\n"
      "CSeq: 1 REGISTER\r\n"
      "Contact: ";
  return text.append(contact).append("\r\nExpires: 900\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace fapfon::property
