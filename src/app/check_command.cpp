// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/check_command.hpp"

#include <string>
#include <utility>
#include <vector>

#include "app/box_facing.hpp"
#include "app/nat_command.hpp"
#include "box/box_addresses.hpp"
#include "check/check.hpp"
#include "check/report.hpp"
#include "log/print.hpp"

namespace fapfon::app {
namespace {

using BoxPlaces = Expected<std::vector<box::BoxPlace>, std::string>;

Expected<std::vector<SocketAddress>, std::string> without_local_side(const BoxPlaces& found) {
  if (!found) return Unexpected<std::string>(found.error());
  std::vector<SocketAddress> boxes;
  for (const box::BoxPlace& address : *found) boxes.push_back(address.box);
  return boxes;
}

check::Subject subject_of(const options::ReadOptions& read) {
  const options::Options& options = read.options;
  const BoxPlaces found = box::box_addresses(options.box);
  check::Subject subject;
  subject.has_configuration = !options.config.empty();
  if (subject.has_configuration) subject.configuration_file = options.config;
  subject.configuration_errors = read.configuration_mistakes;
  subject.configuration_notes = read.file_notes;
  subject.boxes = without_local_side(found);
  subject.vpn = options::phone_ranges(options);
  subject.vpn_interfaces = options.vpn_interfaces;
  subject.media = options.media;
  subject.audio_ports = options.rtp_ports;
  subject.box_facing_ports = {kFirstBoxFacingPort, kLastBoxFacingPort};
  subject.udp_port = options.udp_port;
  subject.tcp_port = options.tcp_port;
  if (!found) return subject;
  auto interception = make_interception(options, *found);
  if (interception) subject.interception = std::move(*interception);
  return subject;
}

}  // namespace

check::Findings find_faults(const options::ReadOptions& read) {
  return check::check(subject_of(read));
}

int run_check_command(const options::ReadOptions& read) {
  const options::Options& options = read.options;
  const auto findings = find_faults(read);
  const std::string text =
      options.json ? check::to_json(findings) : check::to_report(findings, check::stdout_shows_colours());
  const int printed = log::print(text);
  return printed != 0 ? printed : check::exit_code(findings);
}

}  // namespace fapfon::app
