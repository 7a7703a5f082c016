// SPDX-License-Identifier: GPL-2.0-or-later
// --help and the options of the man page in German.
#include <gtest/gtest.h>

#include "base/words.hpp"
#include "options/option_docs.hpp"
#include "options/option_table.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

void expect_80_columns(const std::string& help) {
  for (const ByteView line : lines_of(help)) EXPECT_LE(text::columns_of(line), 80U) << line;
}

TEST(OptionDocsInGerman, help_fits_80_columns_and_names_every_option) {
  const text::Speaking german{text::Language::german};
  const std::string help = help_text();
  EXPECT_TRUE(help.starts_with("Aufruf: fapfon-proxy [Optionen]")) << help;
  expect_80_columns(help);
  for (const OptionRow& row : kOptions) {
    EXPECT_EQ(contains(help, " --" + std::string{row.name}), !row.help.empty()) << row.name;
  }
}

TEST(OptionDocsInGerman, help_of_setup_fits_80_columns) {
  const text::Speaking german{text::Language::german};
  EXPECT_TRUE(setup_help_text().starts_with("Aufruf: sudo fapfon-proxy setup"));
  expect_80_columns(setup_help_text());
}

TEST(OptionDocsInGerman, no_option_is_explained_in_english) {
  const std::string english = man_options();
  const text::Speaking german{text::Language::german};
  const std::string translated = man_options();
  for (const OptionRow& row : kOptions) {
    if (row.help.empty()) continue;
    EXPECT_NE(text::tr(row.help), row.help) << row.name;
  }
  EXPECT_NE(translated, english);
}

TEST(OptionDocsInGerman, completion_stays_as_it_is) {
  const std::string english = bash_completion();
  const text::Speaking german{text::Language::german};
  EXPECT_EQ(bash_completion(), english);
}

}  // namespace
}  // namespace fapfon::options
