// SPDX-License-Identifier: GPL-2.0-or-later
// A value or the cause why there is none (STYLE rule 6). tl::expected has the interface of
// std::expected, which the compiler of Debian 12 does not have yet.
#pragma once

#include <tl/expected.hpp>

namespace fapfon {

template <typename T, typename E>
using Expected = tl::expected<T, E>;

template <typename E>
using Unexpected = tl::unexpected<E>;

}  // namespace fapfon
