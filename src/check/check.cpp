// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/check.hpp"

#include "check/collect.hpp"
#include "check/judges.hpp"

namespace fapfon::check {

Findings judge(const Facts& facts) {
  using Judge = std::optional<Finding> (*)(const Facts&);
  constexpr Judge kJudges[] = {
      judge_box_address, judge_box_reachable, judge_box_identity, judge_port,       judge_program,
      judge_nat_rules,   judge_firewall,      judge_audio_ports,  judge_forwarding, judge_rp_filter,
      judge_sip_helper,  judge_vpn_interface, judge_vpn_ranges,   judge_media_path, judge_vpn_mtu};
  Findings findings = judge_configuration(facts);
  for (const Judge judge_one : kJudges) {
    if (auto finding = judge_one(facts)) findings.push_back(std::move(*finding));
  }
  put_in_order(findings);
  return findings;
}

Findings check(const Subject& subject) {
  return judge(collect(subject));
}

}  // namespace fapfon::check
