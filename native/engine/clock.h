// Time in microseconds, as rules state it.
#pragma once

#include <time.h>

#include <cstdint>

namespace engine {

inline uint64_t ClockUs(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

inline uint64_t NowUs() { return ClockUs(CLOCK_MONOTONIC); }

}  // namespace engine
