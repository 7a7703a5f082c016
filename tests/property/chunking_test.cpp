// SPDX-License-Identifier: GPL-2.0-or-later
// Any chunking of a TCP stream gives the same messages (SPEC F2), pings and stray line ends between them
// included.
#include <gtest/gtest.h>

#include "property/random_message.hpp"
#include "support/core_harness.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::property {
namespace {

/// All that came of a stream, whatever the chunks.
struct Result {
  std::vector<std::string> to_box;
  std::vector<std::string> to_phone;
  std::vector<proxy::CloseReason> closed;
  friend bool operator==(const Result&, const Result&) = default;
};

void add(Result& result, const support::Reaction& reaction) {
  result.to_box.insert(result.to_box.end(), reaction.to_box.begin(), reaction.to_box.end());
  result.to_phone.insert(result.to_phone.end(), reaction.to_phone.begin(), reaction.to_phone.end());
  result.closed.insert(result.closed.end(), reaction.closed.begin(), reaction.closed.end());
}

/// What comes of a stream in chunks of `next_size()` bytes; it ends where the core closes the connection.
template <typename NextSize>
Result streamed(ByteView stream, NextSize&& next_size) {
  support::CoreHarness core;
  Result result;
  while (!stream.empty() && result.closed.empty()) {
    const ByteView chunk = stream.substr(0, next_size());
    add(result, core.phone_sends(chunk, Transport::tcp));
    stream.remove_prefix(chunk.size());
  }
  return result;
}

Result in_one_piece(ByteView stream) {
  return streamed(stream, [&] { return stream.size(); });
}

void expect_same_in_all_chunks(Dice& dice, const std::string& stream) {
  const Result whole = in_one_piece(stream);
  const Result bytes = streamed(stream, [] { return std::size_t{1}; });
  const std::size_t longest = 1 + dice.below(stream.size());
  const Result chunks = streamed(stream, [&] { return 1 + dice.below(longest); });
  EXPECT_EQ(whole.to_box, bytes.to_box);
  EXPECT_EQ(whole.to_phone, bytes.to_phone);
  EXPECT_EQ(whole.closed, bytes.closed);
  EXPECT_EQ(whole.to_box, chunks.to_box);
  EXPECT_EQ(whole.to_phone, chunks.to_phone);
  EXPECT_EQ(whole.closed, chunks.closed);
}

TEST(Chunking, random_messages_with_pings_between_them) {
  static const std::vector<std::string> between = {
      "",   "",   "\r\n\r\n", "\r\n\r\n\r\n\r\n", "\r\n",
      "\n", "\r", "\r\r\n",   {"\r\n\0", 3},      {"\0\r\n\r\n\0", 6}};
  for_each_seed(300, [](Dice& dice) {
    std::string stream;
    for (std::size_t number = 1; number <= 4; ++number) {
      stream.append(random_request(dice, About::own_address, number).text()).append(dice.one_of(between));
    }
    EXPECT_EQ(in_one_piece(stream).to_box.size(), 4U);
    expect_same_in_all_chunks(dice, stream);
  });
}

TEST(Chunking, torture_messages) {
  for_each_seed(3, [](Dice& dice) {
    for (const torture::Row& row : torture::expected_rows()) {
      SCOPED_TRACE(row.file);
      expect_same_in_all_chunks(dice, torture::message(row.file));
    }
  });
}

TEST(Chunking, torture_messages_one_after_the_other) {
  for_each_seed(20, [](Dice& dice) {
    std::string stream;
    const std::vector<torture::Row> rows = torture::expected_rows();
    for (int i = 0; i < 6; ++i) stream.append(torture::message(dice.one_of(rows).file));
    expect_same_in_all_chunks(dice, stream);
  });
}

TEST(Chunking, every_place_to_cut_a_message_in_two) {
  Dice dice(first_seed());
  const std::string stream = random_request(dice, About::own_address, 1).text() +
                             std::string("\r\n\r\n\r\n\0\r", 8) + registration("<sip:a@203.0.113.77>");
  const Result whole = in_one_piece(stream);
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    std::size_t size = cut;
    EXPECT_EQ(streamed(stream, [&] { return std::exchange(size, stream.size()); }), whole)
        << "cut at " << cut;
  }
}

}  // namespace
}  // namespace fapfon::property
