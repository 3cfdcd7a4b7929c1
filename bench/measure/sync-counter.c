/* Preloaded into a process: counts its fsync and fdatasync calls and the time they take, in the file SYNC_COUNTER. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct counter {
  uint64_t calls, nanoseconds;
};

static struct counter *counter;
static int (*real_fsync)(int), (*real_fdatasync)(int);

__attribute__((constructor)) static void open_counter(void) {
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char *path = getenv("SYNC_COUNTER");
  int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate(fd, sizeof *counter)) return;
  void *memory = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) counter = memory;
  close(fd);
}

static int counted(int (*call)(int), int fd) {
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  int result = call(fd);
  clock_gettime(CLOCK_MONOTONIC, &to);
  if (counter == NULL) return result;
  int64_t took = (to.tv_sec - from.tv_sec) * 1000000000ll + to.tv_nsec - from.tv_nsec;
  __atomic_add_fetch(&counter->calls, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch(&counter->nanoseconds, (uint64_t)took, __ATOMIC_RELAXED);
  return result;
}

int fsync(int fd) { return counted(real_fsync, fd); }
int fdatasync(int fd) { return counted(real_fdatasync, fd); }
