// SPDX-License-Identifier: GPL-2.0-or-later
// What setup() does when tools are missing, refuse or lack something. The tools are small scripts here; with
// the real ones: tests/golden and tests/lab.
#include "nat/setup.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "nat/nft_ruleset.hpp"
#include "unit/firewall/samples.hpp"
#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

namespace fs = std::filesystem;

std::string all_of(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

bool mentions(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

/// What nft lists after the setup of `interception`, as far as setup() looks at it.
std::string listing_of(const Interception& interception) {
  std::string text{firewall::kOwnTable};
  const std::string mark = "configuration b651107d";
  return text.replace(text.find(mark), mark.size(), "configuration " + nft_fingerprint(interception)) + "\n";
}

/// A PATH with the tools of one test and no others.
class Setup : public testing::Test {
 protected:
  Setup() : path_before_(std::getenv("PATH")) {
    std::string name = (fs::temp_directory_path() / "fapfon-nat-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = fs::path{name} / "sbin";
    fs::create_directory(folder_);
    setenv("PATH", folder_.c_str(), 1);
  }
  ~Setup() override {
    setenv("PATH", path_before_.c_str(), 1);
    fs::remove_all(folder_.parent_path());
  }

  /// A tool that appends its arguments to the file NAME.log and then runs these lines.
  void have(const std::string& name, const std::string& lines) {
    std::ofstream{folder_ / name} << "#!/bin/sh\necho \"$@\" >> " << (folder_ / name).string() << ".log\n"
                                  << lines << "\n";
    fs::permissions(folder_ / name, fs::perms::owner_all);
  }
  /// A file that can be executed, as far as its mode goes.
  void have_broken(const std::string& name) {
    std::ofstream{folder_ / name} << "\177ELF";
    fs::permissions(folder_ / name, fs::perms::owner_all);
  }
  /// nft that has no table of ours and reads a script with these lines.
  void have_nft(const std::string& script_is_read_by) {
    have("nft", "if [ \"$1\" = -j ]; then echo 'Error: No such file or directory' >&2; exit 1; fi\n" +
                    script_is_read_by);
  }
  void have_conntrack() { have("conntrack", "exit 0"); }
  [[nodiscard]] std::string log_of(const std::string& name) const {
    return all_of(folder_ / (name + ".log"));
  }

 private:
  std::string path_before_;
  fs::path folder_;
};

TEST_F(Setup, says_what_is_in_place) {
  have_nft("/bin/cat > /dev/null");
  have_conntrack();
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->done,
                       "SIP from 172.20.11.0/24, 172.20.12.0/24 to 172.30.10.1:5060 now goes to port 5060"));
  EXPECT_TRUE(report->warnings.empty()) << report->warnings.front();
}

TEST_F(Setup, does_not_take_a_tool_that_cannot_run_for_no_rules) {
  have_broken("nft");
  for (const auto& report : {setup(seed()), cleanup()}) {
    ASSERT_FALSE(report);
    // qemu-user does not tell why a program cannot be started.
    EXPECT_TRUE(report.error().find("nft: Exec format error") != std::string::npos ||
                report.error().find("nft: no reason given (exit code 127)") != std::string::npos)
        << report.error();
  }
}

TEST_F(Setup, does_without_the_helpers_that_a_kernel_lacks) {
  have_nft(
      "case $(/bin/cat) in *'ct helper'*) echo 'Could not process rule: No such file' >&2; exit 1;; esac");
  have_conntrack();
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->warnings, "nf_conntrack_tftp"));
  EXPECT_FALSE(mentions(report->warnings, "zones"));
}

TEST_F(Setup, does_without_the_zones_that_a_kernel_lacks) {
  have_nft("case $(/bin/cat) in *'ct zone'*) echo 'Operation not supported' >&2; exit 1;; esac");
  have_conntrack();
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->warnings, "zones"));
  EXPECT_FALSE(mentions(report->warnings, "nf_conntrack_tftp"));
}

TEST_F(Setup, takes_iptables_when_the_kernel_has_no_nftables) {
  if (::geteuid() != 0) GTEST_SKIP() << "iptables-save tells root alone what there is";
  have("nft", "echo 'Unable to initialize Netlink socket: Protocol not supported' >&2; exit 1");
  have("iptables-save", "exit 0");
  have("iptables-restore", "/bin/cat >> $0.log");
  have_conntrack();
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->done, "iptables chain FAPFON-PROXY is in place"));
  EXPECT_NE(log_of("iptables-restore").find("-I PREROUTING 1 -j FAPFON-PROXY"), std::string::npos);
}

