// What the bench of checks connects to: a server that costs as little as it can, so that the machine is left
// to the daemon. Arguments: port, `tcp` or `http`. Prints one line a second: how many connections it took,
// and how unevenly they came (standard deviation over mean of a hundred slices of the second).
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

constexpr int kSlices = 100;
constexpr long kSliceNs = 1000000000L / kSlices;
constexpr char kAnswer[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n";

long taken = 0;
long slices[kSlices] = {};
time_t second = 0;

void Tell(const timespec& now) {
  if (now.tv_sec == second) return;
  double mean = static_cast<double>(taken) / kSlices;
  double squares = 0;
  for (long slice : slices) squares += (slice - mean) * (slice - mean);
  std::printf("%ld %.3f\n", taken, mean > 0 ? std::sqrt(squares / kSlices) / mean : 0);
  std::fflush(stdout);
  second = now.tv_sec;
  taken = 0;
  std::memset(slices, 0, sizeof(slices));
}

void Answer(int fd) {
  char request[4096];
  if (recv(fd, request, sizeof(request), 0) > 0) send(fd, kAnswer, sizeof(kAnswer) - 1, MSG_NOSIGNAL);
  close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  bool http = std::strcmp(argv[2], "http") == 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0 || listen(listener, 65535) < 0) {
    std::perror("check-target");
    return 1;
  }
  int poll = epoll_create1(0);
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = listener;
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  epoll_event ready[256];
  for (;;) {
    int count = epoll_wait(poll, ready, 256, 100);
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    Tell(now);
    for (int i = 0; i < count; i++) {
      if (ready[i].data.fd != listener) {
        Answer(ready[i].data.fd);
        continue;
      }
      for (int accepted = 0; accepted < 512; accepted++) {
        int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) break;
        taken++;
        slices[now.tv_nsec / kSliceNs]++;
        if (!http) {
          close(fd);
          continue;
        }
        event.events = EPOLLIN | EPOLLRDHUP;
        event.data.fd = fd;
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
      }
    }
  }
}
