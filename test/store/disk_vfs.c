/*
 * disk_vfs.c - SQLite's way to the disk of disk.h.  One disk at a time; its
 * methods are serialised, so that a threaded writer may use it too.
 */
#include "disk_part.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct handle {
	sqlite3_file      base;
	struct disk_file *file;
	int               level; /* SQLITE_LOCK_… */
	unsigned          shm_shared, shm_exclusive;
	bool              shm, deletes;
};

static struct disk    *the_disk;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define LOCKED(name, parameters, arguments) \
	static int name##_now parameters; \
	static int name       parameters \
	{ \
		int code; \
		pthread_mutex_lock(&mutex); \
		code = name##_now arguments; \
		pthread_mutex_unlock(&mutex); \
		return code; \
	} \
	static int name##_now parameters

/* ---- a file ----------------------------------------------------------------- */

static struct handle *handle_of(sqlite3_file *base)
{
	return (struct handle *)base;
}

LOCKED(file_read, (sqlite3_file * base, void *bytes, int count, sqlite3_int64 offset),
       (base, bytes, count, offset))
{
	struct disk_file *file = handle_of(base)->file;
	size_t            at = (size_t)offset, wanted = (size_t)count, have = 0;

	if (the_disk->dead && !the_disk->calm)
		return SQLITE_IOERR_READ;
	if (at < file->now_len)
		have = file->now_len - at < wanted ? file->now_len - at : wanted;
	if (disk_fault_now(the_disk, DISK_READ_FAILS)) {
		memcpy(bytes, file->now + at, have / 2);
		return SQLITE_IOERR_READ;
	}
	if (have > 0)
		memcpy(bytes, file->now + at, have);
	memset((char *)bytes + have, 0, wanted - have);
	return have == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

LOCKED(file_write, (sqlite3_file * base, const void *bytes, int count, sqlite3_int64 offset),
       (base, bytes, count, offset))
{
	struct disk_file *file = handle_of(base)->file;
	size_t            at = (size_t)offset, len = (size_t)count;
	int               code = SQLITE_OK;

	the_disk->counts.writes++;
	if (!disk_change_begins(the_disk)) {
		/* The one that was under way may have come half through. */
		if (the_disk->op_count == the_disk->die_at)
			disk_remember(file, at, bytes, (size_t)disk_between(the_disk, 0, count),
			              false);
		return SQLITE_IOERR_WRITE;
	}
	if (at + len > file->now_len && disk_fault_now(the_disk, DISK_FULL))
		return SQLITE_FULL;
	if (disk_fault_now(the_disk, DISK_WRITE_FAILS)) {
		len /= 2;
		code = SQLITE_IOERR_WRITE;
		the_disk->write_failed = true;
	}
	disk_image_put(&file->now, &file->now_len, &file->now_room, at, bytes, len);
	disk_remember(file, at, bytes, len, false);
	return code;
}

LOCKED(file_truncate, (sqlite3_file * base, sqlite3_int64 size), (base, size))
{
	struct disk_file *file = handle_of(base)->file;

	if (!disk_change_begins(the_disk))
		return SQLITE_IOERR_TRUNCATE;
	if ((size_t)size < file->now_len)
		file->now_len = (size_t)size;
	disk_remember(file, (size_t)size, NULL, 0, true);
	return SQLITE_OK;
}

LOCKED(file_sync, (sqlite3_file * base, int flags), (base, flags))
{
	struct disk_file *file = handle_of(base)->file;

	(void)flags;
	the_disk->counts.syncs++;
	if (!disk_change_begins(the_disk))
		return SQLITE_IOERR_FSYNC;
	if (disk_fault_now(the_disk, DISK_SYNC_FAILS)) {
		disk_file_chances(the_disk, file);
		the_disk->sync_failed = true;
		return SQLITE_IOERR_FSYNC;
	}
	disk_file_synced(file);
	return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)handle_of(base)->file->now_len;
	return SQLITE_OK;
}

LOCKED(file_lock, (sqlite3_file * base, int level), (base, level))
{
	struct handle    *handle = handle_of(base);
	struct disk_file *file = handle->file;

	if (level <= handle->level)
		return SQLITE_OK;
	if (file->exclusive != NULL && file->exclusive != handle)
		return SQLITE_BUSY;
	if (level >= SQLITE_LOCK_RESERVED && file->reserved != NULL && file->reserved != handle)
		return SQLITE_BUSY;
	if (level == SQLITE_LOCK_EXCLUSIVE && file->shared > 1)
		return SQLITE_BUSY;
	if (handle->level == SQLITE_LOCK_NONE)
		file->shared++;
	if (level >= SQLITE_LOCK_RESERVED)
		file->reserved = handle;
	if (level == SQLITE_LOCK_EXCLUSIVE)
		file->exclusive = handle;
	handle->level = level;
	return SQLITE_OK;
}