TEST_F(Setup, without_root_says_so_in_one_line) {
  have("nft", "echo 'Operation not permitted (you must be root)' >&2; exit 1");
  const auto report = setup(seed());
  ASSERT_FALSE(report);
  EXPECT_TRUE(report.error().starts_with("nft: Operation not permitted; ")) << report.error();
}

TEST_F(Setup, without_any_tool_says_what_to_install) {
  const auto report = setup(seed());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error(),
            "nft is not installed; iptables is not installed; install nftables: sudo apt install nftables");
}

TEST_F(Setup, without_conntrack_says_what_that_means) {
  have_nft("/bin/cat > /dev/null");
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->warnings, "apt install conntrack"));
}

TEST_F(Setup, cuts_connections_on_an_old_path_and_no_others) {
  have_nft("/bin/cat > /dev/null");
  have("conntrack", R"(case "$*" in *'-p udp -s 172.20.11.0/24'*)
echo 'udp 17 9 src=172.20.11.6 dst=172.30.10.1 sport=1 dport=5060 src=172.30.10.1 dst=172.20.11.6 sport=5060 dport=1'
echo 'udp 17 9 src=172.20.11.7 dst=172.30.10.1 sport=2 dport=5060 src=172.30.10.2 dst=172.20.11.7 sport=5060 dport=2'
esac)");
  const auto report = setup(seed());
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->done, "new path: 1"));
  EXPECT_NE(log_of("conntrack").find("-D -f ipv4 -p udp -s 172.20.11.6 "), std::string::npos);
  EXPECT_EQ(log_of("conntrack").find("-D -f ipv4 -p udp -s 172.20.11.7 "), std::string::npos);
}

TEST_F(Setup, with_nothing_to_intercept_asks_no_tool) {
  have_nft("exit 0");
  Interception nothing = seed();
  nothing.boxes.clear();
  EXPECT_FALSE(setup(nothing));
  EXPECT_EQ(log_of("nft"), "");
}

TEST_F(Setup, is_told_by_state) {
  have("nft", "/bin/cat <<'END'\n" + listing_of(seed()) + "END");
  EXPECT_EQ(state(seed()), State::current);
  Interception other = seed();
  other.udp_port = 5061;
  EXPECT_EQ(state(other), State::different);
  have_nft("exit 0");
  EXPECT_EQ(state(seed()), State::absent);
}

/// OpenWrt has such an nft.
TEST_F(Setup, is_seen_by_an_nft_without_json_and_cleaned_up) {
  have("nft", "if [ \"$1\" = -j ]; then echo 'JSON support not compiled-in' >&2; exit 1; fi");
  have_conntrack();
  EXPECT_EQ(state(seed()), State::different);
  const auto report = cleanup();
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->done, "table inet fapfon_proxy was removed"));
}

TEST_F(Setup, that_never_was_is_cleaned_up_without_an_error) {
  have_nft("exit 0");
  const auto report = cleanup();
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->done, std::vector<std::string>{"there were no NAT rules of fapfon-proxy"});
}

TEST_F(Setup, is_cleaned_up_with_the_connections_that_it_translated) {
  have("nft", "[ \"$1\" = -f ] || /bin/cat <<'END'\n" + listing_of(seed()) + "END");
  have("conntrack", R"(case "$*" in *'-p udp -s 172.20.11.0/24'*)
echo 'udp 17 9 src=172.20.11.6 dst=172.30.10.1 sport=1 dport=5060 src=172.30.10.1 dst=172.20.11.6 sport=5060 dport=1'
echo 'udp 17 9 src=172.20.11.7 dst=172.30.10.1 sport=2 dport=5060 src=172.30.10.2 dst=172.20.11.7 sport=5060 dport=2'
esac)");
  const auto report = cleanup();
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE(mentions(report->done, "table inet fapfon_proxy was removed"));
  EXPECT_EQ(log_of("conntrack").find("-D -f ipv4 -p udp -s 172.20.11.6 "), std::string::npos);
  EXPECT_NE(log_of("conntrack").find("-D -f ipv4 -p udp -s 172.20.11.7 "), std::string::npos);
}

}  // namespace
}  // namespace fapfon::nat
