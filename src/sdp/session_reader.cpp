// SPDX-License-Identifier: GPL-2.0-or-later
#include "sdp/session_reader.hpp"

#include <algorithm>
#include <array>

#include "sdp/text.hpp"

namespace fapfon::sdp {
namespace {

std::optional<Network> read_network(ByteView text) noexcept {
  if (!iequals(take_word(text), "IN")) return std::nullopt;
  Network network;
  network.family = take_word(text);
  const ByteView word = take_word(text);
  network.text = word.substr(0, word.find('/'));
  if (network.text.empty()) return std::nullopt;
  network.ip = parse_address(network.text);
  return network;
}

std::optional<Rtcp> read_rtcp(ByteView text) noexcept {
  Rtcp rtcp;
  rtcp.port_text = take_word(text);
  const auto port = parse_decimal<std::uint16_t>(rtcp.port_text);
  if (!port) return std::nullopt;
  rtcp.port = *port;
  rtcp.network = read_network(text);
  return rtcp;
}

std::optional<Direction> read_direction(ByteView line) noexcept {
  if (line == "a=sendrecv") return Direction::both;
  if (line == "a=sendonly") return Direction::send_only;
  if (line == "a=recvonly") return Direction::receive_only;
  if (line == "a=inactive") return Direction::inactive;
  return std::nullopt;
}

/// "m=audio 49170/2 RTP/AVP 8 0"
std::optional<Media> read_media_line(ByteView line) noexcept {
  Media media;
  line.remove_prefix(2);
  media.type = take_word(line);
  const ByteView word = take_word(line);
  media.port_text = word.substr(0, word.find('/'));
  media.count_text = word.substr(media.port_text.size());
  media.protocol = take_word(line);
  const auto port = parse_decimal<std::uint16_t>(media.port_text);
  if (!port || media.protocol.empty()) return std::nullopt;
  media.port = *port;
  return media;
}

std::size_t find_media_line(ByteView text, std::size_t from) noexcept {
  while ((from = text.find("m=", from)) != ByteView::npos) {
    if (from == 0 || text[from - 1] == '\n') return from;
    ++from;
  }
  return text.size();
}

bool names_other_addresses(ByteView line) noexcept {
  constexpr std::array<ByteView, 6> kStarts{
      "a=ice-", "a=candidate:", "a=remote-candidates:", "a=end-of-candidates", "a=alt:", "a=altc:"};
  return std::ranges::any_of(kStarts, [&](ByteView start) { return starts_with(line, start); });
}

bool is_bundle(ByteView line) noexcept {
  constexpr ByteView kGroup = "a=group:";
  if (line == "a=bundle-only") return true;
  if (!starts_with(line, kGroup)) return false;
  line.remove_prefix(kGroup.size());
  return iequals(take_word(line), "BUNDLE");
}

}  // namespace

bool Media::is_rtp() const noexcept {
  return protocol.find("RTP/") != ByteView::npos;
}

bool Media::is_over_udp() const noexcept {
  // "TCP/RTP/AVP" and "TCP/MSRP" are not; "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "udptl" and "udp" are.
  if (starts_with(protocol, "TCP")) return false;
  return is_rtp() || iequals(protocol.substr(0, 3), "udp");
}

SessionReader::SessionReader(ByteView session) noexcept : rest_(session) {
  const std::size_t end = find_media_line(session, 0);
  ByteView head = session.substr(0, end);
  rest_.remove_prefix(end);
  while (!head.empty()) {
    const ByteView line = take_line(head);
    if (starts_with(line, "c=") && !connection_) connection_ = read_network(line.substr(2));
    if (const auto direction = read_direction(line)) direction_ = *direction;
  }
}

std::optional<Media> SessionReader::next() noexcept {
  while (!rest_.empty()) {
    const ByteView lines = rest_.substr(0, find_media_line(rest_, 1));
    rest_.remove_prefix(lines.size());
    ++count_;
    ByteView text = lines;
    auto media = read_media_line(take_line(text));
    if (!media) continue;
    media->lines = lines;
    return read_attributes(*media);
  }
  return std::nullopt;
}

Media SessionReader::read_attributes(Media media) const noexcept {
  constexpr ByteView kRtcp = "a=rtcp:";
  media.connection = connection_;
  media.direction = direction_;
  bool has_own_connection = false;
  ByteView rest = media.lines;
  while (!rest.empty()) {
    const ByteView line = take_line(rest);
    if (starts_with(line, "c=") && !has_own_connection) {
      const auto own = read_network(line.substr(2));
      has_own_connection = own.has_value();
      if (own) media.connection = own;
    }
    if (starts_with(line, kRtcp) && !media.rtcp) media.rtcp = read_rtcp(line.substr(kRtcp.size()));
    if (const auto direction = read_direction(line)) media.direction = *direction;
  }
  return media;
}

std::optional<Codec> CodecReader::next() noexcept {
  constexpr ByteView kRtpmap = "a=rtpmap:";
  while (!rest_.empty()) {
    ByteView line = take_line(rest_);
    if (!starts_with(line, kRtpmap)) continue;
    line.remove_prefix(kRtpmap.size());
    const auto payload_type = parse_decimal<std::uint8_t>(take_word(line));
    ByteView encoding = take_word(line);
    const ByteView name = encoding.substr(0, encoding.find('/'));
    if (!payload_type || name.size() == encoding.size()) continue;
    encoding.remove_prefix(name.size() + 1);
    const auto clock_rate = parse_decimal<std::uint32_t>(encoding.substr(0, encoding.find('/')));
    if (clock_rate) return Codec{*payload_type, name, *clock_rate};
  }
  return std::nullopt;
}

ByteView take_bypass_line(ByteView& rest) noexcept {
  while (!rest.empty()) {
    const ByteView before = rest;
    const ByteView line = take_line(rest);
    if (names_other_addresses(line) || is_bundle(line)) return before.substr(0, before.size() - rest.size());
  }
  return {};
}

}  // namespace fapfon::sdp
