/*
 * The load generator: thousands of WebSocket clients in one process, with minimal work per frame. It reads one command
 * per line on stdin, answers each with one line of JSON, and exits at the end of stdin. While streams run, it polls
 * without sleeping, so that no server pays for waking it, and collects events of many sockets before it handles them,
 * which adds up to 20 µs to latencies.
 */
#define _GNU_SOURCE
#include "generator.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FEW_EVENTS = 16, PAUSE_NS = 20000 };

uint64_t busy_ns;

uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

void die(const char *what) {
  perror(what);
  exit(1);
}

static void run_command(const char *line) {
  unsigned first, count;
  double rate;
  char word[16], path[1000];
  if (sscanf(line, "dial %u %u %999s", &first, &count, path) == 3) dial(first, count, path);
  else if (sscanf(line, "drop %u %u", &first, &count) == 2) drop(first, count);
  else if (sscanf(line, "stream %u %lf %15s %999s", &count, &rate, word, path) == 4)
    add_stream(count, rate, word, path);
  else if (strcmp(line, "start") == 0) start_streams(), puts("{\"event\":\"started\"}");
  else if (strcmp(line, "mark") == 0) mark(), puts("{\"event\":\"marked\"}");
  else if (strcmp(line, "report") == 0) report();
  else if (strcmp(line, "stop") == 0) stop_streams();
  else if (strcmp(line, "clear") == 0) clear_streams();
  else fprintf(stderr, "no such command: %s\n", line), exit(2);
}

static void read_commands(void) {
  static char text[1 << 12];
  static size_t length;
  ssize_t count = read(STDIN_FILENO, text + length, sizeof text - 1 - length);
  if (count <= 0) exit(0);
  length += (size_t)count;
  text[length] = 0;
  char *line = text, *end;
  while ((end = strchr(line, '\n')) != NULL) {
    *end = 0;
    run_command(line);
    line = end + 1;
  }
  length -= (size_t)(line - text);
  memmove(text, line, length);
}

static void pause_briefly(void) {
  uint64_t until = now_ns() + PAUSE_NS;
  while (now_ns() < until) {}
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  open_poll(STDIN_FILENO);
  for (;;) {
    bool commanded = false;
    uint64_t before = now_ns();
    int events = poll_once(!streams_run(), &commanded);
    advance_streams();
    if (commanded) read_commands();
    flush_queued();
    if (events > 0) busy_ns += now_ns() - before;
    if (streams_run() && events < FEW_EVENTS) pause_briefly();
  }
}
