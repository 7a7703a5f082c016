// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/output.hpp"

#include <chrono>
#include <csignal>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "net/fd.hpp"

namespace fapfon::log {
namespace {

class Pipe : public testing::Test {
 protected:
  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0) return;
    reader = net::Fd{ends[0]};
    writer = net::Fd{ends[1]};
  }

  std::size_t read_all(std::size_t expected) {
    std::string bytes(expected, '\0');
    std::size_t total = 0;
    while (total < expected) {
      const ssize_t count = ::read(reader.number(), bytes.data(), bytes.size() - total);
      if (count <= 0) break;
      total += static_cast<std::size_t>(count);
    }
    return total;
  }

  net::Fd reader;
  net::Fd writer;
};

TEST_F(Pipe, takes_what_fits) {
  Output output{writer.number()};
  EXPECT_TRUE(output.write("hello"));
  EXPECT_EQ(read_all(5), 5U);
}

TEST_F(Pipe, full_one_loses_text_instead_of_blocking_and_works_again_when_it_is_read) {
  const std::string text(10'000, 'x');
  Output output{writer.number()};
  std::size_t whole = 0;
  while (output.write(text)) whole += text.size();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(output.write(text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{1})
      << "the patience is given once";
  read_all(whole);
  EXPECT_TRUE(output.write("hello"));
}

TEST_F(Pipe, without_reader_fails) {
  std::signal(SIGPIPE, SIG_IGN);
  reader.reset();
  Output output{writer.number()};
  EXPECT_FALSE(output.write("hello"));
}

}  // namespace
}  // namespace fapfon::log
