// The rules of the engine. Memory is taken when a rule is set and given back when it goes, never on the way
// to a packet.
#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>

namespace engine {

// A socket that rules send from. Rules of one socket share the descriptor.
struct Outlet {
  int fd;
  uint64_t inode;
  uint32_t users;
  Outlet *next;
};

struct Rule {
  uint64_t key;
  uint64_t dueUs;
  uint64_t periodUs;
  uint64_t sent;
  uint64_t lastUs;
  Outlet *outlet;
  uint32_t count;
  // The last round failed, which has been told.
  bool failing;
  bool roundFailed;
  // Set since the last kBegin.
  bool owned;
  // Where it stands in the heap.
  uint32_t at;
  // Of the same bucket.
  Rule *next;
  // `count` of each; the bytes they point to lie behind them in the same allocation.
  struct mmsghdr *messages;
  struct iovec *parts;
};

class Table {
 public:
  // What a failed datagram is told to; false when it could not be told.
  using Failed = bool (*)(void *context, uint64_t key, uint32_t index, int error);

  Table(Failed failed, void *context) : failed_(failed), context_(context) {}

  // Body of kSet behind the serial. Takes the descriptor over, also on failure. Returns 0 or minus errno.
  int Set(const uint8_t *body, uint32_t length, int fd, uint64_t nowUs, bool mayStart);
  Rule *Find(uint64_t key);
  void Remove(Rule *rule);
  void Disown();
  uint32_t Retain();

  // Earliest deadline; 0 without a rule.
  uint64_t NextUs() const { return size_ == 0 ? 0 : heap_[0]->dueUs; }
  // Sends what is due at `nowUs`; `maySend` false only moves the deadlines on.
  void Run(uint64_t nowUs, bool maySend);

 private:
  void Send(Rule **rules, uint32_t count, uint64_t nowUs);
  void SendRange(Rule **rules, uint32_t from, uint32_t to, uint64_t nowUs);
  void Place(Rule *rule, uint32_t at);
  void Up(uint32_t at);
  void Down(uint32_t at);
  Outlet *Share(int fd);
  void Leave(Outlet *outlet);
  Rule **Bucket(uint64_t key) { return &buckets_[key % kBuckets]; }
  bool Grow();

  static constexpr uint32_t kBuckets = 4096;
  Failed failed_;
  void *context_;
  Rule **heap_ = nullptr;
  Rule **due_ = nullptr;
  uint32_t size_ = 0;
  uint32_t room_ = 0;
  Outlet *outlets_ = nullptr;
  // Rules by key.
  Rule *buckets_[kBuckets] = {};
};

}  // namespace engine
