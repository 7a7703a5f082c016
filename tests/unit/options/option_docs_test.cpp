// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_docs.hpp"

#include <gtest/gtest.h>

#include "options/option_table.hpp"

namespace fapfon::options {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OptionDocs, help_names_every_option) {
  for (const OptionRow& row : kOptions) {
    EXPECT_TRUE(contains(help_text(), "--" + std::string{row.name})) << row.name;
    EXPECT_TRUE(contains(help_text(), std::string{row.help})) << row.name;
  }
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
  EXPECT_TRUE(contains(
      man_options(), "*-t*, *--tcp-port*=PORT\n\tServer SIP\\_PORT, TCP. Variable: *FAPFON\\_TCP\\_PORT*.\n"))
      << man_options();
  for (const OptionRow& row : kOptions)
    EXPECT_TRUE(contains(man_options(), "*--" + std::string{row.name} + "*"));
}

TEST(OptionDocs, completion_names_every_option) {
  for (const OptionRow& row : kOptions)
    EXPECT_TRUE(contains(bash_completion(), "--" + std::string{row.name}));
  EXPECT_TRUE(contains(bash_completion(), "-D|--dump) _fapfon_proxy_offer 'FON BOX'; return ;;"));
}

}  // namespace
}  // namespace fapfon::options
