// SPDX-License-Identifier: GPL-2.0-or-later
// Facts in, findings out: one function for each thing that is looked at, named as in kFindingIds. None of
// them asks the host for anything. None is returned where there is nothing to say, because the thing does
// not apply here, or because what it depends on is reported as wrong already.
#pragma once

#include <optional>

#include "check/facts.hpp"
#include "check/finding.hpp"

namespace fapfon::check {

/// RFC 3261 section 18.1.1: a request above 1,300 bytes goes by TCP, so this much has to fit into one UDP
/// packet, with the headers of IPv6 (40 bytes) and UDP (8 bytes).
inline constexpr unsigned kSmallestMtuBytes = 1300 + 40 + 8;

Findings judge_configuration(const Facts& facts);
std::optional<Finding> judge_box_address(const Facts& facts);
std::optional<Finding> judge_box_reachable(const Facts& facts);
std::optional<Finding> judge_box_identity(const Facts& facts);
std::optional<Finding> judge_port(const Facts& facts);
std::optional<Finding> judge_program(const Facts& facts);
std::optional<Finding> judge_nat_rules(const Facts& facts);
std::optional<Finding> judge_firewall(const Facts& facts);
std::optional<Finding> judge_audio_ports(const Facts& facts);
std::optional<Finding> judge_forwarding(const Facts& facts);
std::optional<Finding> judge_rp_filter(const Facts& facts);
std::optional<Finding> judge_sip_helper(const Facts& facts);
std::optional<Finding> judge_vpn_interface(const Facts& facts);
std::optional<Finding> judge_vpn_ranges(const Facts& facts);
std::optional<Finding> judge_media_path(const Facts& facts);
std::optional<Finding> judge_vpn_mtu(const Facts& facts);

/// fapfon-proxy has both of its ports.
bool is_running(const Facts& facts);

/// All of them, in order (put_in_order).
Findings judge(const Facts& facts);

}  // namespace fapfon::check
