// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/file_replacement.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/files.hpp"

namespace fapfon::host {
namespace {

class FileReplacement : public testing::Test {
 protected:
  FileReplacement() {
    std::string name = "/tmp/fapfon-test-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
    file_ = folder_ + "/settings";
  }
  ~FileReplacement() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::size_t files_there() const {
    const std::filesystem::directory_iterator all{folder_};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  std::string folder_;
  std::string file_;
};

TEST_F(FileReplacement, keeps_owner_and_mode_and_leaves_nothing_else) {
  std::ofstream{file_} << "old";
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::chown(file_.c_str(), 12, 34), 0);
  }
  EXPECT_TRUE(replace_file(file_, "new\n"));
  EXPECT_EQ(text_of_file(file_).value_or(""), "new\n");
  struct stat after {};
  ASSERT_EQ(::stat(file_.c_str(), &after), 0);
  EXPECT_EQ(after.st_mode & 07777U, 0640U);
  if (is_root) {
    EXPECT_EQ(after.st_uid, 12U);
    EXPECT_EQ(after.st_gid, 34U);
  }
  EXPECT_EQ(files_there(), 1U);
}

TEST_F(FileReplacement, makes_a_file_that_everybody_may_read) {
  EXPECT_TRUE(replace_file(file_, "new\n"));
  struct stat after {};
  ASSERT_EQ(::stat(file_.c_str(), &after), 0);
  EXPECT_EQ(after.st_mode & 07777U, 0644U);
}

TEST_F(FileReplacement, replaces_the_file_behind_a_symbolic_link) {
  std::ofstream{folder_ + "/real"} << "old";
  std::filesystem::create_symlink("real", file_);
  EXPECT_TRUE(replace_file(file_, "new\n"));
  EXPECT_TRUE(std::filesystem::is_symlink(file_));
  EXPECT_EQ(text_of_file(folder_ + "/real").value_or(""), "new\n");
}

TEST_F(FileReplacement, that_fails_says_why_and_leaves_nothing) {
  const auto missing = replace_file(folder_ + "/none/settings", "new\n");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), folder_ + "/none/settings: No such file or directory");
  std::filesystem::create_directory(file_);
  EXPECT_FALSE(replace_file(file_, "new\n"));
  EXPECT_EQ(files_there(), 1U);
}

}  // namespace
}  // namespace fapfon::host
