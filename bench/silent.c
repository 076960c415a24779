/*
 * silent.c - silent PORT: a partner that takes every connection and says
 * nothing, ever; so that callbacks can be measured without deliveries.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int                fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)strtol(argc > 1 ? argv[1] : "0", NULL, 10));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, BACKLOG) != 0) {
		perror("silent");
		return 1;
	}
	for (;;)
		(void)accept(fd, NULL, NULL); /* kept open until this program ends */
}
