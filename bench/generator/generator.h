/* What the parts of the load generator share. */
#ifndef GENERATOR_H
#define GENERATOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A process here holds at most 20,000 files; one is kept free for each of stdin, stdout, stderr, epoll and a list. */
enum { MAX_CONNECTIONS = 19900, MAX_STREAMS = 8, MAX_SLOTS = 65536 };

uint64_t now_ns(void);
void die(const char *what);
/* Time spent on anything but empty polls. */
extern uint64_t busy_ns;

/* connections.c: sockets, handshakes, frames in and out. */
extern uint64_t frames_in, bytes_in, reads, closed_by_peer, errors_in;
extern char first_error[200];
void open_poll(int stdin_fd);
/* Handles what is ready; waits for it when `wait` is set. Tells how many events there were and if stdin is one. */
int poll_once(bool wait, bool *stdin_ready);
/* Dials the connections that a list names, the first with index `first`. Reports when all are up or refused. */
void dial(unsigned first, unsigned parallel, const char *list);
void drop(unsigned first, unsigned count);
/* Queues a text frame for the end of this turn. */
void say(unsigned connection, const char *text, size_t length);
void flush_said(void);

/* streams.c: who sends what, when, and what becomes of it. */
void add_stream(unsigned in_flight, double per_second, const char *done, const char *list);
void start_streams(void);
void stop_streams(void);
void clear_streams(void);
bool streams_run(void);
/* Sends what is due; ends a stop once nothing is in flight any more. */
void tend_streams(void);
void delivered(unsigned slot, uint64_t sent_ns, uint64_t now);
void acknowledged(unsigned slot, uint64_t now);
/* Forgets all figures: from here on counts. */
void mark(void);
void report(void);

/* histogram.c: latencies in nanoseconds, each known to 1.6 %. */
enum { SUB_BUCKETS = 64, BUCKETS = 64 * SUB_BUCKETS };
struct histogram {
  uint64_t counts[BUCKETS], count, max;
};
void record(struct histogram *histogram, uint64_t ns);
void print_histogram(const char *name, const struct histogram *histogram);

#endif