static void unlock(struct handle *handle, int level)
{
	struct disk_file *file = handle->file;

	if (level >= handle->level)
		return;
	if (file->exclusive == handle)
		file->exclusive = NULL;
	if (file->reserved == handle)
		file->reserved = NULL;
	if (level == SQLITE_LOCK_NONE)
		file->shared--;
	handle->level = level;
}

LOCKED(file_unlock, (sqlite3_file * base, int level), (base, level))
{
	unlock(handle_of(base), level);
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *ret)
{
	*ret = handle_of(base)->file->reserved != NULL;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int what, void *arg)
{
	(void)base;
	(void)what;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *base)
{
	(void)base;
	return 4096;
}

/* As SQLite's own for Unix says: what lies beside a write is not harmed. */
static int file_device(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- shared memory: it ends with the last handle ----------------------------- */

LOCKED(shm_map, (sqlite3_file * base, int piece, int size, int extend, void volatile **ret),
       (base, piece, size, extend, ret))
{
	struct handle    *handle = handle_of(base);
	struct disk_file *file = handle->file;

	assert(piece < DISK_SHM_MAX);
	if (!handle->shm)
		file->shm_handles++;
	handle->shm = true;
	if (file->shm[piece] == NULL && extend != 0)
		file->shm[piece] = calloc(1, (size_t)size);
	*ret = file->shm[piece];
	return SQLITE_OK;
}

static void shm_release(struct handle *handle, int slot)
{
	struct disk_file *file = handle->file;
	unsigned          bit = 1U << slot;

	if ((handle->shm_exclusive & bit) != 0)
		file->shm_exclusive[slot] = NULL;
	if ((handle->shm_shared & bit) != 0)
		file->shm_shared[slot]--;
	handle->shm_exclusive &= ~bit;
	handle->shm_shared &= ~bit;
}

LOCKED(shm_lock, (sqlite3_file * base, int first, int count, int flags),
       (base, first, count, flags))
{
	struct handle    *handle = handle_of(base);
	struct disk_file *file = handle->file;

	for (int slot = first; slot < first + count; slot++) {
		unsigned bit = 1U << slot;
		int      others = file->shm_shared[slot] - ((handle->shm_shared & bit) != 0);

		if ((flags & SQLITE_SHM_UNLOCK) != 0)
			shm_release(handle, slot);
		else if (file->shm_exclusive[slot] != NULL && file->shm_exclusive[slot] != handle)
			return SQLITE_BUSY;
		else if ((flags & SQLITE_SHM_EXCLUSIVE) != 0 && others > 0)
			return SQLITE_BUSY;
	}
	for (int slot = first; slot < first + count && (flags & SQLITE_SHM_LOCK) != 0; slot++) {
		unsigned bit = 1U << slot;

		if ((flags & SQLITE_SHM_EXCLUSIVE) != 0) {
			file->shm_exclusive[slot] = handle;
			handle->shm_exclusive |= bit;
		} else if ((handle->shm_shared & bit) == 0) {
			file->shm_shared[slot]++;
			handle->shm_shared |= bit;
		}
	}
	return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *base)
{
	(void)base;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void shm_leave(struct handle *handle)
{
	struct disk_file *file = handle->file;

	if (!handle->shm)
		return;
	for (int slot = 0; slot < DISK_LOCKS; slot++)
		shm_release(handle, slot);
	handle->shm = false;
	if (--file->shm_handles > 0)
		return;
	for (size_t i = 0; i < DISK_SHM_MAX; i++) {
		free(file->shm[i]);
		file->shm[i] = NULL;
	}
}

LOCKED(shm_unmap, (sqlite3_file * base, int deletes), (base, deletes))
{
	(void)deletes;
	shm_leave(handle_of(base));
	return SQLITE_OK;
}

LOCKED(file_close, (sqlite3_file * base), (base))
{
	struct handle *handle = handle_of(base);

	shm_leave(handle);
	unlock(handle, SQLITE_LOCK_NONE);
	return SQLITE_OK;
}

/* ---- the folder -------------------------------------------------------------- */

static struct disk_file *file_find(const char *name)
{
	for (size_t i = 0; i < DISK_FILES_MAX; i++) {
		if (strcmp(the_disk->files[i].name, name) == 0)
			return &the_disk->files[i];
	}
	return NULL;
}

LOCKED(disk_open,
       (sqlite3_vfs * vfs, const char *name, sqlite3_file *base, int flags, int *ret_flags),
       (vfs, name, base, flags, ret_flags))
{
	static const sqlite3_io_methods methods = {
		.iVersion = 2,
		.xClose = file_close,
		.xRead = file_read,
		.xWrite = file_write,
		.xTruncate = file_truncate,
		.xSync = file_sync,
		.xFileSize = file_size,
		.xLock = file_lock,
		.xUnlock = file_unlock,
		.xCheckReservedLock = file_reserved,
		.xFileControl = file_control,
		.xSectorSize = file_sector,
		.xDeviceCharacteristics = file_device,
		.xShmMap = shm_map,
		.xShmLock = shm_lock,
		.xShmBarrier = shm_barrier,
		.xShmUnmap = shm_unmap,
	};
	struct handle    *handle = handle_of(base);
	struct disk_file *file = name == NULL ? NULL : file_find(name);

	(void)vfs;
	*handle = (struct handle){ .base.pMethods = NULL };
	if (name == NULL || (the_disk->dead && !the_disk->calm))
		return SQLITE_CANTOPEN;
	if (file == NULL || !file->here) {
		if ((flags & SQLITE_OPEN_CREATE) == 0)
			return SQLITE_CANTOPEN;
		file = file == NULL ? file_find("") : file;
		assert(file != NULL && strlen(name) < sizeof file->name);
		snprintf(file->name, sizeof file->name, "%s", name);
		file->here = true;
		file->now_len = file->write_count = file->byte_count = 0;
	}
	handle->base.pMethods = &methods;
	handle->file = file;
	if (ret_flags != NULL)
		*ret_flags = flags;
	return SQLITE_OK;
}

LOCKED(disk_delete, (sqlite3_vfs * vfs, const char *name, int sync_folder),
       (vfs, name, sync_folder))
{
	struct disk_file *file = file_find(name);

	(void)vfs;
	if (!disk_change_begins(the_disk))
		return SQLITE_IOERR_DELETE;
	if (file == NULL || !file->here)
		return SQLITE_IOERR_DELETE_NOENT;
	file->here = false;
	file->now_len = file->write_count = file->byte_count = 0;
	if (sync_folder != 0) {
		file->durable_here = false;
		file->durable_len = 0;
	}
	return SQLITE_OK;
}

LOCKED(disk_access, (sqlite3_vfs * vfs, const char *name, int flags, int *ret),
       (vfs, name, flags, ret))
{
	const struct disk_file *file = file_find(name);

	(void)vfs;
	*ret = file != NULL && file->here && (flags != SQLITE_ACCESS_EXISTS || file->now_len > 0);
	return SQLITE_OK;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
	(void)vfs;
	snprintf(ret, (size_t)size, "%s", name);
	return SQLITE_OK;
}

static int disk_random(sqlite3_vfs *vfs, int size, char *ret)
{
	(void)vfs;
	for (int i = 0; i < size; i++)
		ret[i] = (char)disk_draw(the_disk);
	return size;
}

/* Time stands: who waits for a lock in one thread waits for nothing. */
static int disk_sleep(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	return us;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
	sqlite3_vfs *real = sqlite3_vfs_find("unix");

	(void)vfs;
	return real->xCurrentTimeInt64(real, ret);
}

static int disk_error(sqlite3_vfs *vfs, int size, char *ret)
{
	(void)vfs;
	(void)size;
	(void)ret;
	return 0;
}

static sqlite3_vfs the_vfs = {
	.iVersion = 2,
	.szOsFile = sizeof(struct handle),
	.mxPathname = 64,
	.zName = DISK_VFS,
	.xOpen = disk_open,
	.xDelete = disk_delete,
	.xAccess = disk_access,
	.xFullPathname = disk_path,
	.xRandomness = disk_random,
	.xSleep = disk_sleep,
	.xGetLastError = disk_error,
	.xCurrentTimeInt64 = disk_time,
};

void disk_begin(struct disk *disk, uint64_t seed)
{
	*disk = (struct disk){ .seed = seed };
	the_disk = disk;
	if (sqlite3_vfs_register(&the_vfs, 0) != SQLITE_OK)
		abort();
}

void disk_end(struct disk *disk)
{
	sqlite3_vfs_unregister(&the_vfs);
	for (size_t i = 0; i < DISK_FILES_MAX; i++)
		disk_file_gone(&disk->files[i]);
	the_disk = NULL;
}
