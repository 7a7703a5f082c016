// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/translate.hpp"

#include <gtest/gtest.h>

namespace fapfon::text {
namespace {

TEST(Translate, leaves_english_as_it_is) {
  EXPECT_EQ(tr("no answer"), "no answer");
  EXPECT_EQ(trf("choose another port with {}", "--port"), "choose another port with --port");
}

TEST(Translate, puts_values_into_their_places) {
  EXPECT_EQ(trf("{} and {}", "one", 2U), "one and 2");
  EXPECT_EQ(trf("{1} before {0}, {1} again", ByteView{"a"}, std::string{"b"}), "b before a, b again");
  EXPECT_EQ(trf("'{' and {via|source} are no places, {} is", "this"),
            "'{' and {via|source} are no places, this is");
  EXPECT_EQ(trf("what is in a value is no place: {}", "{}"), "what is in a value is no place: {}");
}

TEST(Translate, into_german) {
  const Speaking german{Language::german};
  EXPECT_EQ(tr("no answer"), "keine Antwort");
  EXPECT_EQ(trf("choose another port with {}", "--port"), "wählen Sie mit --port einen anderen Port");
}

TEST(Translate, what_is_not_in_the_catalogue_stays_english) {
  const Speaking german{Language::german};
  EXPECT_EQ(tr("a message that nobody has translated"), "a message that nobody has translated");
  EXPECT_EQ(tr(""), "");  // in the catalogue that is its header
}

TEST(Translate, counts_columns_and_not_bytes) {
  EXPECT_EQ(columns_of(""), 0U);
  EXPECT_EQ(columns_of("fur"), 3U);
  EXPECT_EQ(columns_of("für"), 3U);
  EXPECT_EQ(columns_of("„Öl“"), 4U);
}

}  // namespace
}  // namespace fapfon::text
