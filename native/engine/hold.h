// Hold rules: while a packet arrives that is always the same, a deadline moves on and nobody is woken; every
// other packet on the same socket is handed up.
#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>

#include "clock.h"
#include "protocol.h"
#include "reader.h"
#include "socket.h"
#include "table.h"

namespace engine {

// A socket that is read here.
struct Watch {
  uint32_t id;
  Socket *socket;
  Watch *next;
};

struct HoldRule : Rule {
  // May be later than dueUs, which follows when it is reached.
  uint64_t deadlineUs;
  uint64_t windowUs;
  uint64_t held;
  uint64_t lastUs;
  Watch *watch;
  // Of the request that set it.
  uint32_t serial;
  uint32_t hopLimit;
  uint64_t hash;
  HoldRule *nextOfHash;
  // The send rule that begins when the deadline passes; 0 = none.
  uint64_t thenKey;
  // When it did; 0 = it has not.
  uint64_t begunUs;
  bool follows;
  // A packet with this byte there is of kin.
  uint32_t kinAt;
  uint32_t kinValue;
  // Numbers of the last packet of kin that was handed up, and of the last one that has been judged.
  uint32_t doubted;
  uint32_t judged;
  // The deadline has passed and has been told.
  bool told;
  // When a packet arrived that it would have held before that; 0 = none. Such packets are handed up.
  uint64_t missedUs;
  uint32_t sourceLength;
  uint32_t payloadLength;
  // Source, then payload, behind the rule.
  uint8_t *pattern;
};

// What is told to the owner; false when there was no room for it.
class HoldListener {
 public:
  // The deadline has passed: what is to happen then begins. Returns when it did; 0 where it may not.
  virtual uint64_t Begin(uint64_t thenKey, uint64_t nowUs) = 0;
  // It should not have.
  virtual void Rest(uint64_t thenKey) = 0;
  // Whether more follows.
  virtual bool Follow(uint64_t thenKey, const HoldRule &rule) = 0;
  virtual bool Expired(const HoldRule &rule, uint64_t nowUs) = 0;
  virtual bool Packet(uint32_t watch, uint64_t atUs, uint32_t number, const struct msghdr &head,
                      uint32_t length) = 0;

 protected:
  ~HoldListener() = default;
};

class Holder {
 public:
  Holder(Table *table, Sockets *sockets, HoldListener *listener);

  // Body of kHold behind the serial. Takes the descriptor over. Returns 0, 1 when it replaces a rule after
  // whose deadline something has begun, or minus errno.
  int Set(Reader body, uint32_t serial, int fd, uint64_t nowUs);
  void Remove(HoldRule *rule);
  // -ENOENT when nothing of this name is read.
  int Unwatch(uint32_t id);
  // Neither rules nor watches are left.
  void Clear();

  // For poll(2): readable when a socket that is watched is.
  int fd() const { return epoll_; }
  // False while there is no room to hand up what is read.
  bool MayRead() const { return !stalled_; }
  // Under load: when sockets are worth a look.
  uint64_t ReadAtUs() const { return readAtUs_; }
  // Reads what has arrived on sockets that are readable.
  void Read();
  // The same for every socket, whenever it was read last.
  void ReadEverything();
  // There is room again to hand up what is waiting.
  void Resume();
  // The deadline in the table has come.
  void Due(HoldRule *rule);

 private:
  void ReadAll(Watch *watch);
  // Brings the table up to date where it is about to matter.
  void Refresh(uint64_t nowUs);
  bool Judge(const Watch &watch, const struct msghdr &head, uint32_t length);
  bool HandUp(uint32_t from);
  bool PassOn(const Watch &watch, uint64_t atUs, const struct msghdr &head, uint32_t length);
  void Doubt(const Watch &watch, const uint8_t *payload, uint32_t payloadLength);
  HoldRule *Match(const Watch &watch, const uint8_t *source, uint32_t sourceLength, uint32_t hopLimit,
                  const uint8_t *payload, uint32_t payloadLength);
  void Unlink(HoldRule *rule);
  bool End(HoldRule *rule, uint64_t nowUs);
  Watch *FindWatch(uint32_t id);

  static constexpr uint32_t kBatch = 32;
  static constexpr uint32_t kBuckets = 4096;
  static constexpr uint32_t kName = 32;
  static constexpr uint32_t kControl = 192;

  Table *table_;
  Sockets *sockets_;
  HoldListener *listener_;
  int epoll_;
  Watch *watches_ = nullptr;
  HoldRule *buckets_[kBuckets] = {};
  uint64_t readAtUs_ = 0;
  // Reads since that moment, and packets of the last one.
  uint64_t readsSinceUs_ = 0;
  uint32_t reads_ = 0;
  uint32_t packets_ = 0;
  // Moment of arrival on the wall clock, in microseconds, becomes one of the monotonic clock by this.
  int64_t wallAheadUs_ = 0;
  uint64_t nowUs_ = 0;

  // Of the packet that was handed up last.
  uint32_t number_ = 0;
  bool stalled_ = false;
  uint32_t stalledWatch_ = 0;
  uint32_t filled_ = 0;
  uint32_t stalledAt_ = 0;
  struct mmsghdr messages_[kBatch];
  struct iovec parts_[kBatch];
  alignas(8) uint8_t names_[kBatch][kName];
  alignas(8) uint8_t controls_[kBatch][kControl];
  uint8_t bytes_[kBatch][kMaxPayload];
};

}  // namespace engine
