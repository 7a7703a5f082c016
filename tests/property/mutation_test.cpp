// SPDX-License-Identifier: GPL-2.0-or-later
// Damaged messages crash nothing, are never blown up, and what leaves can be read again. Meant for a build
// with -DFAPFON_SANITIZE=ON, in which an access outside of the bytes that came ends the test.
#include <gtest/gtest.h>

#include "property/header_text.hpp"
#include "property/random_message.hpp"
#include "sip/message_view.hpp"
#include "support/core_harness.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::property {
namespace {

constexpr std::size_t kRuns = 2000;

std::vector<std::string> torture_messages() {
  std::vector<std::string> messages;
  for (const torture::Row& row : torture::expected_rows()) messages.push_back(torture::message(row.file));
  return messages;
}

void flip_bits(Dice& dice, std::string& text) {
  for (std::size_t count = 1 + dice.below(8); count > 0 && !text.empty(); --count) {
    char& c = text[dice.below(text.size())];
    c = static_cast<char>(c ^ (1 << dice.below(8)));
  }
}

/// A piece of the message once more, somewhere else.
void copy_piece(Dice& dice, std::string& text) {
  if (text.empty()) return;
  const std::size_t from = dice.below(text.size());
  const std::string piece = text.substr(from, 1 + dice.below(64));
  text.insert(dice.below(text.size()), piece);
}

void repeat_line(Dice& dice, std::string& text) {
  const std::size_t at = dice.below(text.size() + 1);
  const std::size_t start = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
  const std::size_t end = text.find('\n', start);
  if (end == std::string::npos) return;
  const std::string line = text.substr(start, end + 1 - start);
  for (std::size_t count = 1 + dice.below(4); count > 0; --count) text.insert(start, line);
}

void insert_special(Dice& dice, std::string& text) {
  static const std::vector<std::string> special = {"\"",
                                                   "<",
                                                   ">",
                                                   ";",
                                                   ",",
                                                   ":",
                                                   "@",
                                                   "[",
                                                   "]",
                                                   "\\",
                                                   "\r\n",
                                                   "\r\n ",
                                                   "\n",
                                                   std::string(1, '\0'),
                                                   " ",
                                                   "\t",
                                                   "=",
                                                   "?",
                                                   "\r\n\r\n",
                                                   "99999999999999999999",
                                                   "-1",
                                                   "::",
                                                   "IN IP4 10.1.1.1",
                                                   "--",
                                                   "sip:",
                                                   "Contact: "};
  text.insert(dice.below(text.size() + 1), dice.one_of(special));
}

std::string damaged(Dice& dice, std::string text) {
  for (std::size_t count = 1 + dice.below(3); count > 0; --count) {
    switch (dice.below(6)) {
      case 0:
        flip_bits(dice, text);
        break;
      case 1:
        text.resize(dice.below(text.size() + 1));
        break;
      case 2:
        copy_piece(dice, text);
        break;
      case 3:
        repeat_line(dice, text);
        break;
      case 4:
        insert_special(dice, text);
        break;
      default:
        if (!text.empty()) text.erase(dice.below(text.size()), 1 + dice.below(16));
    }
  }
  return text;
}

std::size_t size_of(const std::vector<std::string>& messages) {
  std::size_t size = 0;
  for (const std::string& message : messages) size += message.size();
  return size;
}

/// SPEC F7. A value grows by no more than the box-facing address, a session line by no more than the longest
/// address; each stands between separators.
std::size_t growth_allowed(const std::string& message) {
  constexpr std::size_t kLongestAddress = 24;
  std::size_t places = 2;
  for (const char c : message) places += c == ',' || c == '\n' || c == ' ' ? 1U : 0U;
  return places * kLongestAddress;
}

/// Our own answers repeat headers of the request and add a few.
constexpr std::size_t kAnswerBytes = 256;

void expect_sound(const support::Reaction& reaction, const std::string& sent, bool datagram) {
  EXPECT_LE(size_of(reaction.to_box), sent.size() + growth_allowed(sent) + kAnswerBytes);
  EXPECT_LE(size_of(reaction.to_phone), sent.size() + growth_allowed(sent) + kAnswerBytes);
  if (!datagram) return;
  EXPECT_LE(reaction.to_box.size() + reaction.to_phone.size(), 1U);
  sip::MessageView view;
  for (const std::string& message : reaction.to_box) {
    EXPECT_EQ(view.parse_datagram(message), sip::ParseError::none) << message;
    EXPECT_EQ(view.whole().size(), message.size()) << message;
  }
}

std::string random_original(Dice& dice, const std::vector<std::string>& torture) {
  return dice.once_in(2) ? dice.one_of(torture) : random_request(dice, About::own_address, 1).text();
}

TEST(Mutation, damaged_datagram_of_the_phone) {
  const std::vector<std::string> torture = torture_messages();
  for_each_seed(kRuns, [&](Dice& dice) {
    support::CoreHarness core;
    if (dice.once_in(2)) core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    const std::string message = damaged(dice, random_original(dice, torture));
    SCOPED_TRACE(message);
    expect_sound(core.phone_sends(message), message, true);
  });
}

TEST(Mutation, damaged_datagram_of_the_box) {
  const std::vector<std::string> torture = torture_messages();
  for_each_seed(kRuns, [&](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    std::string message = random_original(dice, torture);
    for (std::size_t at = 0; (at = message.find("203.0.113.77:61211", at)) != std::string::npos; ++at) {
      if (dice.once_in(2)) message.replace(at, 18, "172.30.10.2:43202");
    }
    message = damaged(dice, message);
    SCOPED_TRACE(message);
    expect_sound(core.box_sends(message), message, false);
  });
}

TEST(Mutation, damaged_answer_of_the_box) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    const support::Reaction asked = core.phone_sends(registration(random_values(dice, kAdvertised)));
    std::string message = "SIP/2.0 200 OK\r\n";
    message.append(asked.to_box.at(0), asked.to_box.at(0).find('\n') + 1);
    message = damaged(dice, message);
    SCOPED_TRACE(message);
    expect_sound(core.box_sends(message), message, false);
  });
}

TEST(Mutation, damaged_stream_of_the_phone) {
  const std::vector<std::string> torture = torture_messages();
  for_each_seed(kRuns / 2, [&](Dice& dice) {
    support::CoreHarness core;
    std::string stream = random_original(dice, torture);
    stream.append(random_original(dice, torture));
    stream = damaged(dice, stream);
    SCOPED_TRACE(stream);
    expect_sound(core.phone_sends(stream, Transport::tcp), stream, false);
  });
}

TEST(Mutation, torture_message_cut_at_every_byte) {
  for (const std::string& message : torture_messages()) {
    support::CoreHarness core;
    for (std::size_t length = 0; length <= message.size(); length += 1 + message.size() / 400) {
      const std::string cut = message.substr(0, length);
      SCOPED_TRACE(cut);
      expect_sound(core.phone_sends(cut), cut, true);
    }
  }
}

}  // namespace
}  // namespace fapfon::property
