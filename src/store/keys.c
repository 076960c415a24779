/*
 * keys.c - see keys.h.  The file is one line: "keepline-key-1 " and 64 hex digits.
 */
#include "store/keys.h"

#include "base/log.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_HEAD "keepline-key-1 "
#define FILE_SIZE (sizeof(FILE_HEAD) - 1 + KEY_SIZE * 2 + 1)

static bool owner_only(int fd);

enum err keys_create(const char *path, const struct rand *rand)
{
	static const char digits[] = "0123456789abcdef";
	char              text[FILE_SIZE];
	uint8_t           master[KEY_SIZE];
	char             *at = text + sizeof(FILE_HEAD) - 1;
	int               fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool              written;

	if (fd < 0) {
		return errno == EEXIST ? ERR_BUSY : ERR_DISK;
	}
	rand->fill(rand->ctx, master, sizeof(master));
	memcpy(text, FILE_HEAD, sizeof(FILE_HEAD) - 1);
	for (size_t i = 0; i < KEY_SIZE; i++) {
		*at++ = digits[master[i] >> 4];
		*at++ = digits[master[i] & 15];
	}
	*at = '\n';
	written = write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && fsync(fd) == 0;
	explicit_bzero(master, sizeof(master));
	explicit_bzero(text, sizeof(text));
	if (close(fd) != 0 || !written) {
		(void)unlink(path);
		return ERR_DISK;
	}
	return ERR_OK;
}

enum err keys_open(const char *path, struct keys *ret)
{
	char         text[FILE_SIZE] = { 0 };
	struct key   master;
	struct arena arena;
	struct str   bytes;
	int          fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool         good;

	if (fd < 0) {
		return ERR_CONFIG;
	}
	good = owner_only(fd) && read(fd, text, sizeof(text)) == (ssize_t)sizeof(text);
	(void)close(fd);
	arena_init(&arena, 4096);
	good = good && memcmp(text, FILE_HEAD, sizeof(FILE_HEAD) - 1) == 0 &&
	       hex_decode(&arena,
	                  (struct str){ .ptr = text + sizeof(FILE_HEAD) - 1, .len = KEY_SIZE * 2 },
	                  &bytes) &&
	       bytes.len == KEY_SIZE;
	if (good) {
		memcpy(master.byte, bytes.ptr, KEY_SIZE);
		keys_from(&master, ret);
		explicit_bzero(&master, sizeof(master));
	}
	arena_free(&arena);
	explicit_bzero(text, sizeof(text));
	return good ? ERR_OK : ERR_CONFIG;
}

void keys_from(const struct key *master, struct keys *ret)
{
	key_derive(master, STR("public id 1"), &ret->public_id);
	key_derive(master, STR("order number 1"), &ret->number);
	key_derive(master, STR("identifier 1"), &ret->identifier);
	key_derive(master, STR("personal 1"), &ret->personal);
	key_derive(master, STR("blind index 1"), &ret->blind);
	key_derive(master, STR("password pepper 1"), &ret->pepper);
	key_derive(master, STR("token 1"), &ret->token);
	key_derive(master, STR("sandbox gateway 1"), &ret->sandbox);
}

static bool owner_only(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		log_line(LOG_ERROR, "the key file must be readable by its owner alone",
		         LOG_TEXT("remedy", STR("chmod 600")));
		return false;
	}
	return true;
}
