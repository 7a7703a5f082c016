// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/edits.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace fapfon {
namespace {

class EditsTest : public testing::Test {
 protected:
  void SetUp() override { edits.start(text); }
  [[nodiscard]] ByteView part(std::size_t offset, std::size_t length) const {
    return ByteView(text).substr(offset, length);
  }
  [[nodiscard]] std::string applied() const {
    std::string out;
    edits.apply(out);
    return out;
  }

  const std::string text = "0123456789";
  Edits edits;
};

TEST_F(EditsTest, without_an_edit_the_bytes_are_the_same) {
  EXPECT_TRUE(edits.empty());
  EXPECT_EQ(applied(), text);
}

TEST_F(EditsTest, edits_may_be_recorded_in_any_order) {
  edits.replace(part(8, 1), "eight");
  edits.erase(part(4, 2));
  edits.replace(part(0, 1), "zero");
  EXPECT_EQ(applied(), "zero12367eight9");
}

TEST_F(EditsTest, neighbours_do_not_overlap) {
  edits.replace(part(2, 2), "a");
  edits.replace(part(4, 2), "b");
  edits.replace(part(0, 2), "c");
  EXPECT_EQ(applied(), "cab6789");
}

TEST_F(EditsTest, of_two_edits_that_overlap_the_first_wins) {
  edits.replace(part(3, 3), "X");
  for (std::size_t offset = 1; offset < 6; ++offset) edits.replace(part(offset, 3), "Y");
  EXPECT_EQ(applied(), "012X6789");
}

TEST_F(EditsTest, a_longer_edit_around_an_earlier_one_is_ignored) {
  edits.replace(part(3, 1), "X");
  edits.replace(part(0, 10), "Y");
  EXPECT_EQ(applied(), "012X456789");
}

TEST_F(EditsTest, an_insertion_stands_in_front_of_its_position) {
  edits.insert(part(5, 3), "X");
  EXPECT_EQ(applied(), "01234X56789");
}

TEST_F(EditsTest, an_insertion_at_the_end_is_possible) {
  edits.insert(part(10, 0), "X");
  EXPECT_EQ(applied(), "0123456789X");
}

TEST_F(EditsTest, an_insertion_in_front_of_a_replacement_is_kept) {
  edits.replace(part(5, 2), "R");
  edits.insert(part(5, 0), "I");
  EXPECT_EQ(applied(), "01234IR789");
}

TEST_F(EditsTest, an_insertion_inside_a_replacement_is_ignored) {
  edits.replace(part(4, 4), "R");
  edits.insert(part(5, 0), "I");
  EXPECT_EQ(applied(), "0123R89");
}

TEST_F(EditsTest, an_edit_that_changes_nothing_is_none) {
  edits.replace(part(3, 2), "34");
  EXPECT_TRUE(edits.empty());
}

TEST_F(EditsTest, what_is_not_part_of_the_original_is_ignored) {
  const std::string other = text;
  edits.replace(other, "X");
  EXPECT_EQ(applied(), text);
}

TEST_F(EditsTest, growth_counts_the_edits_inside_a_part_only) {
  edits.replace(part(1, 1), "long");
  edits.erase(part(6, 2));
  EXPECT_EQ(edits.growth_in(part(0, 10)), 1);
  EXPECT_EQ(edits.growth_in(part(0, 5)), 3);
  EXPECT_EQ(edits.growth_in(part(5, 5)), -2);
  EXPECT_EQ(edits.growth_in(part(2, 4)), 0);
}

TEST_F(EditsTest, start_forgets_what_was_before) {
  edits.replace(part(0, 1), "X");
  const std::string next = "next";
  edits.start(next);
  EXPECT_EQ(applied(), "next");
}

// A session description of 64 KiB has room for thousands of c= lines: a phone must not be able to stop all
// others with one message.
TEST_F(EditsTest, thousands_of_edits_in_order_cost_no_more_each_than_a_few) {
  const std::string large(64 * 1024, 'x');
  const auto begin = std::chrono::steady_clock::now();
  edits.start(large);
  for (std::size_t at = 0; at < large.size(); at += 2) edits.replace(ByteView(large).substr(at, 1), "yy");
  std::string out;
  edits.apply(out);
  EXPECT_EQ(out.size(), large.size() + large.size() / 2);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1'000));
}

}  // namespace
}  // namespace fapfon
