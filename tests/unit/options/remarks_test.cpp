// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/remarks.hpp"

#include <gtest/gtest.h>

namespace fapfon::options {
namespace {

using Lines = std::vector<std::string>;

const net::Interfaces kHome = {{"eth0", true, false, 1500, {Prefix::parse("192.168.178.20/24").value()}},
                               {"wg0", true, true, 1420, {Prefix::parse("10.208.13.1/24").value()}}};

Lines remarks_of(const Lines& arguments) {
  return read_options({arguments, {}, {}, 20'000, [] { return kHome; }}).remarks;
}

TEST(Remarks, are_made_on_what_is_probably_a_mistake) {
  EXPECT_EQ(remarks_of({"--vpn=10.208.13.0"}),
            Lines{"VPN: 10.208.13.0 is one single address; did you mean 10.208.13.0/24?"});
  EXPECT_EQ(remarks_of({"--vpn=10.208.13.1"}),
            Lines{"VPN: 10.208.13.1 is one single address; did you mean 10.208.13.0/24?"});
  EXPECT_EQ(remarks_of({"--vpn=0.0.0.0/0"}),
            Lines{"VPN: 0.0.0.0/0 also serves the Internet; write the range of your VPN, like 10.8.0.0/24"});
  EXPECT_EQ(remarks_of({"192.168.178.20"}),
            Lines{"BOX: 192.168.178.20 is an address of this machine; write the FRITZ!Box's, like "
                  "192.168.178.1"});
  EXPECT_EQ(remarks_of({"--rtp-ports=5000-5100"}),
            Lines{"--rtp-ports: 5000-5100 includes the SIP port 5060; choose ports without it"});
  EXPECT_EQ(remarks_of({"--port=30060"}),
            Lines{"--rtp-ports: 30000-32767 includes the SIP port 30060; choose ports without it"});
}

TEST(Remarks, are_not_made_on_what_is_well) {
  for (const Lines& arguments :
       {Lines{}, Lines{"--vpn=10.208.13.0/24", "192.168.178.1"}, Lines{"--vpn=10.208.13.7"},
        Lines{"--port=6060", "192.168.178.20"}, Lines{"auto"}}) {
    const auto remarks = remarks_of(arguments);
    EXPECT_TRUE(remarks.empty()) << remarks.front();
  }
}

}  // namespace
}  // namespace fapfon::options
