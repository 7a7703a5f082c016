// SPDX-License-Identifier: GPL-2.0-or-later
// A SIP message for the simulated peers: read into strings, changed, written again. Written
// independently of src/sip and far simpler (no folding, no compact names: the peers write neither and
// the proxy must not either), so that a mistake there does not hide itself here. RFC 3261 section 7.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon::support {

struct Header {
  std::string name;
  std::string value;
};

struct Message {
  std::string start_line;
  std::vector<Header> headers;
  std::string body;

  /// None when there is no start line with "SIP/2.0" or no empty line behind the headers.
  static std::optional<Message> read(ByteView text);
  static Message request(ByteView method, ByteView uri);
  static Message response(int status, ByteView reason);

  [[nodiscard]] bool is_request() const;
  /// 0 for a request.
  [[nodiscard]] int status() const;
  /// Of a request, or of the request that a response answers (CSeq).
  [[nodiscard]] std::string method() const;
  [[nodiscard]] std::string request_uri() const;

  /// The first header of this name; empty when there is none.
  [[nodiscard]] std::string get(ByteView name) const;
  [[nodiscard]] bool has(ByteView name) const;
  /// All values of this name in order; comma-joined values are taken apart.
  [[nodiscard]] std::vector<std::string> values(ByteView name) const;
  Message& add(ByteView name, ByteView value);
  /// Replaces the first header of this name, or adds one.
  Message& set(ByteView name, ByteView value);
  /// Sets the body and its type; Content-Length is written by text().
  Message& carry(ByteView content_type, ByteView content);

  /// The message as it goes out, with the Content-Length that its body has.
  [[nodiscard]] std::string text() const;
};

/// The reason phrase that goes with a status, for those that the peers use.
std::string reason_of(int status);

}  // namespace fapfon::support
