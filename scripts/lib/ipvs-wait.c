// Waits until a service of IPVS has a number of real servers, or none is left, and says when that was. A look
// is one system call: reading /proc/net/ip_vs costs the kernel lab as much as what is being measured.
// Arguments: process, services, and with one or more of these: address, port, real servers of that service.
#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REST_US = 2000 };

static unsigned services(int fd) {
  struct ip_vs_getinfo info;
  socklen_t size = sizeof info;
  return getsockopt(fd, IPPROTO_IP, IP_VS_SO_GET_INFO, &info, &size) < 0 ? 0 : info.num_services;
}

static unsigned servers(int fd, const char *address, int port) {
  struct ip_vs_service_entry entry;
  memset(&entry, 0, sizeof entry);
  entry.protocol = IPPROTO_TCP;
  inet_pton(AF_INET, address, &entry.addr);
  entry.port = htons((unsigned short)port);
  socklen_t size = sizeof entry;
  return getsockopt(fd, IPPROTO_IP, IP_VS_SO_GET_SERVICE, &entry, &size) < 0 ? 0 : entry.num_dests;
}

int main(int count, char **arguments) {
  if (count != 3 && count != 6) return 2;
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) return 2;
  pid_t daemon = atoi(arguments[1]);
  unsigned wanted = (unsigned)atoi(arguments[2]);
  while (services(fd) != wanted ||
         (count == 6 && servers(fd, arguments[3], atoi(arguments[4])) != (unsigned)atoi(arguments[5]))) {
    if (kill(daemon, 0) < 0) break;
    usleep(REST_US);
  }
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  printf("%lld.%03ld\n", (long long)now.tv_sec, now.tv_nsec / 1000000);
  return 0;
}
