// SPDX-License-Identifier: GPL-2.0-or-later
// The configuration file (SPEC N2): what it means, and what is said about mistakes in it.
#include "options/config_file.hpp"

#include <gtest/gtest.h>

#include "options/options.hpp"

namespace fapfon::options {
namespace {

using Arguments = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

/// What the program reads when this text is in the file "conf".
ReadOptions read(const std::string& text, const Arguments& arguments = {},
                 const Variables& environment = {}) {
  Arguments all = {"--config=conf"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto read_file = [&](const std::string& path) -> Expected<std::string, std::string> {
    EXPECT_EQ(path, "conf");
    return text;
  };
  return read_options({all, environment, read_file, 20'000});
}

Options good(const std::string& text, const Arguments& arguments = {}, const Variables& environment = {}) {
  const ReadOptions found = read(text, arguments, environment);
  EXPECT_TRUE(found.configuration_mistakes.empty()) << found.configuration_mistakes.front();
  EXPECT_TRUE(found.command_line_mistakes.empty()) << found.command_line_mistakes.front();
  return found.options;
}

/// The one mistake in this text.
std::string mistake(const std::string& text) {
  const auto mistakes = read(text, {"--check-config"}).configuration_mistakes;
  EXPECT_EQ(mistakes.size(), 1U) << text;
  return mistakes.empty() ? std::string{} : mistakes.front();
}

constexpr const char* kOfTheOriginal = R"(# /etc/default/fapfon-proxy
# Box
BOX="172.30.10.1"

# VPN
VPN="172.20.11.0/24 172.20.12.0/24"

OPTIONS="--verbose=1"

LOGFILE="/var/log/fapfon-proxy.log"
SIP_REDIRECT_PORT="--port=6060"
)";

TEST(ConfigFile, of_the_original_means_what_it_meant) {
  const Options options = good(kOfTheOriginal);
  EXPECT_EQ(options.box->to_string(), "172.30.10.1:5060");
  ASSERT_EQ(options.vpn.size(), 2U);
  EXPECT_EQ(options.vpn[1].to_string(), "172.20.12.0/24");
  EXPECT_EQ(options.level, log::Level::info);
  EXPECT_EQ(options.logfile, "/var/log/fapfon-proxy.log");
  EXPECT_EQ(options.udp_port, 6060);
  EXPECT_EQ(options.tcp_port, 6060);
}

TEST(ConfigFile, only_the_vpn_is_served) {
  EXPECT_EQ(good("VPN=192.0.2.0/24").allow.size(), 1U);
  EXPECT_EQ(good("BOX=192.0.2.1").allow.size(), private_ranges().size());
}

TEST(ConfigFile, may_name_the_redirect_port_as_a_number) {
  EXPECT_EQ(good("SIP_REDIRECT_PORT=6060").udp_port, 6060);
  EXPECT_EQ(good("SIP_REDIRECT_PORT='-p 6060'").tcp_port, 6060);
  EXPECT_EQ(good("SIP_REDIRECT_PORT=").udp_port, 5060);
}

TEST(ConfigFile, has_a_name_for_every_option) {
  EXPECT_EQ(good("FAPFON_TCP_PORT=6061").tcp_port, 6061);
  EXPECT_EQ(good("FAPFON_ALLOW='192.0.2.0/24, 2001:db8::/32'").allow.size(), 2U);
  EXPECT_EQ(good("FAPFON_BOX=192.0.2.1").box->to_string(), "192.0.2.1:5060");
  EXPECT_EQ(good("FAPFON_VERBOSE=3").level, log::Level::verbose);
  EXPECT_EQ(good("FAPFON_MEDIA=relay").media, box::MediaOption::relay);
  EXPECT_EQ(good("FAPFON_RTP_PORTS=40000-40999").rtp_ports.to_string(), "40000-40999");
}

TEST(ConfigFile, options_are_those_of_the_command_line) {
  const Options options = good("OPTIONS=\"-v2 -D FON   --max-expires=600\"");
  EXPECT_EQ(options.level, log::Level::detail);
  EXPECT_TRUE(options.dump_phone);
  EXPECT_EQ(options.core.max_expires, std::chrono::seconds{600});
}

TEST(ConfigFile, logfile_and_redirect_port_stand_behind_options_as_in_the_seed) {
  EXPECT_EQ(good("LOGFILE=/a\nOPTIONS=--logfile=/b").logfile, "/a");
  EXPECT_EQ(good("SIP_REDIRECT_PORT=1\nOPTIONS=-p2").udp_port, 1);
}

TEST(ConfigFile, takes_what_was_set_above_an_empty_line_of_the_same_name) {
  const Options options = good("BOX=192.0.2.1\nVPN=198.51.100.0/24\n\nBOX=\"\"\nVPN=\"\"\n");
  EXPECT_EQ(options.box->to_string(), "192.0.2.1:5060");
  EXPECT_EQ(options.vpn.size(), 1U);
}

TEST(ConfigFile, tells_a_name_that_is_set_twice_with_both_lines) {
  EXPECT_EQ(good("BOX=192.0.2.1\nBOX=192.0.2.2").box->to_string(), "192.0.2.2:5060");
  EXPECT_EQ(
      read("BOX=192.0.2.1\n\nBOX=192.0.2.2").file_notes,
      (std::vector<std::string>{"conf:1: BOX is set here and again in line 3, which counts; delete line 1"}));
  EXPECT_EQ(
      read("BOX=192.0.2.1\n\nBOX=").file_notes,
      (std::vector<std::string>{"conf:3: BOX is empty here and set in line 1, which counts; delete line 3"}));
  EXPECT_TRUE(read("BOX=\nBOX=\nVPN=10.8.0.0/24").file_notes.empty());
}

TEST(ConfigFile, may_have_a_byte_order_mark_and_no_break_spaces) {
  EXPECT_EQ(good("\xef\xbb\xbf"
                 "BOX=192.0.2.1\r\n")
                .box->to_string(),
            "192.0.2.1:5060");
  EXPECT_EQ(good("VPN=\"192.0.2.0/24\u00a0 198.51.100.0/24\"").vpn.size(), 2U);
}

TEST(ConfigFile, may_have_blanks_around_a_value_inside_quotes) {
  EXPECT_EQ(good("BOX=\"192.0.2.1 \"").box->to_string(), "192.0.2.1:5060");
  EXPECT_EQ(good("LOGFILE=' /var/log/x '").logfile, "/var/log/x");
  EXPECT_EQ(good("SIP_REDIRECT_PORT='6060 '").udp_port, 6060);
  EXPECT_FALSE(good("BOX=' '").box_is_set);
}

TEST(Environment, may_hand_over_typographic_quotes) {
  EXPECT_EQ(good("", {}, {{"FAPFON_BOX", "\u201e192.0.2.1\u201c"}}).box->to_string(), "192.0.2.1:5060");
  EXPECT_EQ(good("", {}, {{"FAPFON_VPN", "\u201e192.0.2.0/24 198.51.100.0/24\u201c"}}).vpn.size(), 2U);
}

TEST(Precedence, is_command_line_then_environment_then_file) {
  const std::string file = "LOGFILE=/file";
  EXPECT_EQ(good(file).logfile, "/file");
  EXPECT_EQ(good(file, {}, {{"FAPFON_LOGFILE", "/environment"}}).logfile, "/environment");
  EXPECT_EQ(good(file, {"-l", "/line"}, {{"FAPFON_LOGFILE", "/environment"}}).logfile, "/line");
}

TEST(Precedence, a_port_for_both_replaces_ports_of_a_source_before) {
  EXPECT_EQ(good("FAPFON_UDP_PORT=1", {"--port=2"}).udp_port, 2);
}

TEST(Precedence, a_list_replaces_the_list_of_a_source_before) {
  EXPECT_EQ(good("VPN='192.0.2.0/24 198.51.100.0/24'", {"--vpn=203.0.113.0/24"}).vpn.size(), 1U);
}

TEST(ConfigFile, auto_has_the_box_looked_for) {
  EXPECT_FALSE(good("BOX=auto").box);
  EXPECT_FALSE(good("BOX=192.0.2.1", {"auto"}).box);
  EXPECT_TRUE(read("BOX=auto", {"--check-config"}).configuration_mistakes.empty());
}

TEST(ConfigFile, is_read_by_itself_only_for_what_belongs_to_the_service) {
  std::vector<std::string> asked;
  const auto read_file = [&](const std::string& path) -> Expected<std::string, std::string> {
    asked.push_back(path);
    return Unexpected<std::string>("No such file or directory");
  };
  for (const Arguments& arguments : {Arguments{}, Arguments{"nat", "show"}, Arguments{"check"}}) {
    EXPECT_TRUE(read_options({arguments, {}, read_file, 1000}).configuration_mistakes.empty());
  }
  EXPECT_EQ(asked, (std::vector<std::string>{"/etc/default/fapfon-proxy", "/etc/default/fapfon-proxy"}));
  const auto checked = read_options({{"--check-config"}, {}, read_file, 1000});
  EXPECT_EQ(
      checked.configuration_mistakes,
      (std::vector<std::string>{"/etc/default/fapfon-proxy: cannot be read: No such file or directory"}));
}

struct Value {
  const char* text;
  const char* value;
};

class ShellValue : public testing::TestWithParam<Value> {};

TEST_P(ShellValue, is_read_as_a_shell_reads_it) {
  const auto found = parse_assignments(GetParam().text, "f");
  EXPECT_TRUE(found.mistakes.empty()) << found.mistakes.front();
  ASSERT_EQ(found.values.size(), 1U);
  EXPECT_EQ(found.values[0].name, "A");
  EXPECT_EQ(found.values[0].value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    All, ShellValue,
    testing::Values(Value{"A=b", "b"}, Value{"  A=b  ", "b"}, Value{"A=", ""}, Value{"A=\"\"", ""},
                    Value{"A=\"b c\"", "b c"}, Value{"A='b c'", "b c"}, Value{"A='$b`'", "$b`"},
                    Value{"A=b # comment", "b"}, Value{"A=b#c", "b#c"}, Value{"A=\"b # c\"", "b # c"},
                    Value{"export A=b", "b"}, Value{"A=b\\ c", "b c"}, Value{"A=\"b\\\"c\\d\"", "b\"c\\d"},
                    Value{"A=b\"c d\"'e'", "bc de"}, Value{"# A=c\n\n \t\nA=b\r\n", "b"}));

INSTANTIATE_TEST_SUITE_P(InTypographicQuotes, ShellValue,
                         testing::Values(Value{"A=\u201eb c\u201c", "b c"},
                                         Value{"A=\u201cb c\u201d # x", "b c"},
                                         Value{"A=\u2019b c\u2019", "b c"}, Value{"A=\u00abb c\u00bb", "b c"},
                                         Value{"A=\u00bbb c\u00ab", "b c"}, Value{"A=\u201eb c\"", "b c"},
                                         Value{"A=\"b c\u201c", "b c"},
                                         Value{"A=\"it\u2019s b\"", "it\u2019s b"}));

struct Mistake {
  const char* text;
  const char* line;
};

class ConfigMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistake, is_one_line_with_file_line_and_remedy) {
  EXPECT_EQ(mistake(std::string{"BOX=192.0.2.1\n"} + GetParam().text),
            std::string{"conf:2: "} + GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigMistake,
    testing::Values(
        Mistake{"LOGFIL=/x", "unknown name LOGFIL; did you mean LOGFILE?"},
        Mistake{"FAPFON_PROT=1", "unknown name FAPFON_PROT; did you mean FAPFON_PORT?"},
        Mistake{
            "SOMETHING=1",
            "unknown name SOMETHING; use BOX, VPN, OPTIONS, LOGFILE, SIP_REDIRECT_PORT or FAPFON_... as in "
            "fapfon-proxy(8)"},
        Mistake{"VPN=\"10.8.0.0/24 10.9.0.0/33\"",
                "VPN: '10.9.0.0/33' is not an address range; write it like 10.8.0.0/24 or fd00::/64, or name "
                "the VPN's interface, like wg0"},
        Mistake{"SIP_REDIRECT_PORT=sip",
                "SIP_REDIRECT_PORT: 'sip' is not a port; use a number from 0 (any free port) to 65535"},
        Mistake{"OPTIONS=--prot=5",
                "OPTIONS: unknown option --prot=5; 'fapfon-proxy --help' lists the options"},
        Mistake{"OPTIONS=--port=x",
                "OPTIONS: --port: 'x' is not a port; use a number from 0 (any free port) to 65535"},
        Mistake{"OPTIONS=192.0.2.1", "OPTIONS: '192.0.2.1' is not an option; the FRITZ!Box belongs in BOX="},
        Mistake{"OPTIONS=--help", "OPTIONS: --help does not belong here; give it on the command line"},
        Mistake{"VPN=10.8.0.0/24 10.9.0.0/24",
                "VPN has a space in its value; put quotes around it: NAME=\"one two\""},
        Mistake{
            "VPN = 10.8.0.0/24",
            "'VPN = 10.8.0.0/24' is not a setting; write NAME=value without spaces around '=', or begin a "
            "comment "
            "with #"},
        Mistake{"LOGFILE=$HOME/x",
                "LOGFILE uses a sign that only a shell understands; write the value out, or put it between ' "
                "and '"},
        Mistake{"LOGFILE=\u201e/x",
                "LOGFILE has no closing quote; write the value between straight quotes: \"192.168.178.1\""},
        Mistake{"LOGFILE=\"/x", "LOGFILE has no closing \"; end the value with it"},
        Mistake{"LOGFILE=/x\\", "LOGFILE ends in '\\'; write the value in one line"}));

TEST(ConfigMistakes, are_all_told) {
  EXPECT_EQ(read("BOX=\nVPN=10.8.0.0/33\nFOO=1\n", {"--check-config"}).configuration_mistakes.size(), 3U);
}

TEST(ConfigMistakes, a_wrong_box_is_told_with_its_line) {
  EXPECT_EQ(
      mistake("\nBOX=300.1.2.3"),
      "conf:2: BOX: BOX_ADDRESS '300.1.2.3' is neither an address nor a name; write it like 172.30.10.1, "
      "[fd00::1]:5060 or fritz.box");
}

TEST(ConfigMistakes, a_missing_box_is_told_where_it_should_stand) {
  const std::string remedy =
      "BOX is not set; write BOX=192.168.178.1 (the address of your FRITZ!Box), or BOX=auto to have it "
      "looked for";
  EXPECT_EQ(mistake("# nothing\nBOX=\n"), "conf:2: " + remedy);
  EXPECT_EQ(mistake("VPN=192.0.2.0/24\n"), "conf: " + remedy);
  EXPECT_TRUE(read("VPN=192.0.2.0/24").configuration_mistakes.empty());  // the daemon then looks for one
}

TEST(ConfigMistakes, do_not_keep_a_good_rest_from_being_read) {
  const ReadOptions found = read("BOX=192.0.2.1\nFOO=1\nVPN=192.0.2.0/24");
  EXPECT_TRUE(found.options.box);
  EXPECT_EQ(found.options.vpn.size(), 1U);
}

TEST(Environment, names_of_others_are_left_alone) {
  EXPECT_FALSE(
      good("", {}, {{"BOX", "192.0.2.9"}, {"OPTIONS", "--nonsense"}, {"FAPFON_SOMETHING", "1"}}).box);
}

TEST(Environment, a_wrong_value_is_told_with_its_name) {
  const auto found = read("", {}, {{"FAPFON_PORT", "x"}});
  ASSERT_EQ(found.configuration_mistakes.size(), 1U);
  EXPECT_EQ(found.configuration_mistakes[0],
            "FAPFON_PORT (environment): 'x' is not a port; use a number from 0 (any free port) to 65535");
}

}  // namespace
}  // namespace fapfon::options
