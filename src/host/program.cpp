// SPDX-License-Identifier: GPL-2.0-or-later
// Input and output are files in memory, not pipes, so nothing has to be read and written in turn, and nothing
// can block.
#include "host/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.hpp"

namespace fapfon::host {
namespace {

/// A file without a name that ends with its descriptor.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("fapfon-program", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  MemoryFile(MemoryFile&&) = delete;
  MemoryFile& operator=(MemoryFile&&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }

  bool fill(ByteView text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::lseek(fd_, 0, SEEK_SET) == 0;
  }

  [[nodiscard]] std::string text() const {
    std::string all;
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t got = ::pread(fd_, piece.data(), piece.size(), static_cast<off_t>(all.size()));
      if (got <= 0) return all;
      all.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
};

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  SpawnActions(SpawnActions&&) = delete;
  SpawnActions& operator=(SpawnActions&&) = delete;

  void put(const MemoryFile& file, int number) {
    posix_spawn_file_actions_adddup2(&actions_, file.fd(), number);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Our environment, but messages in English: some are looked at.
std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const ByteView variable = *entry;
    if (!variable.starts_with("LC_") && !variable.starts_with("LANG")) variables.emplace_back(variable);
  }
  variables.emplace_back("LC_ALL=C");
  return variables;
}

/// Its exit code; none when it had to be ended.
std::optional<int> wait_for(pid_t child, TimePoint end) {
  constexpr timespec kGlance{0, 1'000'000};
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() >= end) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return std::nullopt;
    }
    ::nanosleep(&kGlance, nullptr);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string search_path() {
  const char* set = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): one thread
  std::string path = set != nullptr ? set : "/usr/bin:/bin";
  if (path.find("/sbin") == std::string::npos) path.append(":/usr/sbin:/sbin");
  return path;
}

}  // namespace

std::optional<std::string> find_program(const std::string& program) {
  const std::string path = search_path();
  for (ByteView rest = path; !rest.empty();) {
    const ByteView folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    // An empty part of PATH, like every other that is relative, means the current folder, which may be
    // anybody's: not for a program that root may run.
    if (!folder.starts_with('/')) continue;
    std::string candidate = std::string{folder}.append("/").append(program);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

Expected<Finished, std::string> run(const std::string& program, const std::vector<std::string>& arguments,
                                    ByteView input, std::chrono::milliseconds deadline) {
  // posix_spawn() would say so as well, but not everywhere (qemu-user).
  if (::access(program.c_str(), X_OK) != 0)
    return Unexpected<std::string>(program + ": " + std::strerror(errno));
  const MemoryFile in;
  const MemoryFile out;
  const MemoryFile err;
  if (in.fd() < 0 || out.fd() < 0 || err.fd() < 0 || !in.fill(input)) {
    return Unexpected<std::string>(program + ": cannot create a file in memory: " + std::strerror(errno));
  }
  SpawnActions actions;
  actions.put(in, STDIN_FILENO);
  actions.put(out, STDOUT_FILENO);
  actions.put(err, STDERR_FILENO);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto variables = environment();
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), actions.get(), nullptr, pointers_to(words).data(),
                                pointers_to(variables).data());
  if (error != 0) return Unexpected<std::string>(program + ": " + std::strerror(error));
  const auto exit_code = wait_for(child, Clock::now() + deadline);
  if (!exit_code) {
    return Unexpected<std::string>(program + ": did not end within " + std::to_string(deadline.count()) +
                                   " ms");
  }
  Finished finished{*exit_code, {}, {}};
  finished.out = out.text();
  finished.err = err.text();
  return finished;
}

}  // namespace fapfon::host
