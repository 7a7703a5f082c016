// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/nat_command.hpp"

#include <algorithm>
#include <optional>

#include "log/print.hpp"
#include "nat/setup.hpp"
#include "text/translate.hpp"

namespace fapfon::app {
namespace {

using log::fail;
using log::print;
using text::tr;
using text::trf;

using Task = options::Options::Task;

Expected<nat::Interception, std::string> interception_of(const options::Options& options) {
  const auto boxes = box::box_addresses(options.box);
  if (!boxes) return Unexpected<std::string>(boxes.error());
  return make_interception(options, *boxes);
}

/// A comment in both languages of rules, so that the output stays a script.
std::string state_line(const nat::Interception& interception) {
  const auto state = nat::state(interception);
  if (!state) return "# whether it is in place cannot be seen: " + state.error() + "\n";
  switch (*state) {
    case nat::State::absent:
      return "# not in place; 'fapfon-proxy nat setup' puts it there\n";
    case nat::State::current:
      return "# in place\n";
    case nat::State::different:
      return "# another configuration is in place; 'fapfon-proxy nat setup' replaces it\n";
  }
  return {};
}

/// Only for ranges that somebody has named: the private ranges are of both families in every home.
void warn_of_ranges_without_box(const options::Options& options, const nat::Interception& interception) {
  for (const Prefix& range : options.vpn) {
    const bool has_box =
        std::any_of(interception.boxes.begin(), interception.boxes.end(),
                    [&](const SocketAddress& box) { return box.ip.family() == range.base.family(); });
    const char* family = range.base.is_v6() ? "IPv6" : "IPv4";
    if (!has_box) {
      fail(trf("warning: {}", trf("{} is not intercepted: no {} address of the FRITZ!Box is known; "
                                  "BOX=fritz.box finds both kinds",
                                  range.to_string(), family)),
           0);
    }
  }
}

int tell(const Expected<nat::Report, std::string>& report) {
  if (!report) return fail(report.error(), 1);
  for (const std::string& line : report->warnings) fail(trf("warning: {}", line), 0);
  std::string text;
  for (const std::string& line : report->done) text += line + '\n';
  return print(text);
}

/// The interface that VPN= names is not there, so nothing can be intercepted yet. That is no failure: the
/// program has to run, because it is the one that notices when the interface comes up.
int wait_for_vpn(const options::Options& options) {
  const std::string why =
      trf("there is no interface {} with an address yet; the rules are made when it comes up",
          options.vpn_interfaces.front());
  if (options.task == Task::nat_show) return print("# " + why + "\n");
  const auto removed = nat::cleanup();  // of ranges that it had before
  return removed ? print(why + "\n") : fail(removed.error(), 1);
}

}  // namespace

Expected<nat::Interception, std::string> make_interception(const options::Options& options,
                                                           const std::vector<box::BoxPlace>& boxes) {
  nat::Interception interception;
  interception.vpn = options.vpn.empty() ? options.allow : options.vpn;
  interception.udp_port = options.udp_port;
  interception.tcp_port = options.tcp_port;
  for (const box::BoxPlace& address : boxes) {
    const bool is_here = address.local == address.box.ip;
    interception.box_is_here |= is_here;
    interception.boxes.push_back(address.box);
    (address.box.ip.is_v6() ? interception.local_ip6 : interception.local_ip4) = address.local;
    const bool is_same_port = address.box.port == options.udp_port || address.box.port == options.tcp_port;
    if (is_here && is_same_port) {
      return Unexpected<std::string>(
          trf("the FRITZ!Box {} is this machine itself; write the FRITZ!Box's address into BOX (where "
              "fapfon-proxy runs on the FRITZ!Box: give it a port of its own, SIP_REDIRECT_PORT=6060)",
              address.box.to_string()));
    }
  }
  if (interception.box_is_here && options.vpn.empty()) {
    return Unexpected<std::string>(tr(
        "the FRITZ!Box is this machine; name the address range of your VPN: VPN=10.8.0.0/24 (or --vpn=...)"));
  }
  return interception;
}

int run_nat_command(const options::Options& options) {
  std::optional<text::Speaking> english;  // the output of nat show is a script
  if (options.task == Task::nat_show) english.emplace(text::Language::english);
  if (options.task == Task::nat_cleanup) return tell(nat::cleanup());
  if (options.vpn.empty() && !options.vpn_interfaces.empty()) return wait_for_vpn(options);
  const auto interception = interception_of(options);
  if (!interception) return fail("nat: " + interception.error(), 1);
  warn_of_ranges_without_box(options, *interception);
  if (options.task == Task::nat_setup) return tell(nat::setup(*interception));
  return print(nat::show(*interception) + state_line(*interception));
}

}  // namespace fapfon::app
