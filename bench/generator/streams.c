#define _GNU_SOURCE
#include "generator.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_BYTES = 1 << 14, STOP_PATIENCE_S = 20 };
enum done { WHEN_DELIVERED, WHEN_ACKNOWLEDGED, WHEN_SENT };

/* Fields that are filled in for each message; the list marks them with runs of these letters. */
static const char TIME[] = "TTTTTTTTTTTTTTTT", SLOT[] = "SSSSSS", ID[] = "IIIIIIII-IIII-7RRR-8RRR-";
enum { ID_TIME_HIGH = 8, ID_TIME_LOW = 4, ID_RANDOM_HIGH = 14, ID_RANDOM_LOW = 19, ID_RANDOM_DIGITS = 3 };
/* An odd factor near 2^24 / phi: maps consecutive counts to distinct values that are spread like random ones. */
static const uint32_t SCATTER = 0x9e3779;

struct sender {
  unsigned connection, expected;
  char *text;
  size_t length;
  char *time, *slot, *ref, *id;
};

struct stream {
  struct sender *senders;
  unsigned sender_count, next_sender, in_flight, first_slot, next_slot;
  double per_second;
  enum done done;
  uint64_t started_ns, issued, sent, finished, deliveries, overruns;
  struct histogram delivery, answer;
};

struct slot {
  unsigned stream, remaining;
  uint64_t sent_ns;
};

static struct stream streams[MAX_STREAMS];
static struct slot slots[MAX_SLOTS];
static unsigned stream_count, slot_count, busy_slots;
static uint32_t message_count;
static uint64_t marked_ns, stopping_ns;
static enum { IDLE, RUNNING, STOPPING } state;

static void fill_digits(char *at, uint64_t value, unsigned count) {
  for (unsigned i = count; i-- > 0; value /= 10) at[i] = (char)('0' + value % 10);
}

static void fill_hex(char *at, uint64_t value, unsigned count) {
  for (unsigned i = count; i-- > 0; value >>= 4) at[i] = "0123456789abcdef"[value & 15];
}

/* `connection expected text`, divided by tabs. A `ref` is `1` and the slot, so that it is a number of fixed width. */
static void read_sender(struct sender *sender, char *line) {
  char *rest = line;
  sender->connection = (unsigned)atoi(strsep(&rest, "\t"));
  sender->expected = (unsigned)atoi(strsep(&rest, "\t"));
  sender->text = strdup(rest);
  sender->length = strlen(rest);
  sender->time = strstr(sender->text, TIME);
  sender->slot = sender->time == NULL ? NULL : strstr(sender->time, SLOT);
  sender->ref = strstr(sender->text, "\"ref\":1SSSSSS");
  sender->id = strstr(sender->text, ID);
}

void add_stream(unsigned in_flight, double per_second, const char *done, const char *list) {
  static char line[LINE_BYTES];
  if (stream_count == MAX_STREAMS || slot_count + in_flight > MAX_SLOTS) die("too many streams");
  FILE *file = fopen(list, "r");
  if (file == NULL) die(list);
  struct stream *stream = &streams[stream_count];
  memset(stream, 0, sizeof *stream);
  stream->in_flight = in_flight;
  stream->per_second = per_second;
  stream->done = done[0] == 'd' ? WHEN_DELIVERED : done[0] == 'a' ? WHEN_ACKNOWLEDGED : WHEN_SENT;
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    stream->senders = realloc(stream->senders, (stream->sender_count + 1) * sizeof *stream->senders);
    read_sender(&stream->senders[stream->sender_count++], line);
  }
  fclose(file);
  if (stream->sender_count == 0) die("a stream without senders");
  stream->first_slot = slot_count;
  for (unsigned i = 0; i < in_flight; i++) slots[slot_count++] = (struct slot){.stream = stream_count};
  printf("{\"event\":\"stream\",\"id\":%u}\n", stream_count++);
}

/* A UUID of version 7, as Parley's clients generate it: 48 bits of time, then digits unique to the message. */
static void fill_id(char *id) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
  uint32_t random = ++message_count * SCATTER;
  fill_hex(id, ms >> 16, ID_TIME_HIGH);
  fill_hex(id + ID_TIME_HIGH + 1, ms, ID_TIME_LOW);
  fill_hex(id + ID_RANDOM_HIGH + 1, random >> 12, ID_RANDOM_DIGITS);
  fill_hex(id + ID_RANDOM_LOW + 1, random, ID_RANDOM_DIGITS);
}

/* `due_ns` is the time in the message: latency of a late message counts from when it was due. */
static void send_next(struct stream *stream, unsigned index, uint64_t due_ns) {
  struct slot *slot = &slots[index];
  struct sender *sender = &stream->senders[stream->next_sender];
  stream->next_sender = (stream->next_sender + 1) % stream->sender_count;
  if (sender->time != NULL) fill_digits(sender->time, due_ns, sizeof TIME - 1);
  if (sender->slot != NULL) fill_digits(sender->slot, index, sizeof SLOT - 1);
  if (sender->ref != NULL) fill_digits(sender->ref + 7, index, sizeof SLOT - 1);
  if (sender->id != NULL) fill_id(sender->id);
  queue_text(sender->connection, sender->text, sender->length);
  stream->sent++;
  if (stream->done == WHEN_SENT) return;
  slot->remaining = stream->done == WHEN_DELIVERED ? sender->expected : 1;
  slot->sent_ns = due_ns;
  busy_slots++;
}

