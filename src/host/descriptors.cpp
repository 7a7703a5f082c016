// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/descriptors.hpp"

#include <sys/resource.h>

namespace fapfon::host {

std::size_t raise_descriptor_limit() noexcept {
  constexpr std::size_t kPosixMinimum = 20;  // _POSIX_OPEN_MAX
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kPosixMinimum;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace fapfon::host
