// SPDX-License-Identifier: GPL-2.0-or-later
// NAT rules (SPEC N1) as whole pages in tests/golden/nat: NAME.nft, NAME.iptables, NAME.ip6tables. As root,
// nft and iptables-restore read each page too, in a network namespace of their own.
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "firewall/iptables_listing.hpp"
#include "firewall/nft_listing.hpp"
#include "host/program.hpp"
#include "nat/iptables_rules.hpp"
#include "nat/nft_ruleset.hpp"
#include "nat/own_rules.hpp"

namespace fapfon::nat {
namespace {

SocketAddress box(const char* text) {
  return SocketAddress::parse(text).value();
}

std::vector<Prefix> ranges(const std::vector<const char*>& texts) {
  std::vector<Prefix> parsed;
  for (const char* text : texts) parsed.push_back(Prefix::parse(text).value());
  return parsed;
}

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

struct Page {
  const char* name;
  Interception interception;
};

void PrintTo(const Page& page, std::ostream* out) {
  *out << page.name;
}

const std::vector<Page>& pages() {
  static const std::vector<Page> all = {
      {"seed",
       {{box("172.30.10.1:5060")},
        ranges({"172.20.11.0/24", "172.20.12.0/24"}),
        ip("172.30.10.2"),
        {},
        5060,
        5060}},
      {"ip6_only",
       {{box("[fd00:172:30:10::1]:5060")},
        ranges({"fd00:172:20:11::/64"}),
        {},
        ip("fd00:172:30:10::2"),
        5060,
        5060}},
      {"both_families",
       {{box("192.0.2.1:5060"), box("[2001:db8::1]:5060"), box("[2001:db8::2]:5060")},
        ranges({"198.51.100.0/24", "2001:db8:20::/48"}),
        ip("192.0.2.2"),
        ip("2001:db8::22"),
        5060,
        5060}},
      {"redirect", {{box("172.30.10.1:5060")}, ranges({"172.20.11.0/24"}), {}, {}, 6060, 6060, true}},
      {"other_ports",
       {{box("172.30.10.1:5070")}, ranges({"172.20.11.6"}), ip("172.30.10.2"), {}, 5061, 5062}},
  };
  return all;
}

std::string golden_path(const std::string& file) {
  return FAPFON_TEST_DATA "/golden/nat/" + file;
}

std::string golden(const std::string& file) {
  std::ifstream page{golden_path(file)};
  return {std::istreambuf_iterator<char>{page}, std::istreambuf_iterator<char>{}};
}

std::string iptables_page(const FamilyPart& part, const Interception& interception) {
  return iptables_nat_table(part, interception, {}) + iptables_raw_table(part, RawGuard::other_helper, {});
}

/// Runs a tool as root in a network namespace that ends with it.
host::Finished in_namespace(const std::string& tool, std::vector<std::string> arguments,
                            const std::string& input) {
  arguments.insert(arguments.begin(), {"--net", tool});
  const auto unshare = host::find_program("unshare");
  const auto finished =
      unshare ? host::run(*unshare, arguments, input) : Unexpected<std::string>("no unshare");
  return finished ? *finished : host::Finished{127, {}, finished.error()};
}

bool can_make_namespaces() {
  return ::geteuid() == 0 && in_namespace("true", {}, "").ok();
}

class NatRules : public testing::TestWithParam<Page> {};

TEST_P(NatRules, of_nft_are_this_page) {
  EXPECT_EQ(nft_ruleset(GetParam().interception), golden(std::string{GetParam().name} + ".nft"));
}

TEST_P(NatRules, of_iptables_are_this_page) {
  for (const FamilyPart& part : family_parts(GetParam().interception)) {
    const char* kind = part.family == Family::ip6 ? ".ip6tables" : ".iptables";
    EXPECT_EQ(iptables_page(part, GetParam().interception), golden(GetParam().name + std::string{kind}));
  }
}

TEST_P(NatRules, are_read_by_nft_with_each_protection) {
  const auto nft = host::find_program("nft");
  if (!nft || !can_make_namespaces()) GTEST_SKIP() << "needs nft, and root for a network namespace";
  for (const HelperGuard guard : {HelperGuard{true, true}, {false, true}, {true, false}, {false, false}}) {
    const host::Finished read =
        in_namespace(*nft, {"-c", "-f", "-"}, nft_ruleset(GetParam().interception, guard));
    EXPECT_TRUE(read.ok()) << read.err;
  }
}

/// What went in, as text, to compare with what is read back.
std::vector<std::string> texts(const std::vector<FamilyPart>& parts) {
  std::vector<std::string> all;
  for (const FamilyPart& part : parts) {
    for (const Prefix& range : part.vpn) all.push_back(range.to_string());
    for (const SocketAddress& address : part.boxes) all.push_back(address.to_string());
  }
  return all;
}

TEST_P(NatRules, are_read_back_from_nft) {
  if (!host::find_program("nft") || !can_make_namespaces()) {
    GTEST_SKIP() << "needs nft, and root for a network namespace";
  }
  const Interception& interception = GetParam().interception;
  const host::Finished listed = in_namespace("sh", {"-c", "nft -f - && nft -j list table inet fapfon_proxy"},
                                             nft_ruleset(interception, {false, false}));
  if (!listed.ok()) GTEST_SKIP() << "this kernel has no nftables NAT: " << listed.err;
  const auto rules = firewall::read_nft_rules(listed.out, "");
  ASSERT_TRUE(rules) << rules.error();
  EXPECT_EQ(texts(intercepted_by(*rules)), texts(family_parts(interception)));
  EXPECT_TRUE(nft_table_is_for(*rules, interception));
}

TEST_P(NatRules, are_read_back_from_iptables) {
  if (!host::find_program("iptables-restore") || !can_make_namespaces()) {
    GTEST_SKIP() << "needs iptables, and root for a network namespace";
  }
  const Interception& interception = GetParam().interception;
  for (const FamilyPart& part : family_parts(interception)) {
    const std::string name = part.family == Family::ip6 ? "ip6tables" : "iptables";
    const host::Finished listed =
        in_namespace("sh", {"-c", name + "-restore --noflush && " + name + "-save -t nat"},
                     iptables_nat_table(part, interception, {}));
    if (!listed.ok()) GTEST_SKIP() << "this kernel has no NAT for " << name << ": " << listed.err;
    const auto rules = firewall::read_iptables_rules(listed.out, name);
    EXPECT_EQ(texts(intercepted_by(rules)), texts({part}));
    EXPECT_TRUE(iptables_rules_are_for(rules, part, interception));
  }
}

TEST_P(NatRules, are_read_by_iptables) {
  if (!host::find_program("iptables-restore") || !can_make_namespaces()) {
    GTEST_SKIP() << "needs iptables, and root for a network namespace";
  }
  for (const FamilyPart& part : family_parts(GetParam().interception)) {
    const auto tool =
        host::find_program(part.family == Family::ip6 ? "ip6tables-restore" : "iptables-restore");
    const host::Finished read =
        in_namespace(*tool, {"--noflush"}, iptables_page(part, GetParam().interception));
    EXPECT_TRUE(read.ok()) << read.err;
  }
}

INSTANTIATE_TEST_SUITE_P(All, NatRules, testing::ValuesIn(pages()),
                         [](const auto& page) { return std::string{page.param.name}; });

}  // namespace
}  // namespace fapfon::nat
