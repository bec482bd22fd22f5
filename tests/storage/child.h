// A child process that can be spoken to and killed: storage_writer
// (writer_main.cc), and what it and its tests agree on.
#ifndef VOUCH_TESTS_STORAGE_CHILD_H_
#define VOUCH_TESTS_STORAGE_CHILD_H_

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

// --- What both sides know

inline SqliteOptions WriterOptions() {
  SqliteOptions options;
  options.checkpoint_pages = 60;
  return options;
}
inline EngineOptions WriterSnapshots() {
  EngineOptions options;
  options.snapshot_events = 60;
  return options;
}
inline std::vector<absl::Span<const Event>> WriterBatches(
    const Script& script) {
  return MixedBatches(script.events, 1, 20);
}

// `batch` without what was answered before: an event that was refused while
// the books held less than `kept` might be right by now.
inline std::vector<Event> NotAnswered(const Script& script,
                                      absl::Span<const Event> batch, Seq kept) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < script.outcomes.size(); ++i) {
    const Outcome& outcome = script.outcomes[i];
    const bool applied = outcome.kind == OutcomeKind::kApplied;
    if (applied && outcome.seq <= kept) begin = i + 1;
  }
  std::vector<Event> events;
  for (const Event& event : batch) {
    const auto at = static_cast<std::size_t>(&event - script.events.data());
    if (at < begin && script.outcomes[at].kind == OutcomeKind::kRefused) {
      continue;
    }
    events.push_back(event);
  }
  return events;
}

// --- The parent's side

class Child {
 public:
  Child(const std::string& path, uint64_t seed, std::size_t events,
        std::size_t first_batch) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return;
    const std::string texts[] = {absl::StrCat(seed), absl::StrCat(events),
                                 absl::StrCat(first_batch)};
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execl(VOUCH_STORAGE_WRITER_PATH, "storage_writer", path.c_str(),
            texts[0].c_str(), texts[1].c_str(), texts[2].c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
    // A child that is gone is seen by what it says no more.
    signal(SIGPIPE, SIG_IGN);
  }
  ~Child() {
    Kill();
    if (to_ >= 0) close(to_);
    if (from_ >= 0) close(from_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next batch.
  void Go() {
    const char go = 'g';
    if (write(to_, &go, 1) != 1) gone_ = true;
  }
  // The next that it says; 0 when it says nothing more.
  char Hear() {
    char said = 0;
    return read(from_, &said, 1) == 1 ? said : '\0';
  }
  // All that it says until it ends.
  std::string HearAll() {
    std::string all;
    while (const char said = Hear()) all += said;
    return all;
  }
  // Whether it has said something, or has ended.
  bool HasSaid() const {
    pollfd at = {from_, POLLIN, 0};
    return poll(&at, 1, 0) != 0;
  }

  // SIGKILL, and waits for the end.
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    Wait();
  }
  // Ends its input and waits; its exit code, or 128 and the signal.
  int Wait() {
    if (to_ >= 0) close(to_);
    to_ = -1;
    int status = 0;
    if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  bool gone_ = false;
};

}  // namespace storage_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_STORAGE_CHILD_H_
