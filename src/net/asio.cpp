// SPDX-License-Identifier: GPL-2.0-or-later
// Boost.Asio, compiled once (BOOST_ASIO_SEPARATE_COMPILATION): it takes about 12 s here, which every
// other file would pay again.
#include <boost/asio/impl/src.hpp>
