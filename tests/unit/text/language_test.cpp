// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/language.hpp"

#include <gtest/gtest.h>

namespace fapfon::text {
namespace {

constexpr Language kEnglish = Language::english;
constexpr Language kGerman = Language::german;

TEST(Language, is_german_for_every_german_locale) {
  for (const char* locale : {"de", "de_DE", "de_AT.UTF-8", "de_CH.utf8", "de_DE@euro", "de_DE.UTF-8@euro"}) {
    EXPECT_EQ(language_of({{"LANG", locale}}), kGerman) << locale;
  }
}

TEST(Language, is_english_for_all_else) {
  for (const char* locale :
       {"", "C", "C.UTF-8", "POSIX", "en_GB.UTF-8", "den_CA", "fr_FR.UTF-8", "deutsch"}) {
    EXPECT_EQ(language_of({{"LANG", locale}}), kEnglish) << locale;
  }
  EXPECT_EQ(language_of({}), kEnglish);
}

TEST(Language, is_english_where_the_terminal_cannot_show_umlauts) {
  EXPECT_EQ(language_of({{"LANG", "de_DE.ISO-8859-1"}}), kEnglish);
}

TEST(Language, of_lc_all_counts_before_lc_messages_before_lang) {
  EXPECT_EQ(language_of({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}), kEnglish);
  EXPECT_EQ(language_of({{"LANG", "en_GB.UTF-8"}, {"LC_MESSAGES", "de_DE.UTF-8"}}), kGerman);
  EXPECT_EQ(language_of({{"LC_MESSAGES", "en_GB.UTF-8"}, {"LC_ALL", "de_DE.UTF-8"}}), kGerman);
}

TEST(Language, of_a_variable_that_is_empty_does_not_count) {
  EXPECT_EQ(language_of({{"LC_ALL", ""}, {"LC_MESSAGES", ""}, {"LANG", "de_DE.UTF-8"}}), kGerman);
}

TEST(Language, list_goes_first_where_a_locale_is_set) {
  EXPECT_EQ(language_of({{"LANG", "en_GB.UTF-8"}, {"LANGUAGE", "de"}}), kGerman);
  EXPECT_EQ(language_of({{"LANG", "de_DE.UTF-8"}, {"LANGUAGE", "en_US:de"}}), kEnglish);
  EXPECT_EQ(language_of({{"LANG", "de_DE.UTF-8"}, {"LANGUAGE", ""}}), kGerman);
}

TEST(Language, list_counts_for_nothing_without_a_locale) {
  EXPECT_EQ(language_of({{"LANGUAGE", "de"}}), kEnglish);
  EXPECT_EQ(language_of({{"LC_ALL", "C"}, {"LANGUAGE", "de"}}), kEnglish);
  EXPECT_EQ(language_of({{"LANG", "C.UTF-8"}, {"LANGUAGE", "de"}}), kEnglish);
}

TEST(Language, list_is_read_up_to_the_first_language_that_we_have) {
  EXPECT_EQ(language_of({{"LANG", "fr_FR.UTF-8"}, {"LANGUAGE", "fr:de:en"}}), kGerman);
  EXPECT_EQ(language_of({{"LANG", "fr_FR.UTF-8"}, {"LANGUAGE", "fr:en:de"}}), kEnglish);
}

}  // namespace
}  // namespace fapfon::text
