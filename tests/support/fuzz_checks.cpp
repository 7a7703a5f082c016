// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fuzz_checks.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "relay/latch.hpp"
#include "relay/reception.hpp"
#include "relay/relay.hpp"
#include "rewrite/media.hpp"
#include "rewrite/relayed_media.hpp"
#include "sdp/address_reader.hpp"
#include "sdp/session_reader.hpp"
#include "sdp/text.hpp"
#include "sip/body_parts.hpp"
#include "sip/message_view.hpp"
#include "sip/stream_framer.hpp"
#include "support/core_harness.hpp"

namespace fapfon::support {
namespace {

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

/// What a relayed session description becomes, with ports of ours from 30000 on.
std::string relayed(const sip::MessageView& message) {
  std::array<rewrite::StreamChange, relay::kMaxStreams> changes;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto port = static_cast<std::uint16_t>(30'000 + 2 * i);
    changes[i] = {rewrite::StreamChange::Kind::relay, port, static_cast<std::uint16_t>(port + 1)};
  }
  const sip::BodyParts parts(message);
  Edits edits;
  edits.start(message.whole());
  rewrite::relay_media(parts, {IpAddress::v4(192, 0, 2, 1), changes, true}, edits);
  rewrite::correct_lengths(message, parts, edits);
  std::string text;
  edits.apply(text);
  return text;
}

void check_streams(ByteView before, ByteView after) {
  sdp::SessionReader was(before);
  sdp::SessionReader is(after);
  while (const auto media = is.next()) {
    const auto original = was.next();
    demand(original && was.count() == is.count(), "every stream keeps its place");
    demand(original->protocol == media->protocol, "a stream stays what it is");
    const bool beyond = is.count() > relay::kMaxStreams;
    const auto ours = static_cast<std::uint16_t>(29'998 + 2 * is.count());
    demand(media->port == (original->port == 0 || beyond ? 0 : ours), "a stream in use names a port of ours");
    demand(media->port == 0 || media->count_text.empty(), "it names one");
  }
  demand(!was.next() && was.count() == is.count(), "there are as many streams as before");
  ByteView rest = after;
  demand(sdp::take_bypass_line(rest).empty(), "nothing is left that leads around the relay");
}

void check_relayed(ByteView session) {
  const std::string head = "ACK sip:b@h SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: ";
  const std::string tail = "\r\nVia: SIP/2.0/UDP h\r\n\r\n";
  const std::string text = head + std::to_string(session.size()) + tail + std::string(session);
  static sip::MessageView view;
  view.parse_datagram(text);
  const std::string out = relayed(view);
  const std::size_t body = out.find("\r\n\r\n") + 4;
  const std::string length = std::to_string(out.size() - body);
  demand(out.substr(0, body) == head + length + tail, "Content-Length is right, and nothing else changes");
  check_streams(session, ByteView(out).substr(body));
}

/// Packets from both sides to the first ports of ours.
void send_packets(CoreHarness& core) {
  const Scene& scene = core.scene();
  for (std::uint16_t port = 30'000; port < 30'008; ++port) {
    for (const SocketAddress& source : {scene.phone, scene.box}) {
      const auto hop = core.packet(source, {scene.sip_port.ip, port}, rtp_packet(port, port));
      demand(!hop || hop->to != source, "nothing goes back to its sender");
    }
  }
}

constexpr const char* kRegister =
    "REGISTER sip:fritz.box SIP/2.0\r\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKregister\r\n"
    "From: <sip:j@fritz.box>;tag=r\r\nTo: <sip:j@fritz.box>\r\nCall-ID: register\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:j@10.0.0.7:4>\r\nContent-Length: 0\r\n\r\n";

/// One media port that lives through what a script says: two bytes are a deed and its number.
class MediaStory {
 public:
  explicit MediaStory(unsigned kind)
      : payload_(static_cast<relay::Payload>(kind % 3)),
        latch_(payload_, kind % 2 == 0 ? relay::Target::learned : relay::Target::announced),
        reception_(payload_) {}

  /// Returns how many bytes of `rest` it has used beyond the two.
  std::size_t step(unsigned deed, unsigned number, ByteView rest) {
    const IpAddress ip = IpAddress::v4(192, 0, 2, deed % 2 == 0 ? 6 : 7);
    const auto port = static_cast<std::uint16_t>(deed / 8 % 8);
    switch (deed / 64) {
      case 0:
        return says(deed / 2 % 4, ip, port, number);
      case 1:
        now_ += std::chrono::milliseconds{50} * number;
        return 0;
      default:
        comes({ip, port}, rest.substr(0, number));
        return number;
    }
  }

 private:
  std::size_t says(unsigned what, const IpAddress& ip, std::uint16_t port, unsigned number) {
    if (what == 0) latch_.expect_nobody();
    if (what == 0) reception_.pause();
    if (what == 1)
      reception_.know({static_cast<std::uint8_t>(number % 128), number * number * number, "any"});
    if (what < 2) return 0;
    reception_.resume();
    latch_.expect(ip, port, now_);
    expected_ = ip;
    return 0;
  }

  void comes(const SocketAddress& source, ByteView bytes) {
    const auto packet = relay::Packet::read(source, bytes);
    demand(!packet.rtp || (bytes.size() >= 12 && !relay::is_rtcp(bytes)), "RTP has a header and is no RTCP");
    demand(!relay::rtcp_ssrc(bytes) || relay::is_rtcp(bytes), "only RTCP has a sender of RTCP");
    const auto before = latch_.learned();
    const bool is_taken = latch_.take(packet, now_);
    demand(!is_taken || source.ip == expected_, "only the expected address is heard");
    demand(is_taken ? latch_.learned() == source : latch_.learned() == before, "who is heard is learned");
    demand(latch_.destination().value_or(SocketAddress{expected_, 1}).ip == expected_, "it sends there only");
    if (!is_taken) return;
    reception_.update(packet, now_);
    const relay::ReceptionFigures figures = reception_.figures();
    demand(figures.jitter <= figures.worst_jitter, "the worst jitter is the worst");
    demand(figures.lost_count <= figures.packet_count * relay::Reception::kMaxDropout, "loss has a bound");
  }

  relay::Payload payload_;
  relay::Latch latch_;
  relay::Reception reception_;
  IpAddress expected_;
  TimePoint now_{std::chrono::hours{1}};
};

}  // namespace

void demand(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

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
    // Leading zeros, which phones write and IpAddress::parse refuses, are read as decimal.
    demand(sdp::parse_address(address->text) == address->ip, "the address reads the same again");
  }
  constexpr std::size_t kMostBytes = 16 * 1024;  // far more than UDP carries, and within all limits
  if (text.size() <= kMostBytes) check_relayed(text);
}

void check_proxy(ByteView bytes) {
  if (bytes.empty()) return;
  const bool from_box = (bytes.front() & 1) != 0;
  const bool stream = (bytes.front() & 2) != 0;
  const bool known = from_box || (bytes.front() & 4) != 0;
  const Transport transport = stream ? Transport::tcp : Transport::udp;
  const ByteView sent = bytes.substr(1);
  Scene scene;
  if ((bytes.front() & 8) != 0) scene.config.media = proxy::MediaMode::relay;
  CoreHarness core(scene);
  if (known) core.phone_sends(kRegister, transport);
  const Reaction reaction = from_box ? core.box_sends(sent) : core.phone_sends(sent, transport);
  demand(size_of(reaction.to_box) <= size_allowed(sent), "the Box gets no more than was sent");
  demand(size_of(reaction.to_phone) <= size_allowed(sent), "the phone gets no more than was sent");
  send_packets(core);
  if (stream) return;
  demand(reaction.to_box.size() + reaction.to_phone.size() <= 1, "one datagram gives one");
  static sip::MessageView view;
  for (const std::string& message : from_box ? std::vector<std::string>{} : reaction.to_box) {
    demand(view.parse_datagram(message) == sip::ParseError::none, "what leaves to the Box can be read");
    demand(view.whole().size() == message.size(), "its Content-Length is right");
  }
}

void check_media(ByteView script) {
  if (script.empty()) return;
  MediaStory story(static_cast<unsigned char>(script.front()));
  script.remove_prefix(1);
  while (script.size() >= 2) {
    const auto deed = static_cast<unsigned char>(script[0]);
    const auto number = static_cast<unsigned char>(script[1]);
    script.remove_prefix(2);
    script.remove_prefix(std::min(story.step(deed, number, script), script.size()));
  }
}

}  // namespace fapfon::support
