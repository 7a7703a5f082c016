// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/system_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "net/fd.hpp"

namespace fapfon::check {
namespace {

/// A ruleset of a busy router is a few MB; more than this is not read.
constexpr std::size_t kMostOutputBytes = std::size_t{16} * 1024 * 1024;

/// The program's file; empty when there is none.
std::string file_of(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::string folders =
      (path == nullptr ? std::string{} : std::string{path}) + ":/usr/sbin:/sbin:/usr/bin:/bin";
  std::size_t start = 0;
  while (start <= folders.size()) {
    const std::size_t end = std::min(folders.find(':', start), folders.size());
    std::string file = folders.substr(start, end - start) + '/' + program;
    // An empty part of PATH means the current folder: not for a program that root may run.
    if (end > start && ::access(file.c_str(), X_OK) == 0) return file;
    start = end + 1;
  }
  return {};
}

struct Pipe {
  net::Fd reading;
  net::Fd writing;

  static Pipe open() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);  // our end only: the program's output blocks like any other
    return {net::Fd{ends[0]}, net::Fd{ends[1]}};
  }
};

/// posix_spawn's list of what the child does with its descriptors.
class FileActions {
 public:
  FileActions(const Pipe& out, const Pipe& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.writing.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.writing.number(), STDERR_FILENO);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* list() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::optional<pid_t> start(const std::string& file, std::vector<std::string> command,
                           const FileActions& actions) {
  std::vector<std::string> environment{"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, file.c_str(), actions.list(), nullptr, pointers_to(command).data(),
                                  pointers_to(environment).data());
  return error == 0 ? std::optional{pid} : std::nullopt;
}

/// Reads what is there; closes at the end of the stream.
void drain(net::Fd& fd, std::string& text) {
  std::array<char, 65536> buffer{};
  while (fd) {
    const ssize_t got = ::read(fd.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || text.size() > kMostOutputBytes) return fd.reset();
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// False when the deadline came first.
bool read_until_end(net::Fd& out, net::Fd& err, ProgramOutput& result, TimePoint end) {
  while (out || err) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> waiting{{{out.number(), POLLIN, 0}, {err.number(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) <= 0) continue;
    drain(out, result.out);
    drain(err, result.err);
  }
  return true;
}

/// Waits for a process whose output has ended; it may linger, but not beyond the deadline.
std::optional<int> await_end(pid_t pid, TimePoint end) {
  constexpr timespec kGlance{0, 2'000'000};
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (Clock::now() >= end) return std::nullopt;
    ::nanosleep(&kGlance, nullptr);
  }
  return status;
}

void kill_and_forget(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

std::optional<std::string> text_of_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  return file.bad() ? std::nullopt : std::optional{std::move(text)};
}

std::optional<int> number_in_file(const std::string& path) {
  const auto text = text_of_file(path);
  return text ? parse_decimal<int>(ByteView{*text}.substr(0, text->find('\n'))) : std::nullopt;
}

Expected<ProgramOutput, ProgramFailure> run_program(const std::vector<std::string>& command,
                                                    std::chrono::milliseconds deadline) {
  const auto fail = [](ProgramFailure cause) { return Unexpected<ProgramFailure>(cause); };
  const std::string file = file_of(command.front());
  if (file.empty()) return fail(ProgramFailure::missing);
  const TimePoint end = Clock::now() + deadline;
  Pipe out = Pipe::open();
  Pipe err = Pipe::open();
  if (!out.reading || !err.reading) return fail(ProgramFailure::broken);
  const auto pid = start(file, command, FileActions{out, err});
  if (!pid) return fail(ProgramFailure::broken);
  out.writing.reset();
  err.writing.reset();
  ProgramOutput result;
  const bool has_ended = read_until_end(out.reading, err.reading, result, end);
  const auto status = has_ended ? await_end(*pid, end) : std::nullopt;
  if (!status) {
    kill_and_forget(*pid);
    return fail(ProgramFailure::too_slow);
  }
  if (!WIFEXITED(*status)) return fail(ProgramFailure::broken);
  result.exit_code = WEXITSTATUS(*status);
  return result;
}

}  // namespace fapfon::check
