// SPDX-License-Identifier: GPL-2.0-or-later
// The log: time, level, what the line is about, a constant sentence, values as key=value. The keys are
// listed in docs/logging-keys.md. Values are escaped and clipped, as many come from the network.
// Callers never pass credentials; no code here sees a whole message.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/socket_address.hpp"

namespace fapfon::log {

/// The numbers are those of --verbose.
enum class Level : std::uint8_t { error, info, detail, verbose };

/// "ERROR", "INFO", "DETAIL", "VERBOSE".
ByteView to_text(Level level) noexcept;

/// One key=value of a line.
struct Field {
  ByteView key;
  std::string value;
};

/// A field with this value; the caller keeps the key alive, which is a literal.
inline Field kv(ByteView key, ByteView value) {
  return {key, std::string{value}};
}
inline Field kv(ByteView key, const char* value) {
  return {key, value};
}
inline Field kv(ByteView key, const SocketAddress& value) {
  return {key, value.to_string()};
}
inline Field kv(ByteView key, const IpAddress& value) {
  return {key, value.to_string()};
}
inline Field kv(ByteView key, std::size_t value) {
  return {key, std::to_string(value)};
}

/// Fields of a line; an empty key is left out, so that a field can be there or not.
using Fields = std::initializer_list<Field>;

class Log {
 public:
  /// A value longer than this is clipped.
  static constexpr std::size_t kMaxValueBytes = 200;

  /// `file` empty: stderr; "-": stdout; else a path to append to. The error says what to do.
  static Expected<Log, std::string> open(const std::string& file, Level level);
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();

  [[nodiscard]] bool shows(Level level) const noexcept { return level <= level_; }
  /// `subject`: the id of the line or flow that it is about, or "-".
  void write(Level level, ByteView subject, ByteView sentence, Fields fields = {});
  void error(ByteView sentence, Fields fields = {}) { write(Level::error, "-", sentence, fields); }
  void info(ByteView sentence, Fields fields = {}) { write(Level::info, "-", sentence, fields); }
  void detail(ByteView sentence, Fields fields = {}) { write(Level::detail, "-", sentence, fields); }

  /// Opens the file again (SIGHUP after logrotate). When that fails the old one stays in use.
  void reopen();

 private:
  struct Sink;
  Log(std::unique_ptr<Sink> sink, Level level);

  std::unique_ptr<Sink> sink_;
  Level level_;
};

/// One line as it is written, without time: "INFO    -       listening udp=0.0.0.0:5060".
std::string format_log_line(Level level, ByteView subject, ByteView sentence, Fields fields);

}  // namespace fapfon::log
