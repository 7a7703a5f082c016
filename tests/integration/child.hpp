// SPDX-License-Identifier: GPL-2.0-or-later
// The real program as a child process: started on free ports of the loopback, watched through its
// output, ended by signal. Nothing sleeps: each wait is for a condition and has a deadline.
#pragma once

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "net/fd.hpp"

namespace fapfon::test {

using namespace std::chrono_literals;

/// No condition here takes longer on a machine that works; a loaded one may need a part of it.
inline constexpr auto kPatience = 15s;

class Child {
 public:
  /// `before_exec` runs in the child: limits, user, language.
  explicit Child(
      std::vector<std::string> arguments, const std::function<void()>& before_exec = [] {}) {
    int out[2];
    int err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      ::setenv("LC_ALL", "C", 1);  // what is expected of it is English, whoever runs the tests
      before_exec();
      arguments.insert(arguments.begin(), FAPFON_PROGRAM);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = net::Fd{out[0]};
    err_ = net::Fd{err[0]};
  }

  ~Child() {
    if (exit_code_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const { ::kill(pid_, number); }

  /// Reads until stdout or stderr holds `text`; false when the program ends or time is out before.
  bool wait_for(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!holds(text)) {
      if (!read_some(deadline)) return holds(text);
    }
    return true;
  }

  /// The exit code; -1 when it does not end or dies by a signal.
  int wait_for_exit() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (read_some(deadline)) {
    }
    if (std::chrono::steady_clock::now() >= deadline) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return *exit_code_;
  }

  /// The value of key=value in what was printed last with this key.
  [[nodiscard]] std::string value_of(const std::string& key) const {
    const std::string text = stderr_ + stdout_;
    const std::size_t at = text.rfind(' ' + key + '=');
    if (at == std::string::npos) return {};
    const std::size_t start = at + key.size() + 2;
    return text.substr(start, text.find_first_of(" \n", start) - start);
  }

  [[nodiscard]] const std::string& printed() const { return stdout_; }
  [[nodiscard]] const std::string& complained() const { return stderr_; }

  [[nodiscard]] std::size_t descriptor_count() const {
    DIR* const folder = ::opendir(("/proc/" + std::to_string(pid_) + "/fd").c_str());
    if (folder == nullptr) return 0;
    std::size_t count = 0;
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count;
  }

  [[nodiscard]] std::size_t resident_kib() const {
    std::ifstream file{"/proc/" + std::to_string(pid_) + "/status"};
    std::string word;
    while (file >> word) {
      std::size_t kib = 0;
      if (word == "VmRSS:" && file >> kib) return kib;
    }
    return 0;
  }

 private:
  [[nodiscard]] bool holds(const std::string& text) const {
    return stdout_.find(text) != std::string::npos || stderr_.find(text) != std::string::npos;
  }

  /// False at the end of both outputs, or when time is out.
  bool read_some(std::chrono::steady_clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= 0ms || (!out_ && !err_)) return false;
    pollfd ready[2] = {{out_.number(), POLLIN, 0}, {err_.number(), POLLIN, 0}};
    if (::poll(ready, 2, static_cast<int>(left.count())) <= 0) return false;
    if (ready[0].revents != 0) take(out_, stdout_);
    if (ready[1].revents != 0) take(err_, stderr_);
    return true;
  }

  static void take(net::Fd& fd, std::string& text) {
    char buffer[4096];
    const ssize_t count = ::read(fd.number(), buffer, sizeof buffer);
    if (count <= 0) return fd.reset();
    text.append(buffer, static_cast<std::size_t>(count));
  }

  pid_t pid_ = -1;
  net::Fd out_;
  net::Fd err_;
  std::string stdout_;
  std::string stderr_;
  std::optional<int> exit_code_;
};

}  // namespace fapfon::test
