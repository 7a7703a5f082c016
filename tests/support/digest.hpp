// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP digest with MD5 and without qop, as the FRITZ!Box asks for it (RFC 2617 section 3.2.2, SPEC
// section 1). Both simulated peers use it: the phone to answer a challenge, the Box to check.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::support {

struct Credentials {
  std::string user;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;

  /// Reads the value of an Authorization header; none when it is no digest.
  static std::optional<Credentials> read(ByteView value);
  [[nodiscard]] std::string text() const;
};

/// "realm" and so on of a Digest header; quotes taken off, empty when missing.
std::string digest_field(ByteView value, ByteView name);

/// The value of the Authorization header that answers `challenge` (a WWW-Authenticate value).
std::string answer_challenge(ByteView challenge, ByteView user, ByteView password, ByteView method,
                             ByteView uri);

/// True when `credentials` prove that their sender knows `password`.
bool proves(const Credentials& credentials, ByteView password, ByteView method);

/// In lower-case hex.
std::string md5(ByteView text);

}  // namespace fapfon::support
