#include "train.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "hold.h"

namespace engine {
namespace {

// All of it is locked in memory.
constexpr size_t kStack = 128 * 1024;
// For a queue of the network that is full.
constexpr int kPatienceMs = 20;
constexpr int kMostWaits = 16;

bool HasRoom(int fd) {
  struct pollfd room = {fd, POLLOUT, 0};
  return poll(&room, 1, kPatienceMs) > 0 && (room.revents & POLLOUT) != 0;
}

// Sends some datagrams of a rule; false when one of them did not leave.
bool SendSome(SendRule *rule, uint32_t from, uint32_t count) {
  const int fd = rule->socket->fd;
  bool whole = true;
  int waits = 0;
  for (uint32_t done = 0; done < count;) {
    const int sent = sendmmsg(fd, rule->messages + from + done, count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      done += static_cast<uint32_t>(sent);
      continue;
    }
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN && waits++ < kMostWaits && HasRoom(fd)) continue;
    whole = false;
    done += 1;
  }
  return whole;
}

bool Stopped(const SendRule *rule) { return __atomic_load_n(&rule->stop, __ATOMIC_RELAXED) != 0; }

bool SendOnce(SendRule *rule, uint64_t untilUs, Pace *pace) {
  bool whole = true;
  for (uint32_t part = 0; part < rule->count; part += rule->step) {
    const uint64_t nowUs = NowUs();
    if (Stopped(rule) || nowUs > untilUs) return false;
    pace->RestIfDue(nowUs);
    if (!SendSome(rule, part, std::min(rule->step, rule->count - part))) whole = false;
  }
  return whole;
}

}  // namespace

void DropPrivileges(uint64_t keep) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  syscall(SYS_capget, &head, data);
  for (uint32_t half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
    const uint32_t kept = data[half].permitted & static_cast<uint32_t>(keep >> (32 * half));
    data[half] = {kept, kept, 0};
  }
  syscall(SYS_capset, &head, data);
}

bool Train::Open(int priority) {
  priority_ = priority;
  if (pipe2(departures_, O_CLOEXEC) != 0 || pipe2(arrivals_, O_CLOEXEC) != 0) return false;
  fcntl(departures_[1], F_SETFL, O_NONBLOCK);
  fcntl(arrivals_[0], F_SETFL, O_NONBLOCK);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  open_ = pthread_create(&thread, &attributes, Run, this) == 0;
  pthread_attr_destroy(&attributes);
  return open_;
}

void *Train::Run(void *given) {
  Train *train = static_cast<Train *>(given);
  const struct sched_param parameter = {train->priority_};
  if (train->priority_ > 0) sched_setscheduler(0, SCHED_RR, &parameter);
  // Whoever adds an address has to have the right to, whoever opened the socket.
  DropPrivileges(uint64_t{1} << CAP_NET_ADMIN);
  prctl(PR_SET_NAME, "alived-train");
  Pace pace;
  for (;;) {
    SendRule *first;
    pace.Waits(NowUs());
    const ssize_t length = read(train->departures_[0], &first, sizeof first);
    if (length < 0 && errno == EINTR) continue;
    if (length != sizeof first) return nullptr;
    pace.Woke(NowUs());
    train->Carry(first, &pace);
    while (write(train->arrivals_[1], &first, sizeof first) < 0 && errno == EINTR) continue;
  }
}

void Train::Carry(SendRule *first, Pace *pace) {
  bool whole = true;
  for (SendRule *rule = first; rule != nullptr; rule = rule->following) {
    if (!SendOnce(rule, first->untilUs, pace)) whole = false;
  }
  first->whole = whole;
}

bool Train::Depart(uint64_t key, uint64_t holdKey, uint32_t holdSerial, uint64_t untilUs) {
  SendRule *first = open_ ? sender_->Following(key) : nullptr;
  if (first == nullptr) return false;
  first->holdKey = holdKey;
  first->holdSerial = holdSerial;
  first->untilUs = untilUs;
  for (SendRule *rule = first; rule != nullptr; rule = rule->following) {
    rule->busy = true;
    rule->stop = 0;
  }
  if (write(departures_[1], &first, sizeof first) == sizeof first) return true;
  for (SendRule *rule = first; rule != nullptr; rule = rule->following) rule->busy = false;
  return false;
}

void Train::Arrive() {
  SendRule *first;
  while (read(arrivals_[0], &first, sizeof first) == sizeof first) {
    first->nextUntold = nullptr;
    *(untold_ == nullptr ? &untold_ : &lastUntold_->nextUntold) = first;
    lastUntold_ = first;
  }
  TellAll();
}

void Train::TellAll() {
  while (untold_ != nullptr) {
    SendRule *first = untold_;
    if (!tell_(first->holdKey, first->holdSerial, first->whole)) return;
    untold_ = first->nextUntold;
    for (SendRule *rule = first, *next; rule != nullptr; rule = next) {
      next = rule->following;
      rule->busy = false;
      if (rule->orphan) sender_->Free(rule);
    }
  }
}

}  // namespace engine
