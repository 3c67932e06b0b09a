// A thread of real time that never sleeps is taken for one that has gone astray (RLIMIT_RTTIME), and keeps all
// others off its processor: after so much work it rests a moment.
#pragma once

#include <time.h>

#include <cstdint>

#include "clock.h"

namespace engine {

class Pace {
 public:
  // Around a call that waits, unless there is something to do already.
  void Waits(uint64_t nowUs) { waitsUs_ = nowUs; }

  void Woke(uint64_t nowUs) {
    if (nowUs - waitsUs_ > kAsleepUs) sinceUs_ = nowUs;
  }

  // Returns the time after a rest, if it was time for one.
  uint64_t RestIfDue(uint64_t nowUs) {
    if (nowUs - sinceUs_ <= kWorkUs) return nowUs;
    const struct timespec rest = {0, kRestNs};
    nanosleep(&rest, nullptr);
    sinceUs_ = NowUs();
    return sinceUs_;
  }

 private:
  static constexpr uint64_t kWorkUs = 20000;
  static constexpr long kRestNs = 100000;
  // A call that has nothing to wait for returns sooner.
  static constexpr uint64_t kAsleepUs = 50;
  uint64_t sinceUs_ = 0;
  uint64_t waitsUs_ = 0;
};

}  // namespace engine
