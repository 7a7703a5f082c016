// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/catalogue.hpp"

namespace fapfon::text {
namespace {

constexpr std::uint32_t kMagic = 0x950412de;
constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kEntryBytes = 2 * kNumberBytes;  // length and offset of a string

}  // namespace

std::optional<Catalogue> Catalogue::read(ByteView bytes) {
  Catalogue catalogue{bytes};
  const bool is_known = catalogue.number_at(0) == kMagic && catalogue.number_at(kNumberBytes) == 0;
  if (!is_known) return std::nullopt;
  catalogue.count_ = catalogue.number_at(2 * kNumberBytes);
  catalogue.originals_ = catalogue.number_at(3 * kNumberBytes);
  catalogue.translations_ = catalogue.number_at(4 * kNumberBytes);
  return catalogue;
}

std::optional<ByteView> Catalogue::find(ByteView english) const {
  std::uint32_t low = 0;
  std::uint32_t high = count_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = string_of(originals_, middle).compare(english);
    if (order == 0) return string_of(translations_, middle);
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

std::uint32_t Catalogue::number_at(std::size_t offset) const {
  if (offset > bytes_.size() || bytes_.size() - offset < kNumberBytes) return 0;
  std::uint32_t number = 0;
  for (std::size_t i = kNumberBytes; i-- > 0;) {
    number = number << 8U | static_cast<std::uint8_t>(bytes_[offset + i]);
  }
  return number;
}

ByteView Catalogue::string_of(std::uint32_t table, std::uint32_t index) const {
  const std::size_t entry = std::size_t{table} + std::size_t{index} * kEntryBytes;
  const std::size_t offset = number_at(entry + kNumberBytes);
  return offset > bytes_.size() ? ByteView{} : bytes_.substr(offset, number_at(entry));
}

}  // namespace fapfon::text
