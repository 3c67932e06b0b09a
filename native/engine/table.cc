#include "table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "protocol.h"

namespace engine {
namespace {

constexpr uint32_t kBatch = 64;
// Longer, and a burst could be more than the socket of a peer holds.
constexpr uint64_t kSlotUs = 5000;

// Reads the fields of a message; after its end everything is 0 and `ok` is false.
class Reader {
 public:
  Reader(const uint8_t *bytes, uint32_t length) : at_(bytes), left_(length) {}

  template <typename T>
  T Number() {
    T value = 0;
    const uint8_t *from = Bytes(sizeof value);
    if (from != nullptr) memcpy(&value, from, sizeof value);
    return value;
  }

  const uint8_t *Bytes(uint32_t count) {
    if (count > left_) {
      ok_ = false;
      left_ = 0;
      return nullptr;
    }
    const uint8_t *from = at_;
    at_ += count;
    left_ -= count;
    return from;
  }

  bool Ended() const { return ok_ && left_ == 0; }
  bool ok() const { return ok_; }

 private:
  const uint8_t *at_;
  uint32_t left_;
  bool ok_ = true;
};

struct Sizes {
  uint32_t address;
  uint32_t control;
  uint32_t data;
};

Sizes ReadSizes(Reader *reader) {
  const uint16_t address = reader->Number<uint16_t>();
  const uint16_t control = reader->Number<uint16_t>();
  return {address, control, reader->Number<uint32_t>()};
}

bool Sound(const Sizes &sizes) {
  return sizes.address <= kMaxAddress && sizes.control <= kMaxControl && sizes.data > 0 &&
         sizes.data <= kMaxMessage;
}

// A control message is read as a structure, so it starts where one may.
constexpr size_t Aligned(size_t size) { return (size + 15) & ~size_t{15}; }

// Control messages as sendmsg() takes them: a wrong length in one would be read beyond its end.
bool SoundControl(const uint8_t *bytes, uint32_t length) {
  uint32_t at = 0;
  while (at + sizeof(struct cmsghdr) <= length) {
    struct cmsghdr head;
    memcpy(&head, bytes + at, sizeof head);
    if (head.cmsg_len < sizeof head || head.cmsg_len > length - at) return false;
    // Descriptors and credentials are nobody's to send from here.
    if (head.cmsg_level == SOL_SOCKET) return false;
    at += (head.cmsg_len + 7) & ~size_t{7};
  }
  return at >= length;
}

// The size of everything, or 0 when the message is not sound.
size_t Measure(Reader reader, uint32_t count) {
  size_t total = Aligned(count * sizeof(struct mmsghdr)) + Aligned(count * sizeof(struct iovec));
  for (uint32_t i = 0; i < count; i++) {
    const Sizes sizes = ReadSizes(&reader);
    if (!reader.ok() || !Sound(sizes)) return 0;
    if (reader.Bytes(sizes.address) == nullptr) return 0;
    const uint8_t *control = reader.Bytes(sizes.control);
    if (control == nullptr || !SoundControl(control, sizes.control)) return 0;
    if (reader.Bytes(sizes.data) == nullptr) return 0;
    total += Aligned(sizes.address) + Aligned(sizes.control) + Aligned(sizes.data);
  }
  return reader.Ended() ? total : 0;
}

class Builder {
 public:
  explicit Builder(uint8_t *at) : at_(at) {}

  uint8_t *Room(size_t size) {
    uint8_t *from = at_;
    at_ += Aligned(size);
    return from;
  }

  uint8_t *Copy(const uint8_t *bytes, uint32_t size) {
    uint8_t *to = Room(size);
    memcpy(to, bytes, size);
    return size == 0 ? nullptr : to;
  }

