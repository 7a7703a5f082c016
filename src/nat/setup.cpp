// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/setup.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nat/conntrack_tool.hpp"
#include "nat/iptables_tool.hpp"
#include "nat/nft_tool.hpp"
#include "nat/own_rules.hpp"
#include "text/translate.hpp"

namespace fapfon::nat {
namespace {

using text::tr;
using text::trf;

constexpr Family kFamilies[] = {Family::ip4, Family::ip6};

/// What our rules intercept at this moment, as far as it can be seen.
struct InPlace {
  std::optional<firewall::PacketRules> nft_table;
  std::vector<FamilyPart> parts;
};

void append(std::vector<FamilyPart>& all, std::vector<FamilyPart> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// A kernel that does not know what a tool asks for has no rules of ours either.
bool hides_rules(const ToolFailure& failure) {
  return failure.needs_root || failure.said_nothing;
}

/// An error when rules of ours may be there and cannot be seen.
Expected<InPlace, std::string> look() {
  InPlace in_place;
  if (const auto nft = NftTool::find()) {
    auto table = nft->table();
    if (!table && hides_rules(table.error())) return Unexpected<std::string>(table.error().line);
    if (table) in_place.nft_table = std::move(*table);
  }
  if (in_place.nft_table) in_place.parts = intercepted_by(*in_place.nft_table);
  for (const Family family : kFamilies) {
    const auto iptables = IptablesTool::find(family);
    if (!iptables) continue;
    const auto rules = iptables->rules();
    if (!rules && hides_rules(rules.error())) return Unexpected<std::string>(rules.error().line);
    if (rules) append(in_place.parts, intercepted_by(*rules));
  }
  return in_place;
}

std::string summary(const FamilyPart& part, const Interception& interception, const std::string& tool) {
  std::string ranges;
  for (const Prefix& range : part.vpn) ranges += (ranges.empty() ? "" : ", ") + range.to_string();
  std::string boxes;
  for (const SocketAddress& box : part.boxes) boxes += (boxes.empty() ? "" : ", ") + box.to_string();
  const std::string ports =
      interception.udp_port == interception.tcp_port
          ? trf("port {}", interception.udp_port)
          : trf("UDP port {} and TCP port {}", interception.udp_port, interception.tcp_port);
  return trf("{} is in place: SIP from {} to {} now goes to {} of this machine", tool, ranges, boxes, ports);
}

void report_summary(Report& report, const Interception& interception, const std::string& tool) {
  for (const FamilyPart& part : family_parts(interception)) {
    report.done.push_back(summary(part, interception, tool));
  }
}

/// Whatever iptables holds of ours, in families other than `except`.
void remove_iptables_rules(const std::vector<Family>& except, Report& report) {
  for (const Family family : kFamilies) {
    if (std::find(except.begin(), except.end(), family) != except.end()) continue;
    const auto iptables = IptablesTool::find(family);
    if (!iptables) continue;
    const auto removed = iptables->remove();
    if (removed && *removed)
      report.done.push_back(trf("the {} rules of iptables were removed", name_of(family)));
    if (!removed) report.warnings.push_back(removed.error().line);
  }
}

void warn_of_guard(HelperGuard guard, Report& report) {
  if (!guard.takes_place) {
    report.warnings.push_back(
        tr("this kernel lacks nf_conntrack_tftp or nf_conntrack_sane: a firewall rule 'ct helper set' for "
           "SIP would also change these messages; if you have such a rule, remove it"));
  }
  if (!guard.takes_template) {
    report.warnings.push_back(
        tr("this kernel has no connection tracking zones: a firewall rule '-j CT --helper sip' would also "
           "change these messages; if you have such a rule, remove it"));
  }
}

Expected<void, ToolFailure> set_up_with_nft(const Interception& interception, Report& report) {
  const auto nft = NftTool::find();
  if (!nft) return Unexpected<ToolFailure>({trf("{} is not installed", "nft"), false, false});
  const auto guard = nft->apply(interception);
  if (!guard) return Unexpected<ToolFailure>(guard.error());
  report_summary(report, interception, tr("nftables table inet fapfon_proxy"));
  warn_of_guard(*guard, report);
  remove_iptables_rules({}, report);
  return {};
}

Expected<void, ToolFailure> set_up_family(const FamilyPart& part, const Interception& interception,
                                          Report& report) {
  const auto iptables = IptablesTool::find(part.family);
  if (!iptables) {
    const char* missing = part.family == Family::ip6 ? "ip6tables" : "iptables";
    return Unexpected<ToolFailure>({trf("{} is not installed", missing), false, false});
  }
  auto done = iptables->apply(part, interception);
  if (!done) return done;
  report.done.push_back(summary(part, interception, tr("iptables chain FAPFON-PROXY")));
  const auto guard = iptables->guard(part);
  if (!guard) {
    report.warnings.push_back(
        trf("{}: if a firewall here uses the kernel's SIP helper, it will still change messages",
            guard.error().line));
  } else if (*guard == RawGuard::no_helper) {
    warn_of_guard({.takes_template = true, .takes_place = false}, report);
  }
  return {};
}

/// Succeeds when at least one family has its rules; what does not work in the other one is a warning.
Expected<void, ToolFailure> set_up_with_iptables(const Interception& interception, Report& report) {
  std::vector<Family> families;
  Expected<void, ToolFailure> last;
  for (const FamilyPart& part : family_parts(interception)) {
    last = set_up_family(part, interception, report);
    if (last) {
      families.push_back(part.family);
    } else if (last.error().needs_root) {
      return last;
    } else {
      report.warnings.push_back(trf("no {} rules: {}", name_of(part.family), last.error().line));
    }
  }
  if (families.empty()) return last;
  remove_iptables_rules(families, report);
  return {};
}

Expected<void, std::string> set_up_rules(const Interception& interception, Report& report) {
  const auto by_nft = set_up_with_nft(interception, report);
  if (by_nft) return {};
  if (by_nft.error().needs_root) return Unexpected<std::string>(by_nft.error().line);
  const auto by_iptables = set_up_with_iptables(interception, report);
  if (by_iptables) return {};
  return Unexpected<std::string>(trf("{}; {}; install nftables: sudo apt install nftables",
                                     by_nft.error().line, by_iptables.error().line));
}

void cut_old_connections(const std::vector<FamilyPart>& parts, const Interception& interception,
                         Report& report) {
  const auto count = cut_connections_on_wrong_path(parts, interception);
  if (!count) report.warnings.push_back(count.error());
  if (count && *count > 0) {
    report.done.push_back(trf("old connections that were cut so that they take the new path: {}", *count));
  }
}

/// Kernels before 6.0 attach the SIP helper to everything to port 5060 if this is switched on, and no rule
/// prevents it.
void warn_of_automatic_helper(Report& report) {
  std::ifstream file{"/proc/sys/net/netfilter/nf_conntrack_helper"};
  char value = '0';
  if (file.get(value) && value == '1') {
    report.warnings.push_back(
        tr("this kernel applies its SIP helper to every connection to port 5060, which changes messages; "
           "switch it off: sudo sysctl -w net.netfilter.nf_conntrack_helper=0"));
  }
}

/// For iptables each family of the interception must be there.
bool is_current_in_iptables(const Interception& interception) {
  for (const FamilyPart& part : family_parts(interception)) {
    const auto iptables = IptablesTool::find(part.family);
    const auto rules = iptables ? iptables->rules() : Unexpected<ToolFailure>({"", false, false});
    if (!rules || !iptables_rules_are_for(*rules, part, interception)) return false;
  }
  return true;
}

State state_of(const InPlace& in_place, const Interception& interception) {
  if (!in_place.nft_table && in_place.parts.empty()) return State::absent;
  const bool is_current = in_place.nft_table ? nft_table_is_for(*in_place.nft_table, interception)
                                             : is_current_in_iptables(interception);
  return is_current ? State::current : State::different;
}

}  // namespace

Expected<Report, std::string> setup(const Interception& interception) {
  if (const auto missing = what_is_missing(interception)) return Unexpected<std::string>(*missing);
  auto before = look();
  if (!before) return Unexpected<std::string>(before.error());
  Report report;
  const auto done = set_up_rules(interception, report);
  if (!done) return Unexpected<std::string>(done.error());
  auto parts = std::move(before->parts);
  append(parts, family_parts(interception));
  cut_old_connections(parts, interception, report);
  warn_of_automatic_helper(report);
  return report;
}

Expected<Report, std::string> cleanup() {
  const auto before = look();
  if (!before) return Unexpected<std::string>(before.error());
  Report report;
  if (before->nft_table) {
    const auto removed = NftTool::find()->remove();
    if (!removed) return Unexpected<std::string>(removed.error().line);
    report.done.push_back(tr("nftables table inet fapfon_proxy was removed"));
  }
  remove_iptables_rules({}, report);
  cut_old_connections(before->parts, {}, report);
  if (report.done.empty() && report.warnings.empty())
    report.done.push_back(tr("there were no NAT rules of fapfon-proxy"));
  return report;
}

std::string show(const Interception& interception) {
  if (NftTool::find() || !IptablesTool::find(Family::ip4)) return nft_ruleset(interception);
  std::string text;
  for (const FamilyPart& part : family_parts(interception)) {
    text.append(fmt::format("# {}, for {}-restore --noflush\n", name_of(part.family),
                            part.family == Family::ip6 ? "ip6tables" : "iptables"));
    text.append(iptables_nat_table(part, interception, {}));
    text.append(iptables_raw_table(part, RawGuard::other_helper, {}));
  }
  return text;
}

Expected<State, std::string> state(const Interception& interception) {
  const auto in_place = look();
  if (!in_place) return Unexpected<std::string>(in_place.error());
  return state_of(*in_place, interception);
}

}  // namespace fapfon::nat
