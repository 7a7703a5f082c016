// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fuzz_checks.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "sdp/address_reader.hpp"
#include "sip/message_view.hpp"
#include "sip/stream_framer.hpp"
#include "support/core_harness.hpp"

namespace fapfon::support {
namespace {

void demand(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

void check_views(const sip::MessageView& view, ByteView bytes) {
  demand(lies_in(view.whole(), bytes), "the message lies in the bytes");
  demand(lies_in(view.body(), view.whole()), "the body lies in the message");
  for (const sip::HeaderLine& header : view.headers()) {
    demand(header.name_text.empty() || lies_in(header.name_text, bytes), "a header name lies in the bytes");
    demand(lies_in(header.value, bytes), "a header value lies in the bytes");
  }
}

using Frames = std::vector<std::string>;

/// What a stream in these pieces is taken for; ends where its framing is lost.
Frames frames_of(ByteView first, ByteView second) {
  static sip::MessageView view;
  sip::StreamFramer framer;
  Frames frames;
  std::string buffered;
  for (const ByteView piece : {first, second}) {
    buffered.append(piece);
    while (true) {
      const sip::StreamFramer::Step step = framer.next(buffered, view);
      demand(step.consumed <= buffered.size(), "no more is consumed than there is");
      if (step.kind == sip::StreamFramer::Kind::need_more) break;
      demand(step.consumed > 0, "a step gets on");
      if (step.kind != sip::StreamFramer::Kind::skipped) frames.push_back(buffered.substr(0, step.consumed));
      if (step.kind == sip::StreamFramer::Kind::lost) {
        frames.back() = "lost";
        return frames;
      }
      buffered.erase(0, step.consumed);
    }
  }
  return frames;
}

std::size_t size_of(const std::vector<std::string>& messages) {
  std::size_t size = 0;
  for (const std::string& message : messages) size += message.size();
  return size;
}

/// Places where an address can stand, and what it can grow by there.
std::size_t size_allowed(ByteView sent) {
  constexpr std::size_t kLongestAddress = 24;
  constexpr std::size_t kAnswer = 512;
  std::size_t places = 2;
  for (const char c : sent) places += c == ',' || c == '\n' || c == ' ' ? 1U : 0U;
  return sent.size() + kAnswer + places * kLongestAddress;
}

constexpr const char* kRegister =
    "REGISTER sip:fritz.box SIP/2.0\r\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKregister\r\n"
    "From: <sip:j@fritz.box>;tag=r\r\nTo: <sip:j@fritz.box>\r\nCall-ID: register\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:j@10.0.0.7:4>\r\nContent-Length: 0\r\n\r\n";

}  // namespace

void check_message(ByteView bytes) {
  static sip::MessageView view;
  const auto exact = std::make_unique<char[]>(bytes.size());
  bytes.copy(exact.get(), bytes.size());
  const ByteView datagram{exact.get(), bytes.size()};
  view.parse_datagram(datagram);
  check_views(view, datagram);
  const Frames whole = frames_of(bytes, {});
  const std::size_t cut = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.back()) % bytes.size();
  demand(whole == frames_of(bytes.substr(0, cut), bytes.substr(cut)), "a cut changes no message");
}

void check_session(ByteView text) {
  sdp::AddressReader reader(text);
  while (const auto address = reader.next()) {
    demand(lies_in(address->text, text), "the address lies in the session");
    demand(address->family.empty() || lies_in(address->family, text), "its family lies in the session");
    demand(IpAddress::parse(address->text) == address->ip, "the address reads the same again");
  }
}

void check_proxy(ByteView bytes) {
  if (bytes.empty()) return;
  const bool from_box = (bytes.front() & 1) != 0;
  const bool stream = (bytes.front() & 2) != 0;
  const bool known = from_box || (bytes.front() & 4) != 0;
  const Transport transport = stream ? Transport::tcp : Transport::udp;
  const ByteView sent = bytes.substr(1);
  CoreHarness core;
  if (known) core.phone_sends(kRegister, transport);
  const Reaction reaction = from_box ? core.box_sends(sent) : core.phone_sends(sent, transport);
  demand(size_of(reaction.to_box) <= size_allowed(sent), "the Box gets no more than was sent");
  demand(size_of(reaction.to_phone) <= size_allowed(sent), "the phone gets no more than was sent");
  if (stream) return;
  demand(reaction.to_box.size() + reaction.to_phone.size() <= 1, "one datagram gives one");
  static sip::MessageView view;
  for (const std::string& message : from_box ? std::vector<std::string>{} : reaction.to_box) {
    demand(view.parse_datagram(message) == sip::ParseError::none, "what leaves to the Box can be read");
    demand(view.whole().size() == message.size(), "its Content-Length is right");
  }
}

}  // namespace fapfon::support
