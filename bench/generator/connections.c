#define _GNU_SOURCE
#include "generator.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 18, INPUT_BYTES = 1 << 23, EVENTS = 1024, MAX_AFTERS = 32, LINE_BYTES = 1 << 14 };
enum { OPCODE_TEXT = 1, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

enum stage { ABSENT, CONNECTING, UPGRADING, AWAITING_READY, CATCHING_UP, OPEN };

struct connection {
  int fd;
  enum stage stage;
  bool dirty;
  uint64_t dialed_ns;
  /* One line of the list; the fields below point into it. */
  char *line, *source, *path, *token, *after[MAX_AFTERS];
  unsigned port, afters, bodies_wanted, bodies;
  /* The beginning of an incomplete frame. */
  unsigned char *partial;
  size_t partial_length;
  unsigned char *out;
  size_t out_length, out_capacity;
};

/* The prefix of time and slot in every message of every target. */
static const char MARK[] = "\"body\":\"~";
enum { MARK_LENGTH = sizeof MARK - 1, TIME_DIGITS = 16, SLOT_DIGITS = 6 };

uint64_t frames_in, bytes_in, reads, closed_by_peer, errors_in;
char first_error[200];

static struct connection connections[MAX_CONNECTIONS];
static unsigned dirty[MAX_CONNECTIONS], dirty_count;
static unsigned char input[INPUT_BYTES];
static int poll_fd;

/* Only one dial runs at a time. */
static struct {
  unsigned first, next, end, parallel, under_way, refused;
  char hello[64], ready[64];
  uint64_t started_ns;
  struct histogram whole;
  bool running;
} dialing;

static void dial_next(void);

static void watch(unsigned index, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = index};
  if (epoll_ctl(poll_fd, operation, connections[index].fd, &event)) die("epoll_ctl");
}

void open_poll(int stdin_fd) {
  poll_fd = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, stdin_fd, &event)) die("epoll_ctl");
}

static void release(struct connection *connection) {
  /* A reset leaves no port behind in TIME_WAIT. */
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(connection->fd);
  free(connection->line);
  free(connection->partial);
  free(connection->out);
  *connection = (struct connection){0};
}

static void finish_dial(struct connection *connection, bool up) {
  if (up) record(&dialing.whole, now_ns() - connection->dialed_ns);
  else dialing.refused++;
  dialing.under_way--;
  dial_next();
}

static void keep_error(const unsigned char *text, size_t length) {
  if (errors_in++ > 0) return;
  size_t kept = length < sizeof first_error - 1 ? length : sizeof first_error - 1;
  for (size_t i = 0; i < kept; i++) {
    bool plain = text[i] >= ' ' && text[i] < 127 && text[i] != '"' && text[i] != '\\';
    first_error[i] = plain ? (char)text[i] : '\'';
  }
}

static void lose(unsigned index) {
  struct connection *connection = &connections[index];
  bool was_dialing = connection->stage != OPEN;
  if (!was_dialing) closed_by_peer++;
  else keep_error((const unsigned char *)"closed during the handshake", 27);
  release(connection);
  if (was_dialing) finish_dial(connection, false);
}

void queue_text(unsigned index, const char *text, size_t length) {
  struct connection *connection = &connections[index];
  if (connection->fd == 0) return;
  if (connection->out_length + length + 8 > connection->out_capacity) {
    connection->out_capacity = 2 * connection->out_capacity + length + 512;
    connection->out = realloc(connection->out, connection->out_capacity);
  }
  /* The masking key is zero, so the payload is sent unchanged; servers unmask it as usual. */
  unsigned char *out = connection->out + connection->out_length;
  bool is_short = length < 126;
  out[0] = 0x80 | OPCODE_TEXT;
  out[1] = 0x80 | (is_short ? (unsigned char)length : 126);
  if (!is_short) out[2] = (unsigned char)(length >> 8), out[3] = (unsigned char)length;
  size_t header = is_short ? 6 : 8;
  memset(out + header - 4, 0, 4);
  memcpy(out + header, text, length);
  connection->out_length += header + length;
  if (!connection->dirty) connection->dirty = true, dirty[dirty_count++] = index;
}

void flush_queued(void) {
  for (unsigned i = 0; i < dirty_count; i++) {
    struct connection *connection = &connections[dirty[i]];
    if (connection->out_length == 0) continue;
    ssize_t written = send(connection->fd, connection->out, connection->out_length, MSG_NOSIGNAL | MSG_DONTWAIT);
    /* The next read reports a closed socket. */
    if (written < 0) written = errno == EAGAIN ? 0 : (ssize_t)connection->out_length;
    connection->out_length -= (size_t)written;
    memmove(connection->out, connection->out + written, connection->out_length);
    connection->dirty = false;
    if (connection->out_length > 1 << 20) die("a server does not read what it is sent");
  }
  unsigned flushed = dirty_count;
  dirty_count = 0;
  for (unsigned i = 0; i < flushed; i++) {
    struct connection *connection = &connections[dirty[i]];
    if (connection->out_length > 0) connection->dirty = true, dirty[dirty_count++] = dirty[i];
  }
}

