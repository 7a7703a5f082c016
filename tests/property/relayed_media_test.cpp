// SPDX-License-Identifier: GPL-2.0-or-later
// Relayed media (S4, M2) on session descriptions of any number of streams of any kind, in any form.
#include <set>

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "property/header_text.hpp"
#include "property/random_message.hpp"
#include "relay/description.hpp"
#include "support/core_harness.hpp"
#include "support/fuzz_checks.hpp"

namespace fapfon::property {
namespace {

constexpr std::size_t kRuns = 1000;
constexpr const char* kBoxHost = "172.30.10.1";
constexpr const char* kOurs = "172.30.10.2";

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find("\r\n", begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 2;
  }
  return lines;
}

/// Attributes that no rule changes.
const Lines kOthers{"a=sendrecv",
                    "a=rtpmap:8 PCMA/8000",
                    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
                    "a=rtcp-mux",
                    "b=AS:84",
                    "a=fmtp:101 0-15",
                    "i=m=audio 4000"};
const Lines kIce{"a=ice-ufrag:8hhY", "a=candidate:1 1 UDP 2130706431 203.0.113.77 4000 typ host",
                 "a=end-of-candidates"};

void add_media(Dice& dice, const std::string& host, Lines& lines) {
  static const Lines types{"audio", "audio", "video", "image", "message"};
  static const Lines protocols{"RTP/AVP 8", "RTP/AVP 8", "RTP/SAVPF 99", "udptl t38", "TCP/MSRP *"};
  const std::size_t port = dice.once_in(5) ? 0 : 4000 + dice.below(2000);
  const std::string count = dice.once_in(8) ? "/2" : "";
  lines.push_back("m=" + dice.one_of(types) + " " + std::to_string(port) + count + " " +
                  dice.one_of(protocols));
  if (dice.once_in(3)) lines.push_back("c=IN IP4 " + (dice.once_in(6) ? "0.0.0.0" : host));
  if (dice.once_in(3)) lines.push_back("a=rtcp:" + std::to_string(port + 1));
  if (dice.once_in(4)) lines.push_back("a=rtcp:" + std::to_string(port + 1) + " IN IP4 " + host);
  for (const std::string& line : kOthers) {
    if (dice.once_in(4)) lines.push_back(line);
  }
  for (const std::string& line : kIce) {
    if (dice.once_in(4)) lines.push_back(line);
  }
}

std::string random_streams(Dice& dice, const std::string& host) {
  Lines lines{"v=0", "o=- 1 1 IN IP4 " + host, "s=-", "c=IN IP4 " + host, "t=0 0"};
  if (dice.once_in(6)) lines.push_back("a=ice-lite");
  const std::size_t count = dice.below(relay::kMaxStreams + 3);
  for (std::size_t i = 0; i < count; ++i) add_media(dice, host, lines);
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\r\n");
  return text;
}

struct Stream {
  std::string type;
  std::string port;
  std::string protocol;
};

std::vector<Stream> streams_of(const std::string& session) {
  std::vector<Stream> streams;
  for (const std::string& line : lines_of(session)) {
    if (line.rfind("m=", 0) != 0) continue;
    const std::size_t port = line.find(' ') + 1;
    const std::size_t protocol = line.find(' ', port) + 1;
    streams.push_back({line.substr(0, port), line.substr(port, protocol - 1 - port), line.substr(protocol)});
  }
  return streams;
}

/// What stands in a session besides the ways of its media.
Lines rest_of(const std::string& session) {
  Lines rest;
  for (const std::string& line : lines_of(session)) {
    const auto begins = [&](const char* start) { return line.rfind(start, 0) == 0; };
    const bool is_way = begins("m=") || begins("c=") || begins("o=") || begins("a=rtcp:");
    const bool is_ice = begins("a=ice-") || begins("a=candidate:") || begins("a=end-of-");
    if (!is_way && !is_ice) rest.push_back(line);
  }
  return rest;
}

bool is_ours(const std::string& port) {
  const auto number = parse_decimal<std::uint16_t>(port);
  return number && *number >= 30'000 && *number % 2 == 0;
}

bool can_be_relayed(const Stream& stream, std::size_t place) {
  return stream.port.rfind('0', 0) != 0 && stream.protocol.rfind("TCP", 0) != 0 && place < relay::kMaxStreams;
}

/// Adds the ports of ours that it names.
void expect_relayed(const std::string& before, const std::string& after, std::set<std::string>& ports) {
  const auto was = streams_of(before);
  const auto is = streams_of(after);
  ASSERT_EQ(is.size(), was.size()) << after;
  EXPECT_EQ(rest_of(after), rest_of(before));
  for (std::size_t i = 0; i < is.size(); ++i) {
    EXPECT_EQ(is[i].type + is[i].protocol, was[i].type + was[i].protocol);
    EXPECT_EQ(is_ours(is[i].port), can_be_relayed(was[i], i)) << before << after;
    if (is_ours(is[i].port))
      EXPECT_TRUE(ports.insert(is[i].port).second) << "twice " << after;
    else
      EXPECT_EQ(is[i].port.front(), '0');
  }
}

std::string with_body(const std::string& head, const std::string& session) {
  return head + "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(session.size()) +
         "\r\n\r\n" + session;
}

constexpr const char* kDialog =
    "Via: SIP/2.0/UDP 203.0.113.77:61211;rport;branch=z9hG4bKs\r\nFrom: <sip:john@fritz.box>;tag=s\r\n"
    "To: <sip:**610@fritz.box>\r\nCall-ID: s\r\nCSeq: 5 INVITE\r\n";

std::string at_box(support::CoreHarness& core, const std::string& session) {
  const auto reaction =
      core.phone_sends(with_body(std::string("INVITE sip:**610@fritz.box SIP/2.0\r\n") + kDialog, session));
  return reaction.to_box.size() == 1 ? body_of(reaction.to_box.front()) : "none";
}

std::string at_phone(support::CoreHarness& core, const std::string& session) {
  const auto reaction =
      core.box_sends(with_body(std::string("SIP/2.0 183 Session Progress\r\n") + kDialog, session));
  return reaction.to_phone.size() == 1 ? body_of(reaction.to_phone.front()) : "none";
}

support::Scene relaying() {
  support::Scene scene;
  scene.config.media = proxy::MediaMode::relay;
  return scene;
}

TEST(RelayedMedia, every_stream_keeps_its_place_and_gets_a_port_of_its_own) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core(relaying());
    const std::string offer = random_streams(dice, kAdvertisedHost);
    std::set<std::string> ports;
    expect_relayed(offer, at_box(core, offer), ports);
    const std::string answer = random_streams(dice, kBoxHost);
    expect_relayed(answer, at_phone(core, answer), ports);
  });
}

