// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_query.hpp"

#include <algorithm>
#include <vector>

#include "base/words.hpp"
#include "sip/message_view.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr;
using text::trf;

constexpr std::size_t kMaxProductBytes = 80;

std::string call_id_of(ByteView token) {
  return "fapfon-query-" + std::string{token};
}

/// ASCII only: among the bytes above it are control characters of terminals too (U+009B), and halves of
/// letters, which JSON does not allow.
std::string printable(ByteView value) {
  std::string text;
  for (const char c : value.substr(0, kMaxProductBytes)) {
    if (c >= ' ' && c <= '~') text += c;
  }
  return text;
}

/// "29.04.88" and "154.07.57": number of the hardware, then the version of FRITZ!OS.
std::string version_in(ByteView word) {
  const std::size_t first = word.find('.');
  const std::size_t second = word.find('.', first == ByteView::npos ? first : first + 1);
  if (second == ByteView::npos) return {};
  const auto major = parse_decimal<unsigned>(word.substr(first + 1, second - first - 1));
  const ByteView minor = word.substr(second + 1);
  const bool is_number = !minor.empty() && std::all_of(minor.begin(), minor.end(), is_digit);
  return major && is_number ? std::to_string(*major) + '.' + std::string{minor} : std::string{};
}

/// The words between "FRITZ!Box" and the firmware are the model; "Fon" and "WLAN" say nothing today.
Product fritzbox_in(ByteView text) {
  Product box{true, "FRITZ!Box", {}};
  for (const ByteView word : split(text.substr(text.find("FRITZ!Box") + ByteView{"FRITZ!Box"}.size()), " ")) {
    box.version = version_in(word);
    if (!box.version.empty()) break;
    if (word.front() == '(') continue;
    if (word != "Fon" && word != "WLAN") box.name += ' ' + std::string{word};
  }
  return box;
}

ByteView product_value(const sip::MessageView& message) {
  for (const ByteView name : {ByteView{"User-Agent"}, ByteView{"Server"}}) {
    for (const sip::HeaderLine& header : message.headers()) {
      if (iequals(header.name_text, name)) return header.value;
    }
  }
  return {};
}

}  // namespace

Product Product::read(ByteView value) {
  const std::string text = printable(value);
  if (text.find("FRITZ!Box") != std::string::npos) return fritzbox_in(text);
  if (text.find("FRITZ!OS") != std::string::npos) return {true, "FRITZ!Box", {}};
  return {false, text, {}};
}

std::string Product::to_string() const {
  if (is_fritzbox) return version.empty() ? name + " (FRITZ!OS)" : trf("{} with FRITZ!OS {}", name, version);
  return trf("{}, not a FRITZ!Box", name.empty() ? tr("a SIP server that does not say what it is") : name);
}

std::string box_query(const SocketAddress& box, const SocketAddress& local, ByteView token) {
  const std::string here = to_uri_host(local.ip);
  const std::string there = to_uri_host(box.ip);
  const std::string unique{token};
  return "OPTIONS sip:" + there + " SIP/2.0\r\n" +                                              //
         "Via: SIP/2.0/UDP " + local.to_string() + ";rport;branch=z9hG4bK" + unique + "\r\n" +  //
         "Max-Forwards: 70\r\n" +                                                               //
         "From: <sip:fapfon-proxy@" + here + ">;tag=" + unique + "\r\n" +                       //
         "To: <sip:" + there + ">\r\n" +                                                        //
         "Call-ID: " + call_id_of(token) + "\r\n" +                                             //
         "CSeq: 1 OPTIONS\r\n" +                                                                //
         "Content-Length: 0\r\n\r\n";
}

std::optional<BoxAnswer> read_answer(ByteView datagram, ByteView token) {
  sip::MessageView message;
  if (message.parse_datagram(datagram) != sip::ParseError::none) return std::nullopt;
  if (message.is_request() || message.call_id() != call_id_of(token)) return std::nullopt;
  BoxAnswer answer;
  answer.status = static_cast<unsigned>(message.start().status);
  answer.product = Product::read(product_value(message));
  if (const auto& received = message.via().received) answer.received = IpAddress::parse(received->value);
  if (const auto& rport = message.via().rport) answer.rport = parse_decimal<std::uint16_t>(rport->value);
  return answer;
}

}  // namespace fapfon::box
