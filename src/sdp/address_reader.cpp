// SPDX-License-Identifier: GPL-2.0-or-later
#include "sdp/address_reader.hpp"

#include "sdp/text.hpp"

namespace fapfon::sdp {
namespace {

std::optional<Address> make_address(Address::Place place, ByteView family, ByteView word) noexcept {
  Address address;
  address.place = place;
  address.family = family;
  address.text = word.substr(0, word.find('/'));
  const auto ip = parse_address(address.text);
  if (!ip) return std::nullopt;
  address.ip = *ip;
  return address;
}

/// "IN IP4 192.0.2.1" at the front of `text`.
std::optional<Address> read_network(Address::Place place, ByteView text) noexcept {
  if (!iequals(take_word(text), "IN")) return std::nullopt;
  const ByteView family = take_word(text);
  if (!iequals(family, "IP4") && !iequals(family, "IP6")) return std::nullopt;
  return make_address(place, family, take_word(text));
}

/// RFC 8866 section 5.2 allows no spaces in the user name, but phones write them: the last three words count.
/// A line with something behind the address is not valid, but the address must not leave all the same.
std::optional<Address> read_origin(ByteView text) noexcept {
  constexpr int kWordsOfNetwork = 3;      // IN IP4 192.0.2.1
  constexpr int kWordsBeforeNetwork = 3;  // username, sess-id, sess-version
  ByteView before = text;
  for (int i = 0; i < kWordsOfNetwork; ++i) take_last_word(before);
  const auto address = read_network(Address::Place::origin, text.substr(before.size()));
  if (address) return address;
  return read_network(Address::Place::origin, skip_words(text, kWordsBeforeNetwork));
}

}  // namespace

std::optional<Address> AddressReader::next() noexcept {
  while (true) {
    if (const auto related = read_related()) return related;
    if (rest_.empty()) return std::nullopt;
    if (const auto address = read_line(take_line(rest_))) return address;
  }
}

std::optional<Address> AddressReader::read_related() noexcept {
  while (!candidate_rest_.empty()) {
    // "typ host raddr 192.0.2.1 rport 9 ...": names and values by turns.
    if (take_word(candidate_rest_) != "raddr") continue;
    if (const auto related = make_address(Address::Place::related, {}, take_word(candidate_rest_)))
      return related;
  }
  return std::nullopt;
}

std::optional<Address> AddressReader::read_line(ByteView line) noexcept {
  constexpr ByteView kRtcp = "a=rtcp:";
  constexpr ByteView kCandidate = "a=candidate:";
  constexpr int kWordsBeforeCandidateAddress = 4;  // foundation, component, transport, priority
  if (starts_with(line, "o=")) return read_origin(line.substr(2));
  if (starts_with(line, "c=")) return read_network(Address::Place::connection, line.substr(2));
  if (starts_with(line, kRtcp))
    return read_network(Address::Place::rtcp, skip_words(line.substr(kRtcp.size()), 1));
  if (starts_with(line, kCandidate)) {
    ByteView text = skip_words(line.substr(kCandidate.size()), kWordsBeforeCandidateAddress);
    const ByteView word = take_word(text);
    candidate_rest_ = text;
    return make_address(Address::Place::candidate, {}, word);
  }
  return std::nullopt;
}

}  // namespace fapfon::sdp
