// SPDX-License-Identifier: GPL-2.0-or-later
// From the options to the report. It looks at the machine that it runs on, so only that is expected of the
// report which follows from the options.
#include "app/check_command.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace fapfon::app {
namespace {

namespace json = boost::json;

class CheckCommand : public testing::Test {
 protected:
  CheckCommand() {
    options.box =
        box::BoxName{{}, std::string(64, 'x') + ".box", 5060};  // a name that nobody has to be asked about
    options.json = true;
  }
  /// The report for scripts; its exit code is `code`.
  json::object run(const std::vector<std::string>& mistakes = {}) {
    testing::internal::CaptureStdout();
    code = run_check_command({options, {}, mistakes});
    return json::parse(testing::internal::GetCapturedStdout()).as_object();
  }
  static json::object finding(const json::object& report, const std::string& id) {
    for (const json::value& one : report.at("findings").as_array()) {
      if (one.as_object().at("id").as_string() == id) return one.as_object();
    }
    return {};
  }

  options::Options options;
  int code = -1;
};

TEST_F(CheckCommand, a_box_that_is_nowhere_is_wrong_and_the_exit_code_says_so) {
  const json::object report = run();
  EXPECT_EQ(code, 1);
  EXPECT_EQ(report.at("exit_code").as_int64(), code);
  EXPECT_EQ(finding(report, "box_address").at("verdict").as_string(), "wrong");
}

TEST_F(CheckCommand, mistakes_of_the_configuration_are_in_the_report) {
  const json::object report = run({"FILE:3: odd"});
  EXPECT_EQ(finding(report, "configuration").at("verdict").as_string(), "wrong");
  EXPECT_NE(json::serialize(report).find("FILE:3: odd"), std::string::npos);
}

TEST_F(CheckCommand, without_json_the_report_is_for_people) {
  options.json = false;
  testing::internal::CaptureStdout();
  run_check_command({options, {}, {}});
  const std::string report = testing::internal::GetCapturedStdout();
  EXPECT_EQ(report.rfind("WRONG ", 0), 0U) << report;
}

}  // namespace
}  // namespace fapfon::app
