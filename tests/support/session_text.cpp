// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/session_text.hpp"

#include <algorithm>

namespace fapfon::support {
namespace {

std::string in(const IpAddress& ip) {
  return (ip.is_v6() ? "IN IP6 " : "IN IP4 ") + ip.to_string();
}

/// What stands behind the last `prefix` at the start of a line: a c= of the stream beats the session's.
std::string last_line(ByteView session, ByteView prefix) {
  std::string found;
  std::size_t begin = 0;
  while (begin < session.size()) {
    const std::size_t end = std::min(session.find("\r\n", begin), session.size());
    const ByteView line = session.substr(begin, end - begin);
    if (line.starts_with(prefix)) found = line.substr(prefix.size());
    begin = end + 2;
  }
  return found;
}

}  // namespace

std::string phone_session(const SocketAddress& audio, unsigned version) {
  const std::string port = std::to_string(audio.port);
  const std::string rtcp_port = std::to_string(audio.port + 1);
  return "v=0\r\no=- 3727522826 " + std::to_string(3727522826U + version) + ' ' + in(audio.ip) +
         "\r\ns=pjmedia\r\nc=" + in(audio.ip) + "\r\nt=0 0\r\na=X-nat:0\r\nm=audio " + port +
         " RTP/AVP 8 0 3 101\r\na=rtcp:" + rtcp_port + ' ' + in(audio.ip) +
         "\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:3 GSM/8000\r\na=sendrecv\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";
}

std::string box_session(const SocketAddress& audio, unsigned version) {
  return "v=0\r\no=user 13607015 " + std::to_string(13607015U + version) + ' ' + in(audio.ip) +
         "\r\ns=call\r\nc=" + in(audio.ip) + "\r\nt=0 0\r\nm=audio " + std::to_string(audio.port) +
         " RTP/AVP 8 0 101\r\na=sendrecv\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
         "a=rtcp:" +
         std::to_string(audio.port + 1) + "\r\n";
}

std::optional<SocketAddress> audio_in(ByteView session) {
  const std::string media = last_line(session, "m=audio ");
  const auto port = parse_decimal<std::uint16_t>(ByteView{media}.substr(0, media.find(' ')));
  const std::string connection = last_line(session, "c=IN IP");
  if (!port || *port == 0 || connection.size() < 3) return std::nullopt;
  const auto ip = IpAddress::parse(ByteView{connection}.substr(2));
  if (!ip) return std::nullopt;
  return SocketAddress{*ip, *port};
}

std::optional<SocketAddress> rtcp_in(ByteView session) {
  auto where = audio_in(session);
  if (!where) return std::nullopt;
  const std::string attribute = last_line(session, "a=rtcp:");
  const auto port = parse_decimal<std::uint16_t>(ByteView{attribute}.substr(0, attribute.find(' ')));
  where->port = port.value_or(static_cast<std::uint16_t>(where->port + 1));
  const std::size_t last_blank = attribute.rfind(' ');
  if (last_blank == std::string::npos) return where;
  if (const auto ip = IpAddress::parse(ByteView{attribute}.substr(last_blank + 1))) where->ip = *ip;
  return where;
}

}  // namespace fapfon::support
