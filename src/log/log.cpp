// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "log/escape.hpp"
#include "log/output.hpp"
#include "text/translate.hpp"

namespace fapfon::log {
namespace {

using text::tr;
using text::trf;

constexpr const char* kPattern = "%Y-%m-%d %H:%M:%S.%e %v";

/// Throws spdlog::spdlog_ex when the file cannot be opened. Does not make the folder of the file, as
/// spdlog would: a mistyped path must be reported.
spdlog::sink_ptr open_sink(const std::string& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_st>();
  if (file == "-") return std::make_shared<spdlog::sinks::stdout_sink_st>();
  std::FILE* const probe = std::fopen(file.c_str(), "ae");
  if (probe == nullptr) throw spdlog::spdlog_ex(std::generic_category().message(errno));
  std::fclose(probe);
  return std::make_shared<spdlog::sinks::basic_file_sink_st>(file);
}

void append_padded(std::string& line, ByteView text, std::size_t width) {
  line += text;
  line.append(width > text.size() ? width - text.size() : 0, ' ');
  line += ' ';
}

void append_value(std::string& line, ByteView value) {
  const std::string safe = escaped(value, Log::kMaxValueBytes);
  const bool plain = !safe.empty() && safe.find_first_of(" \"=") == std::string::npos;
  if (plain) {
    line += safe;
    return;
  }
  line += '"';
  for (const char c : safe) {
    if (c == '"') line += '\\';
    line += c;
  }
  line += '"';
}

}  // namespace

ByteView to_text(Level level) noexcept {
  constexpr std::array<ByteView, 4> kTexts = {"ERROR", "INFO", "DETAIL", "VERBOSE"};
  return kTexts[static_cast<std::size_t>(level)];
}

std::string format_log_line(Level level, ByteView subject, ByteView sentence, Fields fields) {
  constexpr std::size_t kLevelWidth = 7;
  constexpr std::size_t kSubjectWidth = 7;
  std::string line;
  append_padded(line, to_text(level), kLevelWidth);
  append_padded(line, subject, kSubjectWidth);
  line += sentence;
  for (const Field& field : fields) {
    if (field.key.empty()) continue;
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

struct Log::Sink {
  std::string file;
  spdlog::logger logger;
  Output output;  // where a pipe may be; a file never stalls
  std::size_t left_out_count = 0;

  Sink(std::string name, spdlog::sink_ptr target)
      : file(std::move(name)),
        logger("fapfon-proxy", std::move(target)),
        output(file == "-" ? STDOUT_FILENO : STDERR_FILENO) {
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
    logger.set_pattern(kPattern);
  }
};

Expected<Log, std::string> Log::open(const std::string& file, Level level) {
  try {
    return Log{std::make_unique<Sink>(file, open_sink(file)), level};
  } catch (const spdlog::spdlog_ex& error) {
    return Unexpected<std::string>(
        trf("--logfile: cannot write '{}' ({}); name a file in a folder that this user may write to", file,
            tr(error.what())));
  }
}

Log::Log(std::unique_ptr<Sink> sink, Level level) : sink_(std::move(sink)), level_(level) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

void Log::write(Level level, ByteView subject, ByteView sentence, Fields fields) {
  if (!shows(level)) return;
  const bool may_stall = sink_->file.empty() || sink_->file == "-";
  if (may_stall && !sink_->output.has_room()) {
    ++sink_->left_out_count;
    return;
  }
  std::string line = format_log_line(level, subject, sentence, fields);
  if (sink_->left_out_count > 0) line += " unread=" + std::to_string(std::exchange(sink_->left_out_count, 0));
  sink_->logger.log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
}

void Log::reopen() {
  if (sink_->file.empty() || sink_->file == "-") return;
  try {
    sink_ = std::make_unique<Sink>(sink_->file, open_sink(sink_->file));
  } catch (const spdlog::spdlog_ex& failure) {
    error("the log file cannot be reopened", {kv("cause", failure.what())});
  }
}

}  // namespace fapfon::log
