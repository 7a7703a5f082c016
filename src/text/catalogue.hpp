// SPDX-License-Identifier: GPL-2.0-or-later
// Translations as msgfmt writes them, a .mo file of GNU gettext in little endian (gettext manual, "The Format
// of GNU MO Files"). The catalogue is part of the program: the gettext() of the C library needs locales that
// are generated on the machine, and a static program or a router has none. Plural forms and contexts are left
// out; the messages do without.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace fapfon::text {

class Catalogue {
 public:
  /// Reads from these bytes, which must outlive the catalogue. None when they are not a .mo file of revision
  /// 0.
  static std::optional<Catalogue> read(ByteView bytes);

  /// The translation of this message, in the bytes given to read(); none when there is none.
  [[nodiscard]] std::optional<ByteView> find(ByteView english) const;

 private:
  explicit Catalogue(ByteView bytes) : bytes_(bytes) {}

  /// 0 behind the end, as all that a damaged file names is empty.
  [[nodiscard]] std::uint32_t number_at(std::size_t offset) const;
  /// Entry `index` of the table of strings at `table`.
  [[nodiscard]] ByteView string_of(std::uint32_t table, std::uint32_t index) const;

  ByteView bytes_;
  std::uint32_t count_ = 0;
  std::uint32_t originals_ = 0;     ///< where the table of messages begins, which is sorted
  std::uint32_t translations_ = 0;  ///< where the table of their translations begins
};

/// po/de.po, compiled; lives as long as the program.
ByteView german_catalogue();

}  // namespace fapfon::text
