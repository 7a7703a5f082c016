// SPDX-License-Identifier: GPL-2.0-or-later
// The messages of RFC 4475 and RFC 5118 as a phone sends them, each with the one outcome that
// data/expected.tsv and outcomes.tsv name (SPEC F8).
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "support/core_harness.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::torture {
namespace {

const Row* pin_of(const Row& row, const std::vector<Row>& pins) {
  const auto found = std::ranges::find_if(
      pins, [&](const Row& pin) { return pin.file == row.file && pin.over == row.over; });
  return found == pins.end() ? nullptr : &*found;
}

/// One row a message, choices decided by outcomes.tsv.
std::vector<Row> decided_rows() {
  const std::vector<Row> pins = pinned_rows();
  std::vector<Row> rows = expected_rows();
  for (Row& row : rows) {
    if (const Row* pin = pin_of(row, pins)) row.outcome = pin->outcome;
  }
  return rows;
}

std::string name_of(const testing::TestParamInfo<Row>& info) {
  std::string name = info.param.file.substr(0, info.param.file.rfind('.')) + "_" + info.param.over;
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
}

std::string joined(const std::vector<std::string>& messages) {
  return std::accumulate(messages.begin(), messages.end(), std::string{});
}

/// Values of a header in full and in compact form, by plain searching; the messages that are rejected
/// fold nothing.
std::vector<std::string> values_of(const std::string& message, const std::string& name,
                                   const std::string& compact) {
  std::vector<std::string> values;
  std::istringstream lines(message.substr(0, message.find("\r\n\r\n")));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    const std::string text = line.substr(0, colon);
    if (colon == std::string::npos || (!iequals(text, name) && !iequals(text, compact))) continue;
    const std::size_t start = line.find_first_not_of(' ', colon + 1);
    const std::size_t end = line.find_last_not_of("\r ");
    values.push_back(start == std::string::npos ? std::string{} : line.substr(start, end + 1 - start));
  }
  return values;
}

std::string first_of(const std::vector<std::string>& values) {
  return values.empty() ? std::string{} : values.front();
}

/// RFC 3261 section 8.2.6.2: what a response repeats of its request.
void expect_answers(const std::string& answer, const std::string& request, const std::string& status) {
  EXPECT_EQ(answer.substr(0, 12), "SIP/2.0 " + status + " ");
  EXPECT_EQ(values_of(answer, "Via", "v"), values_of(request, "Via", "v"));
  EXPECT_EQ(first_of(values_of(answer, "Call-ID", "i")), first_of(values_of(request, "Call-ID", "i")));
  EXPECT_EQ(first_of(values_of(answer, "CSeq", "CSeq")), first_of(values_of(request, "CSeq", "CSeq")));
  EXPECT_EQ(first_of(values_of(answer, "From", "f")), first_of(values_of(request, "From", "f")));
  const std::string to = first_of(values_of(request, "To", "t"));
  EXPECT_EQ(first_of(values_of(answer, "To", "t")).substr(0, to.size()), to);
  EXPECT_EQ(first_of(values_of(answer, "Content-Length", "l")), "0");
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
}

class Torture : public testing::TestWithParam<Row> {
 protected:
  support::Reaction sent() {
    const Transport transport = GetParam().over == "tcp" ? Transport::tcp : Transport::udp;
    return core_.phone_sends(message(GetParam().file), transport);
  }

 private:
  support::CoreHarness core_;
};

TEST_P(Torture, has_its_outcome) {
  const Row& row = GetParam();
  const support::Reaction reaction = sent();
  if (row.outcome == "forward") {
    EXPECT_EQ(joined(reaction.to_box),
              with_changes(message(row.file), read_changes().at(row.file + " " + row.over)));
    EXPECT_EQ(joined(reaction.to_phone), "");
    return;
  }
  EXPECT_EQ(joined(reaction.to_box), "");
  if (row.outcome == "drop") {
    EXPECT_EQ(joined(reaction.to_phone), "");
    return;
  }
  ASSERT_EQ(row.outcome.substr(0, 7), "reject ");
  ASSERT_EQ(reaction.to_phone.size(), 1U);
  expect_answers(reaction.to_phone.front(), message(row.file), row.outcome.substr(7));
}

INSTANTIATE_TEST_SUITE_P(message, Torture, testing::ValuesIn(decided_rows()), name_of);

TEST(TortureData, is_complete) {
  EXPECT_EQ(expected_rows().size(), 62U);  // 49 of RFC 4475, 12 of RFC 5118, dblreq by UDP and by TCP
}

TEST(TortureData, pins_one_of_the_allowed_outcomes_for_each_choice) {
  const std::vector<Row> pins = pinned_rows();
  for (const Row& row : expected_rows()) {
    const Row* pin = pin_of(row, pins);
    const bool choice = row.outcome.find('|') != std::string::npos;
    ASSERT_EQ(pin != nullptr, choice) << row.file;
    if (pin == nullptr) continue;
    const std::string allowed = "|" + row.outcome + "|";
    EXPECT_NE(allowed.find("|" + pin->outcome + "|"), std::string::npos) << row.file << ' ' << row.outcome;
  }
}

TEST(TortureData, comparison_notices_a_single_changed_byte) {
  const std::string original = message("rfc4475/wsinv.dat");
  std::string damaged = original;
  damaged[original.find("NewFangled") + 3] ^= 0x20;
  const Changes changes = read_changes().at("rfc4475/wsinv.dat udp");
  EXPECT_NE(with_changes(damaged, changes), with_changes(original, changes));
}

TEST(TortureTcp, dblreq_closes_only_after_both_messages) {
  support::CoreHarness core;
  const support::Reaction reaction = core.phone_sends(message("rfc4475/dblreq.dat"), Transport::tcp);
  EXPECT_EQ(reaction.to_box.size(), 2U);
  // The second Content-Length is wrong by five bytes, which begin no message.
  EXPECT_EQ(reaction.closed, std::vector{proxy::CloseReason::framing_lost});
}

}  // namespace
}  // namespace fapfon::torture
