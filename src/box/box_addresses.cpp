// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_addresses.hpp"

#include <utility>

#include "box/box_search.hpp"
#include "net/loop.hpp"
#include "net/resolver.hpp"
#include "net/timer.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr;

net::Resolver::Answer resolve_now(const std::string& name, std::chrono::milliseconds patience) {
  net::Loop loop;
  net::Resolver resolver{loop};
  net::Timer limit{loop};
  net::Resolver::Answer result = Unexpected<std::string>(tr("the name was not resolved in time"));
  limit.start_after(patience, [&] { loop.stop(); });
  resolver.resolve(name, [&](net::Resolver::Answer answer) {
    result = std::move(answer);
    loop.stop();
  });
  loop.run();
  return result;
}

}  // namespace

Expected<std::vector<BoxPlace>, std::string> box_addresses(const std::optional<BoxName>& name,
                                                           std::chrono::milliseconds patience) {
  BoxName box;
  if (name) {
    box = *name;
  } else {
    const auto found = BoxSearch::search_now(BoxSearch::usual_candidates());
    if (!found) return Unexpected<std::string>(found.error());
    box = found->name;
  }
  const auto candidates = box.ip ? net::Resolver::Answer{{box.ip}} : resolve_now(box.name, patience);
  if (!candidates) return Unexpected<std::string>(box.to_string() + ": " + tr(candidates.error()));
  if (const auto why = mistrust(box.name, *candidates)) {
    return Unexpected<std::string>(box.to_string() + ": " + *why);
  }
  auto places = places_of(*candidates, box.port);
  if (!places) return Unexpected<std::string>(box.to_string() + ": " + places.error());
  return places;
}

}  // namespace fapfon::box
