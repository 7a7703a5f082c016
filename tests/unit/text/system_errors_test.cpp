// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of the C library that a user may meet are known by their very words.
#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>
#include <netdb.h>

#include "text/translate.hpp"

namespace fapfon::text {
namespace {

TEST(SystemErrors, are_translated) {
  const Speaking german{Language::german};
  for (const int number : {EADDRINUSE, EADDRNOTAVAIL, ECONNREFUSED, ETIMEDOUT, EISDIR, ENETDOWN, ENETUNREACH,
                           EHOSTUNREACH, ENOENT, ENOTDIR, EPERM, EACCES, EROFS}) {
    EXPECT_NE(tr(std::strerror(number)), std::strerror(number));
  }
}

TEST(SystemErrors, of_the_resolver_are_translated) {
  const Speaking german{Language::german};
  for (const int number : {EAI_NONAME, EAI_AGAIN, EAI_NODATA}) {
    EXPECT_NE(tr(::gai_strerror(number)), ::gai_strerror(number));
  }
}

}  // namespace
}  // namespace fapfon::text
