// SPDX-License-Identifier: GPL-2.0-or-later
// The seed's home as facts, with nothing wrong in it. Tests take it, break one thing, and ask.
#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "check/facts.hpp"
#include "check/finding.hpp"
#include "unit/firewall/samples.hpp"

namespace fapfon::check {

using firewall::at;
using firewall::ip;
using firewall::iptables_nat;
using firewall::own_rules;
using firewall::range;
using firewall::read_iptables_rules;
using firewall::read_nft_rules;

inline void add_rules(Facts& facts, PacketRules more) {
  for (Chain& chain : more) facts.rules->push_back(std::move(chain));
}

inline BoxReply fritzbox(std::optional<IpAddress> received = {}) {
  box::BoxAnswer answer;
  answer.status = 200;
  answer.product = {true, "FRITZ!Box 7590", "7.57"};
  answer.received = received;
  return answer;
}

inline BoxReply silence(box::AskFailure::Reason reason = box::AskFailure::Reason::silent) {
  return Unexpected<box::AskFailure>({reason, "no answer"});
}

inline Facts a_home() {
  Facts facts;
  facts.subject.boxes = std::vector<SocketAddress>{at("172.30.10.1:5060")};
  facts.subject.vpn = {range("172.20.11.0/24")};
  facts.is_root = true;
  facts.interfaces = {{"eth0", true, false, 1500, {range("172.30.10.2/24")}},
                      {"wg0", true, true, 1420, {range("172.20.11.1/24")}}};
  facts.box = BoxFacts{{at("172.30.10.1:5060"), ip("172.30.10.2")}, fritzbox(), {}};
  facts.media_probe = MediaProbe{ip("172.20.11.1"), "wg0", fritzbox()};
  const Process program{321, "fapfon-proxy"};
  facts.port_holders = {{Transport::udp, 5060, program}, {Transport::tcp, 5060, program}};
  facts.rules = own_rules();
  facts.kernel.ip4_forwarding = true;
  facts.kernel.ip6_forwarding = false;
  facts.kernel.ip4_interfaces = {{"eth0", true}, {"wg0", true}};
  facts.kernel.source_checks =
      std::vector<SourceCheck>{{"eth0", ip("172.30.10.1"), 1, false}, {"wg0", ip("172.20.11.254"), 1, false}};
  return facts;
}

/// A remedy as one text, a step a line.
inline std::string remedy_of(const Finding& finding) {
  std::string text;
  for (const Step& step : finding.remedy)
    text += (step.kind == Step::Kind::run ? "$ " : "") + step.text + '\n';
  return text;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

#define EXPECT_CONTAINS(text, part) EXPECT_TRUE(contains((text), (part))) << "in: " << (text)

}  // namespace fapfon::check
