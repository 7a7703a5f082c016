// SPDX-License-Identifier: GPL-2.0-or-later
// Memory does not grow with connections, as it did in the program of 2018.
#include "allocation/counter.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

/// A sanitizer build is ten times slower and looks for other things.
#ifdef __SANITIZE_ADDRESS__
constexpr int kMany = 1'000;
#else
constexpr int kMany = 10'000;
#endif

class Memory : public Core {
 protected:
  void connects_registers_and_leaves(int round, Transport transport) {
    const bool by_tcp = transport == Transport::tcp;
    const SocketAddress from{kPhone.ip, static_cast<std::uint16_t>(10'000 + round % 50'000)};
    const std::string name = by_tcp ? "TCP" : "UDP";
    const FlowId phone = by_tcp ? tcp(from) : udp(from);
    const std::string number = std::to_string(round);
    receive(phone, register_request(name, "anna", "z9hG4bK-" + number));
    receive(went_to(), granted(last()));
    const std::string again = register_request(name, "anna", "z9hG4bK-end" + number);
    receive(phone, with(again, "Expires: 900", "Expires: 0"));
    receive(went_to(), response_to(last(), "200 OK"));
    if (by_tcp) closed(phone);
    pass(30s);
    forget();
  }
  /// A phone that says one thing, is refused and never comes back.
  void tries_in_vain(int round) {
    const auto network = static_cast<std::uint8_t>(round / 250 % 250);
    const FlowId phone = udp({IpAddress::v4(172, 20, network, static_cast<std::uint8_t>(round % 250)), 5060});
    receive(phone, register_request("UDP", "user" + std::to_string(round)));
    receive(went_to(), response_to(last(), "404 Not Found"));
    pass(1s);
    forget();
  }
  void forget() {
    notes.clear();
    closings.clear();
    sent.clear();
    released.clear();
    dials.clear();
    connected_count = 0;
  }
  std::size_t live_after_a_day() {
    pass(25h);
    forget();
    EXPECT_EQ(proxy.counts().flows, 0U);
    EXPECT_EQ(proxy.counts().lines, 0U);
    EXPECT_EQ(proxy.counts().pending, 0U);
    return allocation::live_bytes();
  }
  template <typename Deed>
  void expect_no_growth(int more, Deed&& deed) {
    constexpr int kFirst = 500;
    int round = 0;
    while (round < kFirst) deed(round++);
    const std::size_t before = live_after_a_day();
    while (round < kFirst + more) deed(round++);
    // A table may have got a little more room; two words kept for each are more than this.
    EXPECT_LT(live_after_a_day(), before + static_cast<std::size_t>(more) * 16);
  }
};

TEST_F(Memory, does_not_grow_with_10000_connections_by_tcp) {
  expect_no_growth(kMany, [&](int round) { connects_registers_and_leaves(round, Transport::tcp); });
}

TEST_F(Memory, does_not_grow_with_registrations_by_udp) {
  expect_no_growth(kMany / 2, [&](int round) { connects_registers_and_leaves(round, Transport::udp); });
}

TEST_F(Memory, does_not_grow_with_phones_that_try_once_in_vain) {
  expect_no_growth(kMany / 2, [&](int round) { tries_in_vain(round); });
}

}  // namespace
}  // namespace fapfon::proxy
