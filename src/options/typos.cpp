// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/typos.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace fapfon::options {

std::size_t typos_between(ByteView a, ByteView b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace fapfon::options