 private:
  uint8_t *at_;
};

void Build(Reader reader, Rule *rule, uint8_t *block) {
  Builder builder(block);
  rule->messages = reinterpret_cast<struct mmsghdr *>(builder.Room(rule->count * sizeof(struct mmsghdr)));
  rule->parts = reinterpret_cast<struct iovec *>(builder.Room(rule->count * sizeof(struct iovec)));
  for (uint32_t i = 0; i < rule->count; i++) {
    const Sizes sizes = ReadSizes(&reader);
    struct msghdr *head = &rule->messages[i].msg_hdr;
    memset(&rule->messages[i], 0, sizeof rule->messages[i]);
    head->msg_name = builder.Copy(reader.Bytes(sizes.address), sizes.address);
    head->msg_namelen = sizes.address;
    head->msg_control = builder.Copy(reader.Bytes(sizes.control), sizes.control);
    head->msg_controllen = sizes.control;
    rule->parts[i] = {builder.Copy(reader.Bytes(sizes.data), sizes.data), sizes.data};
    head->msg_iov = &rule->parts[i];
    head->msg_iovlen = 1;
  }
}

// Rules of one period leave together: their deadlines move to the slot before, which no peer minds.
uint64_t InSlot(uint64_t firstUs, uint64_t periodUs) {
  const uint64_t slotUs = periodUs / 20 < kSlotUs ? periodUs / 20 : kSlotUs;
  return firstUs - firstUs % slotUs;
}

// The first deadline on the grid of `first` after `nowUs`.
uint64_t OnGrid(uint64_t firstUs, uint64_t periodUs, uint64_t nowUs) {
  if (firstUs > nowUs) return firstUs;
  return firstUs + ((nowUs - firstUs) / periodUs + 1) * periodUs;
}

}  // namespace

int Table::Set(const uint8_t *body, uint32_t length, int fd, uint64_t nowUs, bool mayStart) {
  Reader reader(body, length);
  const uint64_t key = reader.Number<uint64_t>();
  const uint64_t firstUs = reader.Number<uint64_t>();
  const uint64_t periodUs = reader.Number<uint64_t>();
  const uint32_t count = reader.Number<uint32_t>();
  const bool sane = reader.ok() && fd >= 0 && periodUs >= 1000 && count > 0 && count <= kMaxDatagrams;
  const size_t size = sane ? Measure(reader, count) : 0;
  Rule *known = Find(key);
  int error = size == 0 ? EINVAL : known == nullptr && size_ >= kMaxRules ? ENOSPC : 0;
  if (error == 0 && known == nullptr && size_ == room_ && !Grow()) error = ENOMEM;
  const size_t head = Aligned(sizeof(Rule));
  uint8_t *block = error == 0 ? static_cast<uint8_t *>(aligned_alloc(16, head + size)) : nullptr;
  Outlet *outlet = block == nullptr ? nullptr : Share(fd);
  if (outlet == nullptr) {
    if (fd >= 0) close(fd);
    free(block);
    return error == 0 ? -ENOMEM : -error;
  }
  Rule *rule = reinterpret_cast<Rule *>(block);
  *rule = {};
  rule->key = key;
  rule->count = count;
  rule->periodUs = periodUs;
  rule->dueUs = InSlot(firstUs, periodUs);
  rule->outlet = outlet;
  rule->owned = true;
  Build(reader, rule, block + head);
  if (known != nullptr) {
    // A new owner counts its own.
    rule->sent = known->owned ? known->sent : 0;
    rule->lastUs = known->lastUs;
    rule->failing = known->failing;
    Remove(known);
  }
  rule->next = *Bucket(key);
  *Bucket(key) = rule;
  Place(rule, size_);
  size_ += 1;
  Up(rule->at);
  // Who sets a rule that is due goes on when its first round has left.
  if (rule->dueUs <= nowUs) {
    rule->dueUs = OnGrid(rule->dueUs, periodUs, nowUs);
    Down(rule->at);
    if (mayStart) Send(&rule, 1, nowUs);
  }
  return 0;
}

bool Table::Grow() {
  const uint32_t room = room_ == 0 ? 64 : room_ * 2;
  Rule **heap = static_cast<Rule **>(realloc(heap_, room * sizeof *heap));
  if (heap != nullptr) heap_ = heap;
  Rule **due = static_cast<Rule **>(realloc(due_, room * sizeof *due));
  if (due != nullptr) due_ = due;
  if (heap == nullptr || due == nullptr) return false;
  room_ = room;
  return true;
}

Rule *Table::Find(uint64_t key) {
  Rule *rule = *Bucket(key);
  while (rule != nullptr && rule->key != key) rule = rule->next;
  return rule;
}

void Table::Remove(Rule *rule) {
  const uint32_t at = rule->at;
  size_ -= 1;
  if (at != size_) {
    Rule *last = heap_[size_];
    Place(last, at);
    Up(at);
    Down(last->at);
  }
  Rule **link = Bucket(rule->key);
  while (*link != rule) link = &(*link)->next;
  *link = rule->next;
  Leave(rule->outlet);
  free(rule);
}

void Table::Disown() {
  for (uint32_t i = 0; i < size_; i++) heap_[i]->owned = false;
}

uint32_t Table::Retain() {
  uint32_t removed = 0;
  for (Rule *bucket : buckets_) {
    for (Rule *rule = bucket; rule != nullptr;) {
      Rule *next = rule->next;
      if (!rule->owned) {
        Remove(rule);
        removed += 1;
      }
      rule = next;
    }
  }
  return removed;
}

void Table::Run(uint64_t nowUs, bool maySend) {
  uint32_t count = 0;
  while (size_ > 0 && heap_[0]->dueUs <= nowUs && count < size_) {
    Rule *rule = heap_[0];
    // What was missed is not made up for: a burst says nothing new.
    rule->dueUs = OnGrid(rule->dueUs, rule->periodUs, nowUs);
    Down(0);
    due_[count++] = rule;
  }
  if (!maySend) return;
  // Rules of one socket leave in one call.
  std::sort(due_, due_ + count, [](const Rule *a, const Rule *b) { return a->outlet < b->outlet; });
  Send(due_, count, nowUs);
}

void Table::Send(Rule **rules, uint32_t count, uint64_t nowUs) {
  for (uint32_t from = 0; from < count;) {
    uint32_t to = from + 1;
    while (to < count && rules[to]->outlet == rules[from]->outlet) to += 1;
    SendRange(rules, from, to, nowUs);
    from = to;
  }
}

// Rules of one socket, in batches of datagrams.
void Table::SendRange(Rule **rules, uint32_t from, uint32_t to, uint64_t nowUs) {
  struct mmsghdr batch[kBatch];
  Rule *owners[kBatch];
  uint32_t places[kBatch];
  uint32_t filled = 0;
  const int fd = rules[from]->outlet->fd;
  const auto flush = [&]() {
    for (uint32_t done = 0; done < filled;) {
      const int sent = sendmmsg(fd, batch + done, filled - done, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        done += sent;
        continue;
      }
      if (sent < 0 && errno == EINTR) continue;
      // The first of the rest is the one that failed; those behind it have their turn.
      Rule *rule = owners[done];
      if (!rule->failing) rule->failing = failed_(context_, rule->key, places[done], errno);
      rule->roundFailed = true;
      done += 1;
    }
    filled = 0;
  };
  for (uint32_t i = from; i < to; i++) {
    for (uint32_t part = 0; part < rules[i]->count; part++) {
      if (filled == kBatch) flush();
      batch[filled] = rules[i]->messages[part];
      owners[filled] = rules[i];
      places[filled] = part;
      filled += 1;
    }
  }
  flush();
  for (uint32_t i = from; i < to; i++) {
    Rule *rule = rules[i];
    if (rule->roundFailed) {
      rule->roundFailed = false;
      continue;
    }
    rule->failing = false;
    rule->sent += 1;
    rule->lastUs = nowUs;
  }
}

void Table::Place(Rule *rule, uint32_t at) {
  heap_[at] = rule;
  rule->at = at;
}

void Table::Up(uint32_t at) {
  Rule *rule = heap_[at];
  while (at > 0) {
    const uint32_t parent = (at - 1) / 2;
    if (heap_[parent]->dueUs <= rule->dueUs) break;
    Place(heap_[parent], at);
    at = parent;
  }
  Place(rule, at);
}

void Table::Down(uint32_t at) {
  Rule *rule = heap_[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= size_) break;
    if (child + 1 < size_ && heap_[child + 1]->dueUs < heap_[child]->dueUs) child += 1;
    if (rule->dueUs <= heap_[child]->dueUs) break;
    Place(heap_[child], at);
    at = child;
  }
  Place(rule, at);
}

// A socket that is known already is used through the descriptor that is there.
Outlet *Table::Share(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode)) return nullptr;
  for (Outlet *one = outlets_; one != nullptr; one = one->next) {
    if (one->inode != status.st_ino) continue;
    close(fd);
    one->users += 1;
    return one;
  }
  Outlet *made = static_cast<Outlet *>(malloc(sizeof *made));
  if (made == nullptr) return nullptr;
  *made = {fd, status.st_ino, 1, outlets_};
  outlets_ = made;
  return made;
}

void Table::Leave(Outlet *outlet) {
  outlet->users -= 1;
  if (outlet->users > 0) return;
  for (Outlet **link = &outlets_; *link != nullptr; link = &(*link)->next) {
    if (*link != outlet) continue;
    *link = outlet->next;
    break;
  }
  close(outlet->fd);
  free(outlet);
}

}  // namespace engine
