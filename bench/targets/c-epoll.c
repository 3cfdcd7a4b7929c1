/*
 * The lower bound for a broadcast: an epoll loop that forwards each text frame to everyone in the room, with one write per
 * socket for all frames of one iteration. No JSON, no storage, no limits; the upgrade request is not validated.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FDS = 20000, MAX_ROOMS = 4096, INPUT_BYTES = 4096, BATCH_BYTES = 1 << 20, EVENTS = 1024, BACKLOG = 4096 };

struct connection {
  int room;
  int upgraded;
  size_t input_length, rest_length;
  /* Bytes that the socket has not accepted yet. */
  unsigned char *rest;
  unsigned char input[INPUT_BYTES];
};

struct room {
  int *fds, count, capacity, dirty;
  unsigned char *batch;
  size_t batch_length;
};

static struct connection *connections[MAX_FDS];
static struct room rooms[MAX_ROOMS];
static int dirty[MAX_ROOMS], dirty_count, poll_fd;

static void watch(int fd, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(poll_fd, operation, fd, &event);
}

static void leave(int fd) {
  struct connection *connection = connections[fd];
  struct room *room = &rooms[connection->room];
  for (int i = 0; connection->upgraded && i < room->count; i++) {
    if (room->fds[i] == fd) room->fds[i] = room->fds[--room->count];
  }
  close(fd);
  free(connection->rest);
  free(connection);
  connections[fd] = NULL;
}

static void send_bytes(int fd, const unsigned char *bytes, size_t length) {
  struct connection *connection = connections[fd];
  if (connection->rest_length == 0) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return; /* The next read reports the closed socket. */
    if (sent == (ssize_t)length) return;
    if (sent > 0) bytes += sent, length -= (size_t)sent;
    watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  connection->rest = realloc(connection->rest, connection->rest_length + length);
  memcpy(connection->rest + connection->rest_length, bytes, length);
  connection->rest_length += length;
}

static void send_rest(int fd) {
  struct connection *connection = connections[fd];
  ssize_t sent = send(fd, connection->rest, connection->rest_length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent <= 0) return;
  connection->rest_length -= (size_t)sent;
  memmove(connection->rest, connection->rest + sent, connection->rest_length);
  if (connection->rest_length == 0) watch(fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void flush(struct room *room) {
  for (int i = 0; i < room->count; i++) send_bytes(room->fds[i], room->batch, room->batch_length);
  room->batch_length = 0;
}

static void broadcast(int index, const unsigned char *payload, size_t length) {
  struct room *room = &rooms[index];
  if (room->batch == NULL) room->batch = malloc(BATCH_BYTES);
  if (room->batch_length + length + 4 > BATCH_BYTES) flush(room);
  unsigned char *out = room->batch + room->batch_length;
  size_t header = length < 126 ? 2 : 4;
  out[0] = 0x81;
  out[1] = length < 126 ? (unsigned char)length : 126;
  if (header == 4) out[2] = (unsigned char)(length >> 8), out[3] = (unsigned char)length;
  memcpy(out + header, payload, length);
  room->batch_length += header + length;
  if (!room->dirty) room->dirty = 1, dirty[dirty_count++] = index;
}

static void take(struct connection *connection, size_t used) {
  connection->input_length -= used;
  memmove(connection->input, connection->input + used, connection->input_length);
}

static void upgrade(int fd, struct connection *connection) {
  static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  unsigned char *end = memmem(connection->input, connection->input_length, "\r\n\r\n", 4);
  unsigned index = 0;
  if (end == NULL || sscanf((char *)connection->input, "GET /%u", &index) != 1 || index >= MAX_ROOMS) return;
  struct room *room = &rooms[index];
  if (room->count == room->capacity) {
    room->capacity = 2 * room->capacity + 8;
    room->fds = realloc(room->fds, (size_t)room->capacity * sizeof *room->fds);
  }
  room->fds[room->count++] = fd;
  connection->room = (int)index;
  connection->upgraded = 1;
  take(connection, (size_t)(end + 4 - connection->input));
  send_bytes(fd, (const unsigned char *)ANSWER, sizeof ANSWER - 1);
}

static void take_frames(struct connection *connection) {
  size_t at = 0;
  while (connection->input_length - at >= 8) {
    unsigned char *frame = connection->input + at;
    size_t length = frame[1] & 127, header = 6;
    if (length == 126) header = 8, length = (size_t)frame[2] << 8 | frame[3];
    if (connection->input_length - at < header + length) break;
    unsigned char *mask = frame + header - 4, *payload = frame + header;
    for (size_t i = 0; i < length; i++) payload[i] ^= mask[i & 3];
    if ((frame[0] & 15) == 1) broadcast(connection->room, payload, length);
    at += header + length;
  }
  take(connection, at);
}

static void receive(int fd) {
  struct connection *connection = connections[fd];
  ssize_t count = read(fd, connection->input + connection->input_length, INPUT_BYTES - connection->input_length);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    leave(fd);
    return;
  }
  connection->input_length += (size_t)count;
  if (!connection->upgraded) upgrade(fd, connection);
  if (connection->upgraded) take_frames(connection);
}

static void accept_all(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MAX_FDS) exit(1);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd] = calloc(1, sizeof **connections);
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

int main(void) {
  static struct epoll_event events[EVENTS];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, BACKLOG)) return perror("listen"), 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  poll_fd = epoll_create1(0);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  for (;;) {
    int count = epoll_wait(poll_fd, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) accept_all(listener);
      else if (events[i].events & EPOLLOUT) send_rest(fd);
      else receive(fd);
    }
    for (int i = 0; i < dirty_count; i++) rooms[dirty[i]].dirty = 0, flush(&rooms[dirty[i]]);
    dirty_count = 0;
  }
}
