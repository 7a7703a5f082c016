// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_docs.hpp"

#include <gtest/gtest.h>

#include "options/option_table.hpp"

namespace fapfon::options {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool is_shown(const OptionRow& row) {
  return !row.help.empty();
}

/// Without line breaks and columns.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n';
    if (!is_blank || (!line.empty() && line.back() != ' ')) line += is_blank ? ' ' : c;
  }
  return line;
}

TEST(OptionDocs, help_names_every_option_that_does_something) {
  const std::string help = in_one_line(help_text());
  for (const OptionRow& row : kOptions) {
    EXPECT_EQ(contains(help, " --" + std::string{row.name}), is_shown(row)) << row.name;
    EXPECT_TRUE(contains(help, std::string{row.help})) << row.name;
  }
  EXPECT_FALSE(contains(help + man_options() + bash_completion(), "--state"));
}

TEST(OptionDocs, help_fits_80_columns) {
  std::string help = help_text();
  for (std::size_t end = 0; (end = help.find('\n')) != std::string::npos; help.erase(0, end + 1)) {
    EXPECT_LE(end, 80U) << help.substr(0, end);
    EXPECT_TRUE(end == 0 || help[end - 1] != ' ') << help.substr(0, end);
  }
}

TEST(OptionDocs, help_explains_the_commands_before_the_options) {
  const std::string help = help_text();
  EXPECT_LT(help.find("  check "), help.find("options:\n"));
  EXPECT_LT(help.find("  nat setup "), help.find("options:\n"));
}

TEST(OptionDocs, help_of_setup_fits_80_columns_and_names_its_options) {
  const std::string help = setup_help_text();
  for (const char* option : {"--yes", "--wait=", "--vpn=", "--config=", "BOX_ADDRESS"}) {
    EXPECT_TRUE(contains(help, option)) << option;
  }
  std::size_t start = 0;
  for (std::size_t end = 0; (end = help.find('\n', start)) != std::string::npos; start = end + 1) {
    EXPECT_LE(end - start, 80U) << help.substr(start, end - start);
  }
}

TEST(OptionDocs, man_page_names_every_option_and_its_variable) {
  EXPECT_TRUE(
      contains(man_options(),
               "*-t*, *--tcp-port*=PORT\n\tListen on PORT, TCP only. Variable: *FAPFON\\_TCP\\_PORT*.\n"))
      << man_options();
  for (const OptionRow& row : kOptions) {
    EXPECT_EQ(contains(man_options(), "*--" + std::string{row.name} + "*"), is_shown(row));
  }
}

TEST(OptionDocs, completion_names_every_option) {
  for (const OptionRow& row : kOptions) {
    EXPECT_EQ(contains(bash_completion(), "--" + std::string{row.name}), is_shown(row));
  }
  EXPECT_TRUE(contains(bash_completion(), "-D|--dump) _fapfon_proxy_offer 'FON BOX'; return ;;"));
}

}  // namespace
}  // namespace fapfon::options
