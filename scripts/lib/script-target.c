// A program for MISC_CHECK that does nearly nothing: one byte for each run goes to the file in its argument.
#include <fcntl.h>
#include <unistd.h>

int main(int count, char **arguments) {
  int fd = open(arguments[count - 1], O_WRONLY | O_APPEND | O_CLOEXEC);
  return fd >= 0 && write(fd, "x", 1) == 1 ? 0 : 1;
}
