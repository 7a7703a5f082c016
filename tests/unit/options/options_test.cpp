// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/options.hpp"

#include <set>

#include <gtest/gtest.h>

namespace fapfon::options {
namespace {

using Arguments = std::vector<std::string>;
constexpr std::size_t kDescriptors = 20'000;

Options read(const Arguments& arguments) {
  const ReadOptions read = read_options({arguments, {}, {}, kDescriptors});
  EXPECT_TRUE(read.command_line_mistakes.empty()) << read.command_line_mistakes.front();
  return read.options;
}

std::string error_of(const Arguments& arguments) {
  const ReadOptions read = read_options({arguments, {}, {}, kDescriptors});
  EXPECT_EQ(read.command_line_mistakes.size(), 1U);
  return read.command_line_mistakes.empty() ? std::string{} : read.command_line_mistakes.front();
}

TEST(Options, nothing_given_means_the_defaults) {
  const Options options = read({});
  EXPECT_EQ(options.task, Options::Task::run);
  EXPECT_EQ(options.udp_port, 5060);
  EXPECT_EQ(options.tcp_port, 5060);
  EXPECT_EQ(options.level, log::Level::info);
  EXPECT_EQ(options.logfile, "");
  EXPECT_FALSE(options.box);
  EXPECT_EQ(options.core.max_expires, std::chrono::seconds{300});
  EXPECT_EQ(options.core.nat_report, rewrite::NatReport::via);
  EXPECT_EQ(options.allow.size(), private_ranges().size());
  EXPECT_EQ(options.media, box::MediaOption::automatic);
  EXPECT_EQ(options.rtp_ports.to_string(), "30000-32767");
}

TEST(Options, port_sets_both_and_the_others_one_in_any_order) {
  for (const Arguments& arguments :
       {Arguments{"-p", "1000", "-t", "2000"}, Arguments{"-t2000", "--port=1000"}}) {
    const Options options = read(arguments);
    EXPECT_EQ(options.udp_port, 1000);
    EXPECT_EQ(options.tcp_port, 2000);
  }
  EXPECT_EQ(read({"--udp-port", "7"}).udp_port, 7);
  EXPECT_EQ(read({"-u7"}).tcp_port, 5060);
  EXPECT_EQ(read({"-p0"}).tcp_port, 0);
}

struct Verbose {
  Arguments arguments;
  log::Level level;
};

class VerboseForms : public testing::TestWithParam<Verbose> {};

TEST_P(VerboseForms, all_mean_their_level_and_leave_the_box_alone) {
  Arguments arguments = GetParam().arguments;
  arguments.push_back("192.0.2.1");
  const Options options = read(arguments);
  EXPECT_EQ(options.level, GetParam().level);
  ASSERT_TRUE(options.box);
  EXPECT_EQ(options.box->to_string(), "192.0.2.1:5060");
}

INSTANTIATE_TEST_SUITE_P(
    All, VerboseForms,
    testing::Values(Verbose{{"-v"}, log::Level::detail}, Verbose{{"-v2"}, log::Level::detail},
                    Verbose{{"-v", "2"}, log::Level::detail}, Verbose{{"-vv"}, log::Level::detail},
                    Verbose{{"--verbose=2"}, log::Level::detail}, Verbose{{"--verbose"}, log::Level::detail},
                    Verbose{{"--verbose", "2"}, log::Level::detail}, Verbose{{"-v0"}, log::Level::error},
                    Verbose{{"-v", "1"}, log::Level::info}, Verbose{{"-v3"}, log::Level::verbose},
                    Verbose{{"-vvv"}, log::Level::verbose}, Verbose{{"-vvvv"}, log::Level::verbose},
                    Verbose{{"-v1", "-v3"}, log::Level::verbose}));

TEST(Options, dump_twice_means_both) {
  EXPECT_TRUE(read({"-D", "FON"}).dump_phone);
  EXPECT_FALSE(read({"-D", "FON"}).dump_box);
  const Options both = read({"-D", "FON", "-D", "BOX", "192.0.2.1"});
  EXPECT_TRUE(both.dump_phone);
  EXPECT_TRUE(both.dump_box);
  EXPECT_TRUE(both.box);
  EXPECT_TRUE(read({"--dump=box"}).dump_box);
}

TEST(Options, allow_replaces_the_private_ranges_and_may_be_repeated) {
  const Options options = read({"--allow=192.0.2.0/24", "--allow", "2001:db8::/32"});
  ASSERT_EQ(options.allow.size(), 2U);
  EXPECT_EQ(options.allow[1].to_string(), "2001:db8::/32");
}

TEST(Options, the_vpn_is_served_beside_what_is_allowed) {
  const Options options = read({"--vpn=192.0.2.0/24", "--allow=198.51.100.7"});
  ASSERT_EQ(options.allow.size(), 2U);
  EXPECT_EQ(options.allow[1].to_string(), "192.0.2.0/24");
  EXPECT_EQ(read({"--vpn=192.0.2.0/24"}).allow.size(), 1U);
}

TEST(Options, several_values_in_one_are_those_of_several_options) {
  EXPECT_EQ(read({"--vpn=192.0.2.0/24,198.51.100.0/24"}).vpn.size(), 2U);
  EXPECT_EQ(read({"--vpn", "192.0.2.0/24, 198.51.100.0/24", "--vpn=203.0.113.0/24"}).vpn.size(), 3U);
  EXPECT_EQ(read({"--allow=192.0.2.0/24 198.51.100.0/24"}).allow.size(), 2U);
  EXPECT_TRUE(read({"--dump=FON,BOX"}).dump_box);
  EXPECT_NE(error_of({"--vpn="}), "");
}

const net::Interfaces kInterfaces = {
    {"eth0", true, false, 1500, {Prefix::parse("192.168.178.20/24").value()}},
    {"wg0", true, true, 1420, {Prefix::parse("10.208.13.1/24").value()}}};

ReadOptions read_with_interfaces(const Arguments& arguments) {
  return read_options({arguments, {}, {}, kDescriptors, [] { return kInterfaces; }});
}

TEST(Options, an_interface_as_vpn_is_its_range) {
  const ReadOptions found = read_with_interfaces({"--vpn=wg0,10.8.0.0/24"});
  EXPECT_TRUE(found.command_line_mistakes.empty());
  EXPECT_TRUE(found.remarks.empty()) << found.remarks.front();
  EXPECT_EQ(found.options.vpn, (std::vector<Prefix>{Prefix::parse("10.8.0.0/24").value(),
                                                    Prefix::parse("10.208.13.0/24").value()}));
  EXPECT_EQ(found.options.allow, found.options.vpn);
}

TEST(Options, of_an_interface_that_is_not_there_nobody_is_served_until_it_comes) {
  const ReadOptions found = read_with_interfaces({"--vpn=wg1"});
  EXPECT_TRUE(found.options.vpn.empty());
  EXPECT_TRUE(found.options.allow.empty());
  EXPECT_EQ(found.remarks,
            (std::vector<std::string>{"VPN: there is no interface wg1 with an address here; its phones are "
                                      "served when it comes up (interfaces here: eth0, wg0)"}));
  const net::Interfaces later = {{"wg1", true, true, 1420, {Prefix::parse("10.9.0.1/24").value()}}};
  EXPECT_EQ(new_vpn_ranges(found.options, later), std::vector<Prefix>{Prefix::parse("10.9.0.0/24").value()});
  EXPECT_TRUE(new_vpn_ranges(read_with_interfaces({"--vpn=wg0"}).options, kInterfaces).empty());
}

TEST(Options, tasks_come_before_the_box) {
  using Task = Options::Task;
  EXPECT_EQ(read({"nat", "setup"}).task, Task::nat_setup);
  EXPECT_EQ(read({"nat", "cleanup"}).task, Task::nat_cleanup);
  const Options show = read({"--vpn=192.0.2.0/24", "nat", "show", "192.0.2.1"});
  EXPECT_EQ(show.task, Task::nat_show);
  EXPECT_TRUE(show.box);
  EXPECT_EQ(read({"check", "--json"}).task, Task::check);
  EXPECT_TRUE(read({"check", "--json"}).json);
}

TEST(Options, setup_takes_box_ranges_and_its_own_options) {
  using Task = Options::Task;
  const Options options = read({"setup", "--yes", "--wait=30", "--vpn=10.8.0.0/24", "192.0.2.1"});
  EXPECT_EQ(options.task, Task::setup);
  EXPECT_TRUE(options.yes);
  EXPECT_EQ(options.wait_seconds, 30U);
  EXPECT_EQ(options.vpn.size(), 1U);
  EXPECT_EQ(options.box->to_string(), "192.0.2.1:5060");
  EXPECT_FALSE(read({"setup"}).wait_seconds);
  EXPECT_EQ(read({"setup", "--help"}).task, Task::setup_help);
  EXPECT_EQ(read({"--help"}).task, Task::help);
}

TEST(Options, nat_report_expires_state_and_logfile_are_read) {
  EXPECT_EQ(read({"--nat-report=source"}).core.nat_report, rewrite::NatReport::source);
  EXPECT_EQ(read({"--nat-report=via"}).core.nat_report, rewrite::NatReport::via);
  EXPECT_EQ(read({"--nat-report=box"}).core.nat_report, rewrite::NatReport::box);
  EXPECT_EQ(read({"--nat-report", "mirror"}).core.nat_report, rewrite::NatReport::mirror);
  EXPECT_EQ(read({"--max-expires=600"}).core.max_expires, std::chrono::seconds{600});
  EXPECT_EQ(read({"--state=/var/lib/fapfon-proxy"}).state_dir, "/var/lib/fapfon-proxy");
  EXPECT_EQ(read({"-l", "-"}).logfile, "-");
  EXPECT_EQ(read({"--logfile=/var/log/x"}).logfile, "/var/log/x");
}

TEST(Options, the_way_of_audio_and_its_ports_are_read) {
  EXPECT_EQ(read({"--media=relay"}).media, box::MediaOption::relay);
  EXPECT_EQ(read({"--media", "direct"}).media, box::MediaOption::direct);
  EXPECT_EQ(read({"--media=direct", "--media=auto"}).media, box::MediaOption::automatic);
  EXPECT_EQ(read({"--rtp-ports=40000-40999"}).rtp_ports, (PortRange{40'000, 40'999}));
}

TEST(Options, audio_is_relayed_in_doubt_and_never_when_it_must_be_direct) {
  EXPECT_EQ(read({}).core.media, proxy::MediaMode::relay);
  EXPECT_EQ(read({"--media=relay"}).core.media, proxy::MediaMode::relay);
  EXPECT_TRUE(read({}).core.may_relay);
  EXPECT_EQ(read({"--media=direct"}).core.media, proxy::MediaMode::direct);
  EXPECT_FALSE(read({"--media=direct"}).core.may_relay);
}

TEST(Options, phones_are_in_the_vpn_else_in_what_is_allowed_and_may_be_anywhere) {
  EXPECT_EQ(phone_ranges(read({"--vpn=192.0.2.0/24", "--allow=198.51.100.7"})),
            std::vector{Prefix::parse("192.0.2.0/24").value()});
  EXPECT_EQ(phone_ranges(read({"--allow=198.51.100.7"})), std::vector{Prefix::parse("198.51.100.7").value()});
  EXPECT_TRUE(phone_ranges(read({})).empty());
}

/// A port that a line has is busy, and busy ports are passed over.
TEST(Options, rtp_ports_may_overlap_with_the_box_facing_ports_and_the_sip_port) {
  EXPECT_EQ(read({"--rtp-ports=5000-25000"}).rtp_ports, (PortRange{5'000, 25'000}));
}

TEST(Options, limits_follow_from_descriptors_four_for_a_phone) {
  const Limits limits = limits_for(kDescriptors);
  EXPECT_EQ(limits.max_lines, (kDescriptors - 64) / 4);
  EXPECT_EQ(limits.max_flows, limits.max_lines);
  EXPECT_EQ(limits.max_flows_per_source, limits.max_flows / 4);
  EXPECT_GT(limits_for(20).max_flows_per_source, 0U);
  EXPECT_EQ(limits_for(1'000'000).max_lines, 10'000U);
}

TEST(Options, limits_can_be_set_and_guests_of_a_source_get_a_quarter) {
  const Limits limits = read({"--max-flows=100", "--max-lines=50", "--max-lines-per-source=3"}).core.limits;
  EXPECT_EQ(limits.max_flows, 100U);
  EXPECT_EQ(limits.max_flows_per_source, 25U);
  EXPECT_EQ(limits.max_lines, 50U);
  EXPECT_EQ(limits.max_lines_per_source, 3U);
  EXPECT_EQ(read({"--max-flows=1"}).core.limits.max_flows_per_source, 1U);
  EXPECT_EQ(read({"--max-pending-per-line=9"}).core.limits.max_pending_per_line, 9U);
}

TEST(Options, help_and_version_may_be_written_as_commands) {
  EXPECT_EQ(read({"help"}).task, Options::Task::help);
  EXPECT_EQ(read({"version"}).task, Options::Task::version);
  EXPECT_EQ(read({"run", "192.0.2.1"}).box->to_string(), "192.0.2.1:5060");
}

TEST(Options, help_and_version_win_over_what_is_wrong_elsewhere) {
  EXPECT_EQ(read({"-h", "--port=x"}).task, Options::Task::help);
  EXPECT_EQ(read({"--version"}).task, Options::Task::version);
}

TEST(Options, a_box_may_be_called_nearly_like_a_command) {
  EXPECT_EQ(read({"chekc:5060"}).box->to_string(), "chekc:5060");
  EXPECT_EQ(read({"cellar"}).box->to_string(), "cellar:5060");
}

TEST(Options, after_two_dashes_comes_the_box) {
  ASSERT_TRUE(read({"-p", "0", "--", "192.0.2.1"}).box);
}

struct Wrong {
  Arguments arguments;
  const char* line;
};

class WrongOption : public testing::TestWithParam<Wrong> {};

TEST_P(WrongOption, is_named_with_its_remedy_in_one_line) {
  EXPECT_EQ(error_of(GetParam().arguments), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongOption,
    testing::Values(
        Wrong{{"--foo"}, "unknown option --foo; 'fapfon-proxy --help' lists the options"},
        Wrong{{"-x"}, "unknown option -x; 'fapfon-proxy --help' lists the options"},
        Wrong{{"--port"}, "--port needs a value; write it like --port=PORT"},
        Wrong{{"--help=de"}, "--help takes no value; write it like --help"},
        Wrong{{"--port=65536"},
              "--port: '65536' is not a port; use a number from 0 (any free port) to 65535"},
        Wrong{{"-t", "sip"}, "--tcp-port: 'sip' is not a port; use a number from 0 (any free port) to 65535"},
        Wrong{{"-u-1"}, "--udp-port: '-1' is not a port; use a number from 0 (any free port) to 65535"},
        Wrong{{"-v4"}, "--verbose: '4' is not a level; use 0 (ERROR), 1 (INFO), 2 (DETAIL) or 3 (VERBOSE)"},
        Wrong{{"--verbose=x"},
              "--verbose: 'x' is not a level; use 0 (ERROR), 1 (INFO), 2 (DETAIL) or 3 (VERBOSE)"},
        Wrong{{"-D", "ALL"},
              "--dump: 'ALL' cannot be dumped; use FON (what phones send) or BOX (what the Box sends)"},
        Wrong{{"--allow=192.0.2.0/33"},
              "--allow: '192.0.2.0/33' is not an address range; write it like 172.20.0.0/16 or fd00::/64"},
        Wrong{{"--nat-report=x"}, "--nat-report: 'x' is unknown; use via, source, mirror or box"},
        Wrong{{"--media=always"}, "--media: 'always' is unknown; use auto, direct or relay"},
        Wrong{
            {"--rtp-ports=40000"},
            "--rtp-ports: '40000' is not a port range; write the first and the last port, like 30000-32767"},
        Wrong{{"--rtp-ports=40001-40000"},
              "--rtp-ports: '40001-40000' ends before it begins; write the lower port first"},
        Wrong{{"--max-expires=59"}, "--max-expires: '59' is out of range; use 60 to 86400 seconds"},
        Wrong{{"--max-lines=0"}, "--max-lines: '0' is not a limit; use a number from 1 to 1000000"},
        Wrong{{"chekc"},
              "'chekc' is not a command; did you mean check? (A FRITZ!Box of that name: chekc:5060)"},
        Wrong{{"status"},
              "'status' is a command of the service manager; write: systemctl status fapfon-proxy"},
        Wrong{{"start"},
              "'start' is a command of the service manager; write: sudo systemctl start fapfon-proxy"},
        Wrong{{"stop"},
              "'stop' is a command of the service manager; write: sudo systemctl stop fapfon-proxy"},
        Wrong{{"trace"}, "unknown command 'trace'; 'fapfon-proxy --help' lists the commands"},
        Wrong{{"web", "192.0.2.1"}, "unknown command 'web'; 'fapfon-proxy --help' lists the commands"},
        Wrong{{"http://fritz.box"},
              "BOX_ADDRESS 'http://fritz.box' is a link; write only the name or the address: fritz.box"},
        Wrong{{"nat"}, "nat: say what to do: fapfon-proxy nat setup, nat cleanup or nat show"},
        Wrong{{"nat", "start"}, "nat: say what to do: fapfon-proxy nat setup, nat cleanup or nat show"},
        Wrong{{"192.0.2.1", "192.0.2.2"}, "'192.0.2.2' is one argument too many; give one BOX_ADDRESS"}));

}  // namespace
}  // namespace fapfon::options
