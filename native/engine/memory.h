// Memory of rules. All of it is locked, up to a limit where the right to exceed that was not there: what does
// not fit is worth more than the lock.
#pragma once

#include <sys/mman.h>

#include <cstdlib>

namespace engine {

inline void *Resize(void *block, size_t size) {
  void *made = realloc(block, size);
  if (made != nullptr) return made;
  munlockall();
  return realloc(block, size);
}

inline void *Allocate(size_t size) { return Resize(nullptr, size); }

}  // namespace engine