static void pong(unsigned index, const unsigned char *payload, size_t length) {
  unsigned char frame[131] = {0x80 | OPCODE_PONG, 0x80 | (unsigned char)length};
  memcpy(frame + 6, payload, length);
  if (send(connections[index].fd, frame, 6 + length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

static uint64_t digits(const unsigned char *text, unsigned count) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; i++) value = value * 10 + (text[i] - '0');
  return value;
}

static bool starts_with(const unsigned char *text, size_t length, const char *start) {
  size_t wanted = strlen(start);
  return length >= wanted && memcmp(text, start, wanted) == 0;
}

static void become_open(struct connection *connection) {
  connection->stage = OPEN;
  finish_dial(connection, true);
}

/* A frame of a connection whose handshake is not complete. */
static void continue_handshake(unsigned index, const unsigned char *text, size_t length) {
  struct connection *connection = &connections[index];
  if (connection->stage == AWAITING_READY) {
    if (memmem(text, length, dialing.ready, strlen(dialing.ready)) == NULL) return;
    for (unsigned i = 0; i < connection->afters; i++) queue_text(index, connection->after[i], strlen(connection->after[i]));
    connection->stage = CATCHING_UP;
  } else if (starts_with(text, length, "{\"type\":\"events\"")) {
    const unsigned char *end = text + length;
    while ((text = memmem(text, (size_t)(end - text), MARK, MARK_LENGTH)) != NULL) {
      connection->bodies++;
      text += MARK_LENGTH;
    }
  }
  if (connection->bodies >= connection->bodies_wanted) become_open(connection);
}

static void handle_text(unsigned index, const unsigned char *text, size_t length) {
  /* Messages of one target have the same layout, so the previous offset of the mark is tried first. */
  static size_t hint;
  frames_in++;
  if (connections[index].stage != OPEN) return continue_handshake(index, text, length);
  const unsigned char *found = text + hint;
  if (length < hint + MARK_LENGTH + TIME_DIGITS + SLOT_DIGITS || memcmp(found, MARK, MARK_LENGTH) != 0) {
    found = memmem(text, length, MARK, MARK_LENGTH);
    if (found != NULL) hint = (size_t)(found - text);
  }
  if (found != NULL) {
    uint64_t sent_ns = digits(found + MARK_LENGTH, TIME_DIGITS);
    delivered((unsigned)digits(found + MARK_LENGTH + TIME_DIGITS, SLOT_DIGITS), sent_ns, now_ns());
  } else if (starts_with(text, length, "{\"type\":\"ok\",\"ref\":1")) {
    acknowledged((unsigned)digits(text + 20, SLOT_DIGITS), now_ns());
  } else if (starts_with(text, length, "{\"type\":\"error\"")) {
    keep_error(text, length);
  } else if (length == 1 && text[0] == '2') {
    queue_text(index, "3", 1); /* Engine.IO's ping. */
  }
}

/* Handles complete frames and returns their size in bytes; 0 for a closed connection. */
static size_t take_frames(unsigned index, const unsigned char *bytes, size_t length) {
  size_t at = 0;
  while (length - at >= 2) {
    const unsigned char *frame = bytes + at;
    size_t header = 2, payload = frame[1] & 127;
    if (payload == 126) {
      if (length - at < 4) break;
      header = 4, payload = (size_t)frame[2] << 8 | frame[3];
    } else if (payload == 127) {
      if (length - at < 10) break;
      header = 10, payload = 0;
      for (int i = 2; i < 10; i++) payload = payload << 8 | frame[i];
    }
    if (length - at < header + payload) break;
    unsigned opcode = frame[0] & 15;
    if (opcode == OPCODE_TEXT) handle_text(index, frame + header, payload);
    else if (opcode == OPCODE_PING) pong(index, frame + header, payload);
    else if (opcode == OPCODE_CLOSE) {
      keep_error(frame + header, payload);
      return lose(index), 0;
    }
    at += header + payload;
  }
  return at;
}

/* Handles the response to the upgrade; returns its length, or 0 when it is incomplete or a refusal. */
static size_t take_upgrade(unsigned index, unsigned char *bytes, size_t length) {
  struct connection *connection = &connections[index];
  unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (!starts_with(bytes, length, "HTTP/1.1 101")) {
    keep_error(bytes, length);
    return lose(index), 0;
  }
  if (dialing.hello[0] != 0) queue_text(index, dialing.hello, strlen(dialing.hello));
  connection->stage = AWAITING_READY;
  if (dialing.ready[0] == 0) become_open(connection);
  return (size_t)(end + 4 - bytes);
}

/* Reads once and handles the input. Returns whether there may be more. */
static bool receive(unsigned index) {
  struct connection *connection = &connections[index];
  size_t length = connection->partial_length;
  if (length > 0) memcpy(input, connection->partial, length);
  if (length > INPUT_BYTES - READ_BYTES) die("a frame is too large");
  ssize_t count = read(connection->fd, input + length, READ_BYTES);
  if (count < 0 && errno == EAGAIN) return false;
  if (count <= 0) return lose(index), false;
  reads++;
  bytes_in += (uint64_t)count;
  length += (size_t)count;
  size_t used = connection->stage == UPGRADING ? take_upgrade(index, input, length) : 0;
  if (connection->stage >= AWAITING_READY) used += take_frames(index, input + used, length - used);
  if (connection->stage == ABSENT) return false;
  size_t rest = length - used;
  if (rest > connection->partial_length || connection->partial == NULL) {
    if (rest > 0) connection->partial = realloc(connection->partial, rest);
  }
  if (rest > 0) memcpy(connection->partial, input + used, rest);
  if (rest == 0 && connection->partial != NULL) free(connection->partial), connection->partial = NULL;
  connection->partial_length = rest;
  return count == READ_BYTES;
}

static void send_upgrade(unsigned index) {
  struct connection *connection = &connections[index];
  char request[LINE_BYTES];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
                        "Authorization: Bearer %s\r\n\r\n",
                        connection->path, connection->port, connection->token);
  connection->stage = UPGRADING;
  /* Edge-triggered: the kernel checks each socket once instead of twice. */
  watch(index, EPOLL_CTL_MOD, EPOLLIN | EPOLLET);
  if (send(connection->fd, request, (size_t)length, MSG_NOSIGNAL) != length) lose(index);
}

