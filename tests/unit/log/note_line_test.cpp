// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/note_line.hpp"

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

TEST(LogIds, name_slot_and_generation) {
  EXPECT_EQ(to_text(proxy::FlowId{12, 3}), "F12.3");
  EXPECT_EQ(to_text(proxy::LineId{4, 1}), "L4.1");
  EXPECT_EQ(to_text(proxy::LineId{}), "-");
}

TEST(Notes, have_a_sentence_each) {
  for (const NoteRow& row : kNotes) {
    EXPECT_EQ(&row_of(row.kind), &row);
    EXPECT_FALSE(row.sentence.empty());
  }
}

}  // namespace
}  // namespace fapfon::log
