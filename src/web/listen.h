/*
 * listen.h - sockets to listen on: our own, or those systemd hands over; and
 * the few words spoken with systemd (sd_notify(3), sd_listen_fds(3)), without
 * its library.
 */
#pragma once
#include "base/arena.h"

#define LISTEN_BACKLOG 1024

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses; port 0: any free
 * one).  The socket does not block.  On ERR_CONFIG or ERR_BUSY *problem says
 * what to mend. */
enum err listen_open(struct arena *arena, struct str address, int *ret_fd, struct str *problem);
/* The socket that systemd passed as number `index` (socket activation); -1: none. */
int listen_passed(int index);
/* The port of a listening socket. */
uint16_t listen_port(int fd);
/* Does this address mean loopback only? */
bool listen_is_loopback(struct str address);

/* Tells systemd: "READY=1", "STOPPING=1", "WATCHDOG=1".  Quiet without it. */
void notify_systemd(const char *state);
/* How often systemd wants to hear WATCHDOG=1, halved; 0: never. */
int64_t notify_watchdog_ms(void);
