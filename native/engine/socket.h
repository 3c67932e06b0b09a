// Sockets that came with rules. Rules of one socket share the descriptor.
#pragma once
#include <cstdint>

namespace engine {

struct Socket {
  int fd;
  uint64_t inode;
  uint32_t users;
  Socket *next;
};

class Sockets {
 public:
  // Takes the descriptor over, also when it is no socket: then nullptr.
  Socket *Share(int fd);
  void Leave(Socket *socket);

 private:
  Socket *first_ = nullptr;
};

}  // namespace engine
