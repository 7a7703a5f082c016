// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/check_command.hpp"

#include <utility>

#include "app/print.hpp"
#include "box/box_addresses.hpp"
#include "check/check.hpp"
#include "check/report.hpp"

namespace fapfon::app {
namespace {

Expected<std::vector<SocketAddress>, std::string> addresses_of_box(const Options& options) {
  const auto found = box::box_addresses(options.box);
  if (!found) return Unexpected<std::string>(found.error());
  std::vector<SocketAddress> boxes;
  for (const box::BoxAddress& address : *found) boxes.push_back(address.box);
  return boxes;
}

check::Subject subject_of(const Options& options, const std::vector<std::string>& mistakes) {
  check::Subject subject;
  if (!options.config.empty()) subject.configuration_file = options.config;
  subject.configuration_errors = mistakes;
  subject.boxes = addresses_of_box(options);
  subject.vpn = options.vpn;
  const bool is_everybody = options.allow.size() == private_ranges().size();
  if (subject.vpn.empty() && !is_everybody) subject.vpn = options.allow;
  subject.udp_port = options.udp_port;
  subject.tcp_port = options.tcp_port;
  return subject;
}

}  // namespace

int run_check_command(const Options& options, const std::vector<std::string>& configuration_mistakes) {
  const auto findings = check::check(subject_of(options, configuration_mistakes));
  const std::string text =
      options.json ? check::to_json(findings) : check::to_report(findings, check::stdout_shows_colours());
  const int printed = print(text);
  return printed != 0 ? printed : check::exit_code(findings);
}

}  // namespace fapfon::app
