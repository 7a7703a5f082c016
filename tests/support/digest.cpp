// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/digest.hpp"

#include <array>

#include <openssl/evp.h>

namespace fapfon::support {
namespace {

std::string expected_response(const Credentials& credentials, ByteView password, ByteView method) {
  const std::string secret = md5(credentials.user + ':' + credentials.realm + ':' + std::string{password});
  const std::string what = md5(std::string{method} + ':' + credentials.uri);
  return md5(secret + ':' + credentials.nonce + ':' + what);
}

}  // namespace

std::string digest_field(ByteView value, ByteView name) {
  std::size_t at = 0;
  while ((at = value.find(name, at)) != ByteView::npos) {
    const bool starts_word = at == 0 || value[at - 1] == ' ' || value[at - 1] == ',';
    const std::size_t equals = at + name.size();
    at = equals;
    if (!starts_word || equals >= value.size() || value[equals] != '=') continue;
    const ByteView rest = value.substr(equals + 1);
    if (rest.starts_with('"')) return std::string{rest.substr(1, rest.find('"', 1) - 1)};
    return std::string{rest.substr(0, rest.find(','))};
  }
  return {};
}

std::optional<Credentials> Credentials::read(ByteView value) {
  if (!value.starts_with("Digest ")) return std::nullopt;
  return Credentials{digest_field(value, "username"), digest_field(value, "realm"),
                     digest_field(value, "nonce"), digest_field(value, "uri"),
                     digest_field(value, "response")};
}

std::string Credentials::text() const {
  return "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri +
         "\", response=\"" + response + "\"";
}

std::string answer_challenge(ByteView challenge, ByteView user, ByteView password, ByteView method,
                             ByteView uri) {
  Credentials credentials{std::string{user},
                          digest_field(challenge, "realm"),
                          digest_field(challenge, "nonce"),
                          std::string{uri},
                          {}};
  credentials.response = expected_response(credentials, password, method);
  return credentials.text();
}

bool proves(const Credentials& credentials, ByteView password, ByteView method) {
  return credentials.response == expected_response(credentials, password, method);
}

std::string md5(ByteView text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr);
  constexpr ByteView kHex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4U];
    out += kHex[digest[i] & 0x0fU];
  }
  return out;
}

}  // namespace fapfon::support
