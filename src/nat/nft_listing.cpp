// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/nft_listing.hpp"

#include <optional>
#include <string>

#include "base/words.hpp"
#include "nat/nft_ruleset.hpp"

namespace fapfon::nat {
namespace {

std::size_t occurrences(ByteView text, ByteView what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != ByteView::npos; at = text.find(what, at + what.size()))
    ++count;
  return count;
}

/// The elements of a set, each as its words: "172.30.10.1 . 5060" has three. Views into `listing`.
std::vector<std::vector<ByteView>> elements_of(ByteView listing, ByteView set) {
  const std::size_t start = listing.find("set " + std::string{set} + " {");
  const std::size_t open = start == ByteView::npos ? start : listing.find("elements = {", start);
  const std::size_t close = open == ByteView::npos ? open : listing.find('}', open);
  if (close == ByteView::npos) return {};
  const std::size_t first = listing.find('{', open) + 1;
  std::vector<std::vector<ByteView>> elements;
  for (const ByteView element : split(listing.substr(first, close - first), ",")) {
    elements.push_back(split(element, " \t\n"));
  }
  return elements;
}

std::optional<SocketAddress> box_in(const std::vector<ByteView>& element) {
  if (element.size() != 3) return std::nullopt;
  const auto ip = IpAddress::parse(element[0]);
  const auto port = parse_decimal<std::uint16_t>(element[2]);
  if (!ip || !port) return std::nullopt;
  return SocketAddress{*ip, *port};
}

}  // namespace

bool nft_listing_is_for(ByteView listing, const Interception& interception) {
  const std::size_t families = family_parts(interception).size();
  const std::string mark = "\"configuration " + nft_fingerprint(interception) + '"';
  const std::size_t translations = occurrences(listing, " dnat ip") + occurrences(listing, " redirect to :");
  return families > 0 && occurrences(listing, mark) == families && translations == 2 * families;
}

std::vector<FamilyPart> families_in_nft_listing(ByteView listing) {
  Interception found;
  found.box_is_here = true;  // where the packets are sent to does not matter here
  for (const ByteView set : {"vpn4", "vpn6"}) {
    for (const auto& element : elements_of(listing, set)) {
      const auto range = element.size() == 1 ? Prefix::parse(element[0]) : std::nullopt;
      if (range) found.vpn.push_back(*range);
    }
  }
  for (const ByteView set : {"box4", "box6"}) {
    for (const auto& element : elements_of(listing, set)) {
      if (const auto box = box_in(element)) found.boxes.push_back(*box);
    }
  }
  return family_parts(found);
}

}  // namespace fapfon::nat
