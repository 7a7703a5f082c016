// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/payload_format.hpp"

#include <algorithm>

namespace fapfon::relay {
namespace {

constexpr std::uint32_t kVideoRate = 90'000;

/// RFC 3551 tables 4 and 5. The clock of G.722 is 8,000 although it takes 16,000 samples (section 4.5.2).
constexpr std::array kStaticFormats = {
    PayloadFormat{0, 8'000, "PCMU"},       PayloadFormat{3, 8'000, "GSM"},
    PayloadFormat{4, 8'000, "G723"},       PayloadFormat{5, 8'000, "DVI4"},
    PayloadFormat{6, 16'000, "DVI4"},      PayloadFormat{7, 8'000, "LPC"},
    PayloadFormat{8, 8'000, "PCMA"},       PayloadFormat{9, 8'000, "G722"},
    PayloadFormat{10, 44'100, "L16"},      PayloadFormat{11, 44'100, "L16"},
    PayloadFormat{12, 8'000, "QCELP"},     PayloadFormat{13, 8'000, "CN"},
    PayloadFormat{14, 90'000, "MPA"},      PayloadFormat{15, 8'000, "G728"},
    PayloadFormat{16, 11'025, "DVI4"},     PayloadFormat{17, 22'050, "DVI4"},
    PayloadFormat{18, 8'000, "G729"},      PayloadFormat{25, kVideoRate, "CelB"},
    PayloadFormat{26, kVideoRate, "JPEG"}, PayloadFormat{28, kVideoRate, "nv"},
    PayloadFormat{31, kVideoRate, "H261"}, PayloadFormat{32, kVideoRate, "MPV"},
    PayloadFormat{33, kVideoRate, "MP2T"}, PayloadFormat{34, kVideoRate, "H263"},
};

}  // namespace

std::optional<PayloadFormat> PayloadFormat::of_static_type(std::uint8_t type) noexcept {
  const auto* const found = std::find_if(kStaticFormats.begin(), kStaticFormats.end(),
                                         [type](const PayloadFormat& each) { return each.type() == type; });
  return found == kStaticFormats.end() ? std::nullopt : std::optional(*found);
}

}  // namespace fapfon::relay
