// SPDX-License-Identifier: GPL-2.0-or-later
// Boost.JSON, compiled once: it is used from its headers, so that no further library has to be installed.
#include <boost/json/src.hpp>