static void finish(struct stream *stream, unsigned index, uint64_t now) {
  struct slot *slot = &slots[index];
  record(&stream->answer, now - slot->sent_ns);
  slot->sent_ns = 0;
  busy_slots--;
  stream->finished++;
  if (state == RUNNING && stream->per_second == 0) send_next(stream, index, now);
}

void delivered(unsigned index, uint64_t sent_ns, uint64_t now) {
  if (index >= slot_count) return;
  struct slot *slot = &slots[index];
  struct stream *stream = &streams[slot->stream];
  stream->deliveries++;
  record(&stream->delivery, now - sent_ns);
  if (stream->done != WHEN_DELIVERED || slot->sent_ns != sent_ns) return;
  if (--slot->remaining == 0) finish(stream, index, now);
}

void acknowledged(unsigned index, uint64_t now) {
  if (index >= slot_count) return;
  struct stream *stream = &streams[slots[index].stream];
  if (stream->done == WHEN_ACKNOWLEDGED && slots[index].sent_ns != 0) finish(stream, index, now);
}

void start_streams(void) {
  state = RUNNING;
  mark();
  uint64_t now = now_ns();
  for (unsigned id = 0; id < stream_count; id++) {
    struct stream *stream = &streams[id];
    stream->started_ns = now;
    stream->issued = 0;
    if (stream->per_second > 0) continue;
    for (unsigned i = 0; i < stream->in_flight; i++) send_next(stream, stream->first_slot + i, now);
  }
}

static void send_due(struct stream *stream, uint64_t now) {
  for (;;) {
    uint64_t due_ns = stream->started_ns + (uint64_t)((double)stream->issued / stream->per_second * 1e9);
    if (due_ns > now) return;
    stream->issued++;
    unsigned index = stream->first_slot + stream->next_slot;
    stream->next_slot = (stream->next_slot + 1) % stream->in_flight;
    if (stream->done != WHEN_SENT && slots[index].sent_ns != 0) stream->overruns++;
    else send_next(stream, index, due_ns);
  }
}

void advance_streams(void) {
  if (state == IDLE) return;
  uint64_t now = now_ns();
  if (state == RUNNING) {
    for (unsigned id = 0; id < stream_count; id++) {
      if (streams[id].per_second > 0) send_due(&streams[id], now);
    }
    return;
  }
  if (busy_slots > 0 && now - stopping_ns < STOP_PATIENCE_S * 1000000000ull) return;
  printf("{\"event\":\"stopped\",\"lost\":%u}\n", busy_slots);
  state = IDLE;
}

void stop_streams(void) {
  state = STOPPING;
  stopping_ns = now_ns();
}

void clear_streams(void) {
  for (unsigned id = 0; id < stream_count; id++) {
    for (unsigned i = 0; i < streams[id].sender_count; i++) free(streams[id].senders[i].text);
    free(streams[id].senders);
  }
  stream_count = slot_count = busy_slots = 0;
  printf("{\"event\":\"cleared\"}\n");
}

bool streams_run(void) { return state != IDLE; }

void mark(void) {
  marked_ns = now_ns();
  frames_in = bytes_in = reads = busy_ns = 0;
  for (unsigned id = 0; id < stream_count; id++) {
    struct stream *stream = &streams[id];
    stream->sent = stream->finished = stream->deliveries = stream->overruns = 0;
    memset(&stream->delivery, 0, sizeof stream->delivery);
    memset(&stream->answer, 0, sizeof stream->answer);
  }
}

static void report_stream(const struct stream *stream) {
  typedef unsigned long long wide;
  printf("{\"sent\":%llu,\"finished\":%llu,\"deliveries\":%llu,\"overruns\":%llu,", (wide)stream->sent,
         (wide)stream->finished, (wide)stream->deliveries, (wide)stream->overruns);
  print_histogram("delivery", &stream->delivery);
  printf(",");
  print_histogram("answer", &stream->answer);
  printf("}");
}

void report(void) {
  typedef unsigned long long wide;
  printf("{\"event\":\"report\",\"seconds\":%.6f,\"busySeconds\":%.6f,", (double)(now_ns() - marked_ns) / 1e9,
         (double)busy_ns / 1e9);
  printf("\"frames\":%llu,\"bytes\":%llu,\"reads\":%llu,", (wide)frames_in, (wide)bytes_in, (wide)reads);
  printf("\"closed\":%llu,\"errors\":%llu,\"firstError\":\"%s\",\"streams\":[", (wide)closed_by_peer,
         (wide)errors_in, first_error);
  for (unsigned id = 0; id < stream_count; id++) {
    if (id > 0) printf(",");
    report_stream(&streams[id]);
  }
  printf("]}\n");
}