static void open_socket(unsigned index) {
  struct connection *connection = &connections[index];
  int one = 1;
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
  inet_pton(AF_INET, connection->source, &from.sin_addr);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons((uint16_t)connection->port);
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (connection->fd < 0) die("socket");
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  /* The kernel chooses the port at connect, so each source address can use all ports for each server. */
  setsockopt(connection->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind(connection->fd, (struct sockaddr *)&from, sizeof from)) die("bind");
  if (connect(connection->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) die("connect");
  connection->stage = CONNECTING;
  connection->dialed_ns = now_ns();
  watch(index, EPOLL_CTL_ADD, EPOLLOUT);
}

static void dial_next(void) {
  while (dialing.under_way < dialing.parallel && dialing.next < dialing.end) {
    dialing.under_way++;
    open_socket(dialing.next++);
  }
  if (!dialing.running || dialing.under_way > 0) return;
  dialing.running = false;
  double seconds = (double)(now_ns() - dialing.started_ns) / 1e9;
  printf("{\"event\":\"dialed\",\"count\":%u,\"refused\":%u,\"seconds\":%.4f,\"firstError\":\"%s\",",
         dialing.end - dialing.first - dialing.refused, dialing.refused, seconds, first_error);
  print_histogram("whole", &dialing.whole);
  printf("}\n");
}

/* `source port path token bodies after…`, divided by tabs. */
static void read_line(struct connection *connection, char *line) {
  *connection = (struct connection){.line = strdup(line)};
  char *rest = connection->line, *field;
  connection->source = strsep(&rest, "\t");
  connection->port = (unsigned)atoi(strsep(&rest, "\t"));
  connection->path = strsep(&rest, "\t");
  connection->token = strsep(&rest, "\t");
  connection->bodies_wanted = (unsigned)atoi(strsep(&rest, "\t"));
  while ((field = strsep(&rest, "\t")) != NULL && connection->afters < MAX_AFTERS) {
    connection->after[connection->afters++] = field;
  }
}

void dial(unsigned first, unsigned parallel, const char *list) {
  static char line[LINE_BYTES];
  FILE *file = fopen(list, "r");
  if (file == NULL) die(list);
  memset(&dialing, 0, sizeof dialing);
  dialing.first = dialing.next = dialing.end = first;
  dialing.parallel = parallel;
  /* The first line: the frame to send after the upgrade, and a part of the frame that completes the handshake. */
  if (fgets(line, sizeof line, file) == NULL) die("the list is empty");
  if (sscanf(line, "hello=%63[^\t]\tready=%63[^\n]", dialing.hello, dialing.ready) != 2) die("the list has no header");
  if (strcmp(dialing.hello, "-") == 0) dialing.hello[0] = 0;
  if (strcmp(dialing.ready, "-") == 0) dialing.ready[0] = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (dialing.end >= MAX_CONNECTIONS) die("too many connections");
    line[strcspn(line, "\n")] = 0;
    read_line(&connections[dialing.end++], line);
  }
  fclose(file);
  dialing.started_ns = now_ns();
  dialing.running = true;
  dial_next();
}

void drop(unsigned first, unsigned count) {
  unsigned dropped = 0;
  for (unsigned index = first; index < first + count && index < MAX_CONNECTIONS; index++) {
    if (connections[index].fd == 0) continue;
    release(&connections[index]);
    dropped++;
  }
  printf("{\"event\":\"dropped\",\"count\":%u}\n", dropped);
}

int poll_once(bool wait, bool *stdin_ready) {
  static struct epoll_event events[EVENTS];
  int count = epoll_wait(poll_fd, events, EVENTS, wait ? -1 : 0);
  for (int i = 0; i < count; i++) {
    unsigned index = events[i].data.u32;
    if (index == UINT32_MAX) *stdin_ready = true;
    else if (connections[index].stage == CONNECTING) send_upgrade(index);
    else while (connections[index].stage != ABSENT && receive(index)) {}
  }
  return count;
}
