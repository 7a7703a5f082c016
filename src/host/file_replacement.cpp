// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/file_replacement.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/fd.hpp"

namespace fapfon::host {
namespace {

constexpr mode_t kModeOfNewFile = 0644;

/// Until its end no signal ends the program, so that no temporary file is left.
class WithoutSignals {
 public:
  WithoutSignals() noexcept {
    sigset_t all{};
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &before_);
  }
  ~WithoutSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;
  WithoutSignals(WithoutSignals&&) = delete;
  WithoutSignals& operator=(WithoutSignals&&) = delete;

 private:
  sigset_t before_{};
};

/// Behind symbolic links; the path itself where nothing is there yet.
std::string target_of(const std::string& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

bool write_all(int fd, ByteView text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool take_owner_and_mode(int fd, const std::string& of) {
  struct stat before {};
  if (::stat(of.c_str(), &before) != 0) return ::fchmod(fd, kModeOfNewFile) == 0;
  return ::fchown(fd, before.st_uid, before.st_gid) == 0 && ::fchmod(fd, before.st_mode & 07777U) == 0;
}

/// So that the new name outlives a power cut, too. A file system that cannot do that is no reason to fail.
void sync_folder(const std::string& file) {
  const std::string folder = std::filesystem::path{file}.parent_path().string();
  const net::Fd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd) ::fsync(fd.number());
}

}  // namespace

Expected<void, std::string> replace_file(const std::string& path, ByteView text) {
  const WithoutSignals without_signals;
  const std::string target = target_of(path);
  std::string temporary = target + ".XXXXXX";
  const net::Fd fd{::mkostemp(temporary.data(), O_CLOEXEC)};
  if (!fd) return Unexpected<std::string>(path + ": " + std::strerror(errno));
  const bool is_done = take_owner_and_mode(fd.number(), target) && write_all(fd.number(), text) &&
                       ::fsync(fd.number()) == 0 && ::rename(temporary.c_str(), target.c_str()) == 0;
  if (!is_done) {
    const int error = errno;
    ::unlink(temporary.c_str());
    return Unexpected<std::string>(path + ": " + std::strerror(error));
  }
  sync_folder(target);
  return {};
}

}  // namespace fapfon::host
