#include "socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "memory.h"

namespace engine {

// A socket that is known already is used through the descriptor that is there.
Socket *Sockets::Share(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode)) {
    if (fd >= 0) close(fd);
    return nullptr;
  }
  for (Socket *one = first_; one != nullptr; one = one->next) {
    if (one->inode != status.st_ino) continue;
    close(fd);
    one->users += 1;
    return one;
  }
  Socket *made = static_cast<Socket *>(Allocate(sizeof *made));
  if (made == nullptr) {
    close(fd);
    return nullptr;
  }
  *made = {fd, status.st_ino, 1, first_};
  first_ = made;
  return made;
}

void Sockets::Leave(Socket *socket) {
  socket->users -= 1;
  if (socket->users > 0) return;
  Socket **link = &first_;
  while (*link != socket) link = &(*link)->next;
  *link = socket->next;
  close(socket->fd);
  free(socket);
}

}  // namespace engine
