/*
 * disk.h - a disk for tests: a SQLite VFS whose files lie in memory, that
 * remembers what was written since the last sync, and loses power on demand.
 *
 * What is written is seen at once by everybody, as through a page cache, and is
 * on the disk only after a sync of that file.  When power is lost, each write
 * since then is kept, lost, or torn at sectors of 512 or 4096 bytes, and in any
 * order; a file that was never synced may not be there.  A failed sync leaves
 * the cache as it is and the disk without the writes, and the next sync does
 * not bring them back (as Linux does it).
 *
 * Not in this world: a disk that lies about a sync, and one that changes what
 * it holds.  Source: RELIABILITY P5, P6, P8.
 */
#pragma once
#include "base/base.h"

#define DISK_VFS       "keepline-disk" /* for env.vfs and db_open() */
#define DISK_FILES_MAX 8
#define DISK_FILE_MAX  ((size_t)512 << 20) /* bytes */
#define DISK_SHM_MAX   64                  /* pieces of shared memory of a file */
#define DISK_LOCKS     8

/* What goes wrong, besides power. */
enum disk_fault {
	DISK_WRITE_FAILS, /* half of it is written, and an error */
	DISK_FULL,        /* nothing that makes a file longer */
	DISK_SYNC_FAILS,  /* once, and what was unsynced is lost or not */
	DISK_READ_FAILS,  /* half of it is read, and an error */
	DISK_FAULT_COUNT
};

/* How it ends. */
enum disk_end {
	DISK_KILLED, /* the process only: the system still writes everything */
	DISK_POWER   /* the power: what was not synced is at the mercy of chance */
};

struct disk_counts {
	int64_t writes, syncs, deaths, kept, lost, torn, faults;
};

struct disk_file {
	char      name[64]; /* empty: a free place */
	bool      here, durable_here;
	uint8_t  *now, *durable;
	size_t    now_len, now_room, durable_len, durable_room;
	/* since the last sync: each write and truncation, and its bytes */
	struct disk_write *writes;
	size_t    write_count, write_room;
	uint8_t  *bytes;
	size_t    byte_count, byte_room;
	/* locks and shared memory, as long as there are handles */
	void     *exclusive, *reserved;
	int       shared;
	void     *shm[DISK_SHM_MAX];
	int       shm_handles, shm_shared[DISK_LOCKS];
	void     *shm_exclusive[DISK_LOCKS];
};

struct disk {
	uint64_t           seed;
	int64_t            op_count;  /* writes, truncations, syncs and deletions */
	int64_t            die_at;    /* this one is not done, and nothing after it; 0: never */
	int64_t            fault_at[DISK_FAULT_COUNT], fault_left[DISK_FAULT_COUNT];
	bool               dead;
	bool               sync_failed, write_failed; /* since the last start */
	bool               calm;      /* the test looks: not counted, never disturbed */
	struct disk_counts counts;
	struct disk_file   files[DISK_FILES_MAX];
};

/* Makes an empty disk and the VFS that leads to it; one at a time. */
void disk_begin(struct disk *disk, uint64_t seed);
void disk_end(struct disk *disk);
/* Power is lost at the n-th change from now (1: the next). */
void disk_die_in(struct disk *disk, int64_t change_count);
/* That fault at the n-th change (or read) from now, for so many. */
void disk_fault_in(struct disk *disk, enum disk_fault fault, int64_t change_count, int64_t times);
void disk_faults_end(struct disk *disk);
/* After the end of the process: all handles are closed.  What is on the disk
 * now is what will be read. */
void disk_rise(struct disk *disk, enum disk_end end);
/* All of it is on the disk: where a test begins. */
void disk_settle(struct disk *disk);
/* A number of the disk's own chance, both inclusive. */
int64_t disk_between(struct disk *disk, int64_t low, int64_t high);
