// Send rules: the same datagrams through one socket on a fixed grid of moments, or once.
#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>

#include "reader.h"
#include "socket.h"
#include "table.h"

namespace engine {

struct SendRule : Rule {
  // 0 = once.
  uint64_t periodUs;
  // The rule that leaves after the first round; 0 = none.
  uint64_t thenKey;
  uint32_t step;
  // Part of a train that is on its way (train.h): the thread that sends it reads `following` and `stop`.
  bool busy;
  // Removed while it was.
  bool orphan;
  uint32_t stop;
  SendRule *following;
  // Of the first one of a train: the hold rule that sent it off, and how it went.
  uint64_t holdKey;
  uint32_t holdSerial;
  uint64_t untilUs;
  bool whole;
  SendRule *nextUntold;
  uint64_t sent;
  uint64_t lastUs;
  // When Begin() began it; 0 = it did not.
  uint64_t begunUs;
  Socket *socket;
  uint32_t count;
  // The last round failed, which has been told.
  bool failing;
  bool roundFailed;
  // `count` of each; the bytes they point to lie behind them in the same allocation.
  struct mmsghdr *messages;
  struct iovec *parts;
};

class Sender {
 public:
  // Whom a failed datagram is told to; false when it could not be told.
  using Failed = bool (*)(uint64_t key, uint32_t index, int error);

  Sender(Table *table, Sockets *sockets, Failed failed)
      : table_(table), sockets_(sockets), failed_(failed) {}

  // Body of kSend behind the serial. Takes the descriptor over, also on failure. Returns 0 or minus errno.
  int Set(Reader body, int fd, uint64_t nowUs, bool maySend);
  void Remove(SendRule *rule);
  // Nobody needs it any more, and it is in no table.
  void Free(SendRule *rule);

  // Begins a rule that waits for it. Returns when it began, which may have been before; 0 = there is none.
  uint64_t Begin(uint64_t key, uint64_t nowUs);
  // Lets a rule that began by itself wait again, and stops what follows it.
  void Rest(uint64_t key);
  // The rules that follow this one, linked; nullptr where there is none, or one of them is on its way.
  SendRule *Following(uint64_t key);

  // Moves a rule that is due on and remembers it for Flush().
  void Due(SendRule *rule, uint64_t nowUs);
  // Sends what was due, or forgets it.
  void Flush(uint64_t nowUs, bool maySend);

 private:
  void SendRange(SendRule **rules, uint32_t count, uint64_t nowUs);
  SendRule *FindSend(uint64_t key) const;

  static constexpr uint32_t kAtOnce = 512;

  Table *table_;
  Sockets *sockets_;
  Failed failed_;
  SendRule *due_[kAtOnce];
  uint32_t dueCount_ = 0;

 public:
  // So many may be due before Flush() has to be called.
  bool Full() const { return dueCount_ == kAtOnce; }
};

}  // namespace engine
