// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/setup_survey.hpp"

#include <algorithm>

#include "box/ask_box.hpp"
#include "box/box_addresses.hpp"
#include "host/files.hpp"
#include "net/interfaces.hpp"
#include "net/routes.hpp"
#include "net/socket.hpp"
#include "options/surroundings.hpp"

namespace fapfon::app {
namespace {

using box::BoxName;
using box::BoxPlace;
using setup::Found;

constexpr std::chrono::milliseconds kNamePatience{2000};

/// Where a FRITZ!Box usually is: the name comes before its address, so that it is known by both.
class Search {
 public:
  explicit Search(Found& found) : found_(found) {}

  void run() {
    for (const BoxName& name : box::BoxSearch::usual_candidates()) {
      const auto places = box::box_addresses(name, kNamePatience);
      if (!places) {
        found_.silent.push_back(places.error());
        continue;
      }
      for (const BoxPlace& place : *places) ask(name, place);
    }
  }

 private:
  void ask(const BoxName& name, const BoxPlace& place) {
    if (!name.ip) found_.name_leads_to.push_back(place.box.ip);
    if (std::ranges::find(asked_, place.box) != asked_.end()) return;
    asked_.push_back(place.box);
    const auto answer = box::ask_box(place.box, place.local);
    if (answer) {
      found_.answered.push_back({name, place.box, answer->product});
    } else {
      found_.silent.push_back(place.box.ip.to_string() + ": " + answer.error().text);
    }
  }

  Found& found_;
  std::vector<SocketAddress> asked_;
};

/// What the file means to the program.
options::Options settings_in(const std::string& file) {
  return options::read_options(options::surroundings({"check", "--config=" + file}, 0)).options;
}

/// Our address in the network of the Box; none when it is not known yet.
IpAddress address_towards(const Found& found) {
  const auto best = setup::best_boxes(found.answered);
  SocketAddress box = best.empty() ? SocketAddress{} : best.front().address;
  if (found.box && found.box->ip) box = {found.box->ip, found.box->port};
  if (!box.ip) {
    const auto gateways = net::default_gateways();
    if (!gateways.empty()) box = {gateways.front(), box::kDefaultSipPort};
  }
  return box.ip ? net::local_address_towards(box).value_or(IpAddress{}) : IpAddress{};
}

}  // namespace

setup::BoxProbe probe_box(const BoxName& name) {
  const auto places = box::box_addresses(name);
  if (!places) return Unexpected<std::string>(places.error());
  const auto answer = box::ask_box(places->front().box, places->front().local);
  if (!answer) return Unexpected<std::string>(answer.error().text);
  return answer->product;
}

setup::Found survey(const options::Options& options, const std::string& file) {
  Found found;
  found.file = file;
  found.text = host::text_of_file(file).value_or("");
  found.box = options.box;
  found.box_is_auto = options.box_is_set && !options.box;
  found.vpn = options.vpn;
  found.vpn_is_in_file = !found.vpn.empty() && settings_in(file).vpn == found.vpn;
  found.may_ask = !options.yes;
  if (found.box) found.probe = probe_box(*found.box);
  if (!found.box || !found.probe) Search{found}.run();
  found.ranges = setup::find_vpn_ranges(net::interfaces_of_this_machine(), net::routes_ip4_of_this_machine(),
                                        address_towards(found));
  return found;
}

}  // namespace fapfon::app