TEST(RelayedMedia, the_phones_address_reaches_the_box_nowhere) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core(relaying());
    const std::string session = at_box(core, random_streams(dice, kAdvertisedHost));
    EXPECT_EQ(session.find(kAdvertisedHost), std::string::npos) << session;
    EXPECT_NE(session.find(kOurs), std::string::npos) << session;
  });
}

TEST(RelayedMedia, the_same_offer_reads_the_same_again) {
  for_each_seed(kRuns / 2, [](Dice& dice) {
    support::CoreHarness core(relaying());
    const std::string offer = random_streams(dice, kAdvertisedHost);
    const std::string first = at_box(core, offer);
    at_phone(core, random_streams(dice, kBoxHost));
    EXPECT_EQ(at_box(core, offer), first);
  });
}

TEST(RelayedMedia, an_echo_of_the_offer_names_the_ports_of_the_other_side) {
  for_each_seed(kRuns / 2, [](Dice& dice) {
    support::CoreHarness core(relaying());
    const std::string read_by_box = at_box(core, random_streams(dice, kAdvertisedHost));
    std::set<std::string> ports;
    for (const Stream& stream : streams_of(read_by_box)) ports.insert(stream.port);
    ports.erase("0");
    expect_relayed(read_by_box, at_phone(core, read_by_box), ports);
  });
}

TEST(RelayedMedia, the_relay_keeps_calls_apart_whatever_happens) {
  for_each_seed(kRuns, [](Dice& dice) {
    constexpr std::size_t kBytes = 600;
    std::string script(32, '\0');  // ports first, that something can happen
    for (std::size_t i = 0; i < kBytes; ++i) script += static_cast<char>(dice.below(256));
    support::check_relay(script);
  });
}

}  // namespace
}  // namespace fapfon::property
