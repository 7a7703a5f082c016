// SPDX-License-Identifier: GPL-2.0-or-later
// IPv6 on both sides, and on one side only (H4, H5).
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

IpAddress ip6(const char* text) {
  return IpAddress::parse(text).value();
}

Home home_with_ip6() {
  return {.box = {ip6("2001:db8:10::1"), 5060}, .lan = ip6("2001:db8:10::2")};
}

/// A phone in an IPv6 VPN that claims an address of its carrier.
PhoneProfile phone_with_ip6(Transport transport, const IpAddress& box) {
  PhoneProfile profile = over(transport, app_2018("anna"));
  profile.server = {box, 5060};
  profile.local = {ip6("2001:db8:20::6"), 62895};
  profile.via = {ip6("2001:db8:20::6"), 61211};
  profile.contact = {ip6("2001:db8:81::54"), 61211};
  profile.audio = {ip6("2001:db8:81::54"), 4000};
  return profile;
}

class Ip6 : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Ip6() : Scenario({}, Path::through_proxy, home_with_ip6()) {}
  Station& anna = world.add_phone(phone_with_ip6(GetParam(), ip6("2001:db8:10::1")));
};

INSTANTIATE_TEST_SUITE_P(By, Ip6, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(Ip6, H1_the_phone_registers_with_the_box_facing_address) {
  EXPECT_TRUE(anna.registers().is_registered());
  ASSERT_TRUE(box_facing("anna").has_value());
  EXPECT_EQ(box_facing("anna")->ip, ip6("2001:db8:10::2"));
}

TEST_P(Ip6, H3_the_phone_rings) {
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(Ip6, S3_audio_goes_to_the_observed_address) {
  anna.registers();
  anna.calls();
  EXPECT_EQ(world.last_box_call().audio, (SocketAddress{ip6("2001:db8:20::6"), 4000}));
  EXPECT_EQ(anna.last_call().audio, (SocketAddress{ip6("2001:db8:10::1"), 7078}));
}

TEST_P(Ip6, H5_received_comes_without_the_boxs_brackets) {
  anna.registers();
  for (const Message& message : anna.phone().received()) {
    const std::string received = parameter(message.get("Via"), "received").value_or("");
    EXPECT_EQ(received.find('['), std::string::npos) << received;
  }
}

/// The VPN speaks IPv6, the Box IPv4 only: signalling works, audio needs the relay (SPEC section 7).
class TwoFamilies : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(phone_with_ip6(GetParam(), ip6("2001:db8:10::1")));
};

INSTANTIATE_TEST_SUITE_P(By, TwoFamilies, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(TwoFamilies, H4_the_phone_gets_its_own_sent_by_back) {
  // The phone itself checks that its Via has come back as it was.
  EXPECT_TRUE(anna.registers().is_registered());
}

TEST_P(TwoFamilies, H4_the_box_reads_a_sent_by_of_its_own_family) {
  anna.registers();
  for (const FakeBox::Seen& seen : world.box().requests()) {
    EXPECT_EQ(seen.message.get("Via").find("2001:db8"), std::string::npos) << seen.message.get("Via");
  }
}

TEST_P(TwoFamilies, H3_the_phone_rings) {
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

}  // namespace
}  // namespace fapfon::scenario
