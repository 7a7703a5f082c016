// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/answer.hpp"

#include <functional>

#include "sip/grammar.hpp"

namespace fapfon::proxy {
namespace {

/// Our To tags begin with this; the hash after it is the same for a retransmission (RFC 3261 section 8.2.7).
constexpr ByteView kTagStart = "fapfon-";

constexpr ByteView reason_of(int status) noexcept {
  switch (status) {
    case 400:
      return "Bad Request";
    case 503:
      return "Service Unavailable";
    case 505:
      return "Version Not Supported";
    case 513:
      return "Message Too Large";
    default:
      return "Error";
  }
}

ByteView tag_of(ByteView to) noexcept {
  const auto name_addr = sip::parse_name_addr(to);
  const auto tag = name_addr ? sip::find_param(name_addr->params, "tag") : std::nullopt;
  return tag ? tag->value : ByteView{};
}

void append_to(const sip::MessageView& request, ByteView to, std::string& out) {
  out.append("To: ").append(to);
  if (tag_of(to).empty() && sip::parse_name_addr(to)) {
    const sip::HeaderLine* call_id = request.find(sip::HeaderName::call_id);
    const std::size_t hash = std::hash<std::string_view>{}(call_id != nullptr ? call_id->value : to);
    out.append(";tag=").append(kTagStart).append(std::to_string(hash));
  }
  out.append("\r\n");
}

}  // namespace

bool is_answerable(const sip::MessageView& request) noexcept {
  const bool wants_answer = request.is_request() && request.start().method != sip::Method::ack;
  const sip::HeaderLine* via = request.find(sip::HeaderName::via);
  if (!wants_answer || via == nullptr) return false;
  const auto topmost = sip::ValueReader(via->value).next();
  return topmost && sip::names_sender(*topmost);
}

void append_answer(const sip::MessageView& request, int status, std::chrono::seconds retry_after,
                   std::string& out) {
  out.append("SIP/2.0 ").append(std::to_string(status)).append(" ").append(reason_of(status)).append("\r\n");
  const auto append = [&](ByteView name, ByteView value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  for (const sip::HeaderLine& header : request.headers()) {
    if (header.name == sip::HeaderName::via) append("Via", header.value);
  }
  // The first of each: a request may be refused because there are several.
  if (const auto* from = request.find(sip::HeaderName::from)) append("From", from->value);
  if (const auto* to = request.find(sip::HeaderName::to)) append_to(request, to->value, out);
  if (const auto* call_id = request.find(sip::HeaderName::call_id)) append("Call-ID", call_id->value);
  if (const auto* cseq = request.find(sip::HeaderName::cseq)) append("CSeq", cseq->value);
  if (retry_after.count() > 0) append("Retry-After", std::to_string(retry_after.count()));
  out.append("Content-Length: 0\r\n\r\n");
}

bool acknowledges_own_answer(const sip::MessageView& request) noexcept {
  if (!request.is_request() || request.method() != sip::Method::ack) return false;
  const auto tag = sip::find_param(request.to().params, "tag");
  return tag && tag->value.substr(0, kTagStart.size()) == kTagStart;
}

}  // namespace fapfon::proxy
