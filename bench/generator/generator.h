/* Shared declarations of the load generator. */
#ifndef GENERATOR_H
#define GENERATOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limit is 20,000 open files; stdin, stdout, stderr, epoll and a list need one each. */
enum { MAX_CONNECTIONS = 19900, MAX_STREAMS = 8, MAX_SLOTS = 65536 };

uint64_t now_ns(void);
void die(const char *what);
/* Time spent on anything but empty polls. */
extern uint64_t busy_ns;

/* connections.c: sockets, handshakes, frames in and out. */
extern uint64_t frames_in, bytes_in, reads, closed_by_peer, errors_in;
extern char first_error[200];
void open_poll(int stdin_fd);
/* Handles what is ready; waits for it when `wait` is set. Returns the number of events; sets `stdin_ready` if one is stdin. */
int poll_once(bool wait, bool *stdin_ready);
/* Connects the clients of a list, the first with index `first`. Prints a report when all are connected or refused. */
void dial(unsigned first, unsigned parallel, const char *list);
void drop(unsigned first, unsigned count);
/* Queues a text frame until the end of this iteration. */
void queue_text(unsigned connection, const char *text, size_t length);
void flush_queued(void);

/* streams.c: schedules messages and tracks them until they are done. */
void add_stream(unsigned in_flight, double per_second, const char *done, const char *list);
void start_streams(void);
void stop_streams(void);
void clear_streams(void);
bool streams_run(void);
/* Sends messages that are due; completes a stop when nothing is in flight. */
void advance_streams(void);
void delivered(unsigned slot, uint64_t sent_ns, uint64_t now);
void acknowledged(unsigned slot, uint64_t now);
/* Resets all figures. */
void mark(void);
void report(void);

/* histogram.c: latencies in nanoseconds, with a resolution of 1.6 %. */
enum { SUB_BUCKETS = 64, BUCKETS = 64 * SUB_BUCKETS };
struct histogram {
  uint64_t counts[BUCKETS], count, max;
};
void record(struct histogram *histogram, uint64_t ns);
void print_histogram(const char *name, const struct histogram *histogram);

#endif
